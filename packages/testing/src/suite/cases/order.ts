import assert from 'node:assert/strict'
import { ConsumerMessageCapture } from '../../message-capture.ts'
import { Gate } from '../gate.ts'
import type { Numbered } from '../stage.ts'
import { type TransportCase, transportCase } from '../transport-case.ts'

/** Order per key, and what may run at once. */
export const orderCases: readonly TransportCase[] = [
  transportCase({
    name: 'hands over the messages of one key in the order they were published, one at a time',
    needs: ['orderPerKey'],
    async play(stage) {
      const keys = ['red', 'green', 'blue']
      const busy = new Set<string>()
      const capture = new ConsumerMessageCapture<Numbered>(async ({ key, n }) => {
        assert(!busy.has(key), `${key} was handed over while its predecessor was worked on`)
        busy.add(key)
        for (let pause = 0; pause <= n % 3; pause++) await new Promise((resolve) => setImmediate(resolve))
        busy.delete(key)
      })
      for (const n of upTo(20)) for (const key of keys) await stage.publish(key, n)
      await stage.consume(capture.handle)
      await capture.waitFor(60, stage.patienceMs)
      for (const key of keys)
        assert.deepEqual(
          capture.ofKey(key).map(({ event }) => event.n),
          upTo(20),
        )
    },
  }),

  transportCase({
    name: 'hands over messages of different keys at once',
    partitions: 1,
    async play(stage) {
      const gate = new Gate()
      await stage.consume(() => gate.pass())
      for (const n of upTo(5)) await stage.publish(`key-${n}`, n)
      await stage.until(() => gate.waiting === 5, 'five handlers run at once')
      gate.open()
    },
  }),

  transportCase({
    name: 'lets other keys pass a slow one, and settles none of its successors before it',
    partitions: 1,
    async play(stage) {
      const gate = new Gate()
      const capture = new ConsumerMessageCapture<Numbered>(({ key }) => (key === 'slow' ? gate.pass() : undefined))
      await stage.consume(capture.handle)
      await stage.publish('slow', 0, 1)
      await stage.publish('quick', ...upTo(20))
      await capture.waitFor(() => capture.ofKey('quick').length === 20, stage.patienceMs)
      assert.equal(capture.ofKey('slow').length, 1)
      gate.open()
      await capture.waitFor(22, stage.patienceMs)
    },
  }),

  transportCase({
    name: 'hands over no more than a window of unsettled messages per partition',
    partitions: 1,
    async play(stage) {
      const gate = new Gate()
      const capture = new ConsumerMessageCapture<Numbered>(() => gate.pass())
      await stage.consume(capture.handle, { options: { window: 4, concurrency: 64 } })
      for (const n of upTo(20)) await stage.publish(`key-${n}`, n)
      await stage.until(() => gate.waiting >= 4, 'the window is full')
      await stage.quiet()
      assert.equal(gate.mostWaiting, 4)
      gate.open()
      await capture.waitFor(20, stage.patienceMs)
    },
  }),
]

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n)
}
