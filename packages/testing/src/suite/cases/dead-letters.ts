import assert from 'node:assert/strict'
import { PermanentFailure } from '@longshore/runtime'
import { ConsumerMessageCapture } from '../../message-capture.ts'
import type { Numbered } from '../stage.ts'
import { type TransportCase, transportCase } from '../transport-case.ts'

/** The dead letter queue: when it is away, and the way back out of it. */
export const deadLetterCases: readonly TransportCase[] = [
  transportCase({
    name: 'lets nothing go while its dead letters cannot be written, says so, and goes on once they can',
    faults: ['dlqAway'],
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>()
      const consumer = await stage.consume(capture.handle)
      await stage.publish('other', 0)
      await capture.waitFor(1, stage.patienceMs)
      const repair = await stage.fault('dlqAway')(stage.dlq())
      await stage.publishRaw({ key: 'bad', value: Buffer.from('no JSON') })
      await stage.until(() => consumer.health().status === 'degraded', 'the refused dead letter is seen')
      await stage.publish('other', 1)
      await capture.waitFor(2, stage.patienceMs)
      await repair()
      await stage.deadLetters(1)
      await stage.until(() => consumer.health().status === 'healthy', 'it is well again')
    },
  }),

  transportCase({
    name: 'gives a message back whose dead letter could not be written before the consumer stopped',
    needs: ['groups'],
    faults: ['dlqAway'],
    async play(stage) {
      const consumer = await stage.consume(() => undefined)
      const repair = await stage.fault('dlqAway')(stage.dlq())
      await stage.publishRaw({ key: 'bad', value: Buffer.from('no JSON') })
      await stage.until(() => consumer.health().status === 'degraded', 'the refused dead letter is seen')
      await consumer.stop()
      await repair()
      await stage.consume(() => undefined)
      await stage.deadLetters(1)
    },
  }),

  transportCase({
    name: 'redrives a dead letter to the group that failed, and to it alone, once',
    needs: ['groups'],
    async play(stage) {
      let isMended = false
      const failed = new ConsumerMessageCapture<Numbered>(() => {
        if (!isMended) throw new PermanentFailure('not mended')
      })
      const other = new ConsumerMessageCapture<Numbered>()
      const consumer = await stage.consume(failed.handle)
      await stage.consume(other.handle, { group: `${stage.group}-other` })
      await stage.publish('key', 7)
      await other.waitFor(1, stage.patienceMs)
      const [letter] = await stage.deadLetters(1)
      assert(letter !== undefined)
      isMended = true
      const queue = await stage.deadLetterQueue()
      await queue.redrive(letter)
      await queue.redrive(letter)
      await failed.waitFor(2, stage.patienceMs)
      await stage.quiet()
      assert.deepEqual(
        failed.messages.map(({ event, attempt }) => [event.n, attempt]),
        [
          [7, 1],
          [7, 1],
        ],
      )
      assert.equal(other.messages.length, 1)
      assert.equal(consumer.metrics.acked, 1)
      const [redriven] = await stage.deadLetters(1)
      assert.equal(redriven?.status, 'redriven')
    },
  }),

  transportCase({
    name: 'counts the redrives of a message that fails again, and keeps its first coordinates',
    async play(stage) {
      await stage.consume(() => {
        throw new PermanentFailure('never mended')
      })
      await stage.publish('key', 7)
      const [letter] = await stage.deadLetters(1)
      assert(letter !== undefined)
      await (await stage.deadLetterQueue()).redrive(letter)
      const [, again] = await stage.deadLetters(2)
      assert.equal(again?.details.redriveCount, 1)
      assert.deepEqual(again?.details.origin, letter.details.origin)
      assert.deepEqual([...(again?.value ?? [])], [...(letter.value ?? [])])
    },
  }),

  transportCase({
    name: 'lists a letter that was set aside, and redrives it no more',
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>(() => {
        throw new PermanentFailure('never mended')
      })
      await stage.consume(capture.handle)
      await stage.publish('key', 7)
      const [letter] = await stage.deadLetters(1)
      assert(letter !== undefined)
      const queue = await stage.deadLetterQueue()
      await queue.quarantine(letter)
      await queue.redrive(letter)
      await stage.quiet()
      const [aside] = await stage.deadLetters(1)
      assert.equal(aside?.status, 'quarantined')
      assert.equal(capture.messages.length, 1)
    },
  }),
]
