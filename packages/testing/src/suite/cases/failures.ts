import assert from 'node:assert/strict'
import { identityOf, PermanentFailure } from '@longshore/runtime'
import { ConsumerMessageCapture } from '../../message-capture.ts'
import { Gate } from '../gate.ts'
import type { Numbered, Stage } from '../stage.ts'
import { type TransportCase, transportCase } from '../transport-case.ts'

/** What becomes of a message that cannot be handled, now or ever. */
export const failureCases: readonly TransportCase[] = [
  transportCase({
    name: 'puts what does not decode among the dead letters at once, bytes and headers as they were',
    partitions: 1,
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>()
      await stage.consume(capture.handle)
      const value = Buffer.from([0x7b, 0xff, 0x00, 0x7d])
      await stage.publishRaw({ key: 'key', value, headers: { 'x-correlation-id': 'trace-1' } })
      await stage.publish('key', 1)
      await capture.waitFor(1, stage.patienceMs)
      const [letter] = await stage.deadLetters(1)
      assert.deepEqual([...(letter?.value ?? [])], [...value])
      assert.equal(letter?.key, 'key')
      assert.equal(letter?.headers['x-correlation-id'], 'trace-1')
      assert.equal(letter?.details.errorCode, 'DECODE_FAILED')
      assert.equal(letter?.details.errorClass, 'poison')
      assert.equal(letter?.details.attempts, 1)
      assert.equal(letter?.details.group, stage.group)
      assert.equal(letter?.details.origin.topic, stage.channel.topic)
    },
  }),

  transportCase({
    name: 'puts what violates its schema among the dead letters at once, with the place and without the value',
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>()
      await stage.consume(capture.handle)
      await stage.publishRaw({ key: 'key', value: Buffer.from('{"n":"anna@example.com"}') })
      const [letter] = await stage.deadLetters(1)
      assert.equal(letter?.details.errorCode, 'SCHEMA_VIOLATED')
      assert.match(letter?.details.errorMessage ?? '', /\/n must be number/)
      assert.doesNotMatch(JSON.stringify(letter?.headers), /anna/)
      assert.equal(capture.messages.length, 0)
    },
  }),

  transportCase({
    name: 'puts what the handler calls permanent among the dead letters at once, and goes on with the key',
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>(({ n }) => {
        if (n === 0) throw new PermanentFailure('no such account')
      })
      await stage.consume(capture.handle)
      await stage.publish('key', 0, 1)
      await capture.waitFor(2, stage.patienceMs)
      const [letter] = await stage.deadLetters(1)
      assert.equal(letter?.details.errorCode, 'PERMANENT')
      assert.equal(letter?.details.attempts, 1)
    },
  }),

  transportCase({
    name: 'tries again what may yet succeed, before anything else of its key',
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>(({ n }, { attempt }) => {
        if (n === 0 && attempt < 3) throw new Error('not yet')
      })
      const consumer = await stage.consume(capture.handle)
      await stage.publish('key', 0, 1)
      await capture.waitFor(4, stage.patienceMs)
      assert.deepEqual(attemptsIn(capture), ['0#1', '0#2', '0#3', '1#1'])
      assert.equal(consumer.metrics.deadLettered, 0)
    },
  }),

  transportCase({
    name: 'puts what fails to the end among the dead letters, with the last cause',
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>(() => {
        throw new RangeError('secret@example.com is out of range')
      })
      await stage.consume(capture.handle)
      await stage.publish('key', 0)
      const [letter] = await stage.deadLetters(1)
      assert.deepEqual(attemptsIn(capture), ['0#1', '0#2', '0#3'])
      assert.equal(letter?.details.errorCode, 'ATTEMPTS_EXHAUSTED')
      assert.equal(letter?.details.errorType, 'RangeError')
      assert.equal(letter?.details.attempts, 3)
      assert.doesNotMatch(JSON.stringify(letter?.headers), /secret/)
    },
  }),

  transportCase({
    name: 'holds back what fails for longer than its key may wait, and counts on where it stopped',
    needs: ['delayedRetry'],
    async play(stage) {
      const identities = new Set<string>()
      const capture = new ConsumerMessageCapture<Numbered>(({ n }, { attempt, delivery }) => {
        if (n !== 0) return
        identities.add(identityOf(delivery))
        if (attempt < 3) throw new Error('not yet')
      })
      const consumer = await stage.consume(capture.handle, { options: { laneAttempts: 1 } })
      await stage.publish('key', 0)
      await capture.waitFor(3, stage.patienceMs)
      assert.deepEqual(attemptsIn(capture), ['0#1', '0#2', '0#3'])
      assert.equal(identities.size, 1)
      await stage.until(() => consumer.metrics.acked === 1, 'it is acknowledged in the end')
      assert.equal(consumer.metrics.deadLettered, 0)
    },
  }),

  transportCase({
    name: 'reports a handler that hangs, and settles its message when it ends after all',
    needs: ['groups'],
    async play(stage) {
      const gate = new Gate()
      let aborted = false
      const consumer = await stage.consume(
        (_, { signal }) => {
          signal.addEventListener('abort', () => (aborted = true))
          return gate.pass()
        },
        { options: { attemptTimeoutMs: 50 } },
      )
      await stage.publish('key', 0)
      await stage.until(() => consumer.health().status === 'unhealthy', 'the hanging handler is seen')
      assert(aborted)
      gate.open()
      await stage.until(() => consumer.health().status === 'healthy', 'it is well again')
      await expectNothingLeft(stage, consumer)
    },
  }),
]

function attemptsIn(capture: ConsumerMessageCapture<Numbered>): readonly string[] {
  return capture.messages.map(({ event, attempt }) => `${event.n}#${attempt}`)
}

async function expectNothingLeft(stage: Stage, consumer: { stop(): Promise<void> }): Promise<void> {
  await consumer.stop()
  assert.deepEqual(await stage.leftovers(), [])
}
