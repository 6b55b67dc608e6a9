import assert from 'node:assert/strict'
import { identityOf } from '@longshore/runtime'
import { ConsumerMessageCapture } from '../../message-capture.ts'
import { Gate } from '../gate.ts'
import type { Numbered } from '../stage.ts'
import { type TransportCase, transportCase } from '../transport-case.ts'

/** When a message is let go, and what a group finds when it comes back. */
export const settlingCases: readonly TransportCase[] = [
  transportCase({
    name: 'hands over key, headers and time as they were published, with a key or without',
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>()
      await stage.consume(capture.handle)
      const earliestMs = Date.now() - 60_000
      const headers = { 'x-request-id': 'request-1', umlaut: 'für' }
      await stage.publishRaw({ key: 'key', value: Buffer.from('{"n":1}'), headers }, { value: Buffer.from('{"n":2}') })
      await capture.waitFor(2, stage.patienceMs)
      const [keyed, keyless] = capture.messages.toSorted((one, other) => one.event.n - other.event.n)
      assert.equal(keyed?.key, 'key')
      assert.equal(keyed?.headers['x-request-id'], 'request-1')
      assert.equal(keyed?.headers.umlaut, 'für')
      assert((keyed?.timestampMs ?? 0) > earliestMs)
      assert.equal(keyless?.key, null)
    },
  }),

  transportCase({
    name: 'keeps a message until its handler has ended: unfinished ones come again, finished ones do not',
    needs: ['groups'],
    async play(stage) {
      const gate = new Gate()
      const capture = new ConsumerMessageCapture<Numbered>(({ n }) => (n === 1 ? gate.pass() : undefined))
      const consumer = await stage.consume(capture.handle, { options: { drainTimeoutMs: 20 } })
      await stage.publish('key', 0, 1, 2)
      await capture.waitFor(2, stage.patienceMs)
      await consumer.stop()
      assert.deepEqual(await stage.leftovers(), [
        { key: 'key', n: 1 },
        { key: 'key', n: 2 },
      ])
      gate.open()
    },
  }),

  transportCase({
    name: 'lets a group go on where it stopped',
    needs: ['groups'],
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>()
      const consumer = await stage.consume(capture.handle)
      for (const key of ['red', 'green', 'blue']) await stage.publish(key, 0, 1)
      await capture.waitFor(6, stage.patienceMs)
      await consumer.stop()
      await stage.publish('red', 2)
      assert.deepEqual(await stage.leftovers(), [{ key: 'red', n: 2 }])
    },
  }),

  transportCase({
    name: 'drains under load: what was begun is finished, the rest is left to the next, nothing is lost',
    needs: ['groups'],
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>(() => new Promise((resolve) => setTimeout(resolve, 1)))
      const numbers = Array.from({ length: 200 }, (_, n) => n)
      await Promise.all(numbers.map((n) => stage.publish(`key-${n % 10}`, n)))
      const consumer = await stage.consume(capture.handle, { options: { concurrency: 4 } })
      await capture.waitFor(50, stage.patienceMs)
      await consumer.stop()
      const handled = [...capture.events, ...(await stage.leftovers())].map(({ n }) => n)
      assert.deepEqual(
        [...new Set(handled)].sort((one, other) => one - other),
        numbers,
      )
    },
  }),

  transportCase({
    name: 'lets the other consumers of a transport go on when one of them stops',
    needs: ['groups'],
    async play(stage) {
      const transport = await stage.newTransport()
      const capture = new ConsumerMessageCapture<Numbered>()
      const leaving = await stage.consume(() => undefined, { transport, group: `${stage.group}-leaving` })
      await stage.consume(capture.handle, { transport })
      await leaving.stop()
      await stage.publish('key', 0)
      await capture.waitFor(1, stage.patienceMs)
    },
  }),

  transportCase({
    name: 'begins nothing while it is paused, and goes on in the same place',
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>()
      const consumer = await stage.consume(capture.handle)
      await stage.publish('key', 0)
      await capture.waitFor(1, stage.patienceMs)
      consumer.pause()
      await stage.publish('key', 1, 2)
      await stage.quiet()
      assert.equal(capture.messages.length, 1)
      consumer.resume()
      await capture.waitFor(3, stage.patienceMs)
      assert.deepEqual(
        capture.events.map(({ n }) => n),
        [0, 1, 2],
      )
    },
  }),

  transportCase({
    name: 'hands over a message that was published twice with the identity of the first',
    async play(stage) {
      const identities: string[] = []
      const capture = new ConsumerMessageCapture<Numbered>((_, { delivery }) => {
        identities.push(identityOf(delivery))
      })
      await stage.consume(capture.handle)
      const message = { key: 'key', value: Buffer.from('{"key":"key","n":1}'), messageId: 'event-1' }
      await stage.publishRaw(message, message)
      await capture.waitFor(2, stage.patienceMs)
      assert.deepEqual(identities, ['event-1', 'event-1'])
    },
  }),

  transportCase({
    name: 'lets go of a tombstone without calling the handler',
    partitions: 1,
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>()
      const consumer = await stage.consume(capture.handle)
      await stage.publishRaw({ key: 'key', value: null })
      await stage.publish('key', 1)
      const [first] = await capture.waitFor(1, stage.patienceMs)
      assert.deepEqual(first?.event, { key: 'key', n: 1 })
      await stage.until(() => consumer.metrics.acked === 2, 'both are acknowledged')
    },
  }),

  transportCase({
    name: 'tells how far behind a group is',
    needs: ['lag'],
    partitions: 1,
    async play(stage) {
      const gate = new Gate()
      const consumer = await stage.consume(() => gate.pass())
      const behind = async () => (await consumer.lag()).reduce((sum, { messages }) => sum + messages, 0)
      await stage.publish('key', 0, 1, 2)
      await stage.until(async () => (await behind()) === 3, 'three messages are not settled')
      gate.open()
      await stage.until(async () => (await behind()) === 0, 'all are settled')
    },
  }),

  transportCase({
    name: 'reads everything on each start for a consumer without group',
    needs: ['replay'],
    async play(stage) {
      await stage.publish('key', 0, 1)
      for (const _start of ['first', 'second']) {
        const capture = new ConsumerMessageCapture<Numbered>()
        const consumer = await stage.consume(capture.handle, { group: null })
        await capture.waitFor(2, stage.patienceMs)
        await consumer.stop()
      }
    },
  }),

  transportCase({
    name: 'replays from an offset',
    needs: ['replay'],
    partitions: 1,
    async play(stage) {
      await stage.publish('key', 0, 1, 2, 3)
      const capture = new ConsumerMessageCapture<Numbered>()
      const from = { kind: 'offset', topic: stage.channel.topic, partition: 0, offset: 2n } as const
      await stage.consume(capture.handle, { options: { from } })
      const [first] = await capture.waitFor(2, stage.patienceMs)
      assert.equal(first?.event.n, 2)
    },
  }),
]
