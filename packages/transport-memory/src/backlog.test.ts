import { type ConsumerContract, consume, type Incoming, type Transport } from '@longshore/runtime'
import { ManualClock, silentLog } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { MemoryBroker } from './memory-broker.ts'
import { memoryTransport } from './memory-transport.ts'

const WINDOW = 1_000
const BACKLOG = 100_000

const orders: ConsumerContract<{ readonly key: string }> = {
  urn: 'urn:events:shop:order:placed',
  topic: 'order.placed',
  group: 'billing',
  pii: [],
  validate: () => [],
}

describe('a consumer that is stuck before a large backlog', () => {
  it('holds no more than its window of each partition, however long that lasts', async () => {
    const { running, heldAtMost, clock, unsettled, release } = await stuck(() => true)
    for (let hour = 0; hour < 3; hour++) {
      await clock.turn(60 * 60 * 1_000)
      expect(unsettled()).toEqual([WINDOW, WINDOW])
    }
    expect(heldAtMost()).toBe(2 * WINDOW)
    release()
    await clock.turn(1_000)
    expect(running.metrics.acked).toBe(BACKLOG)
    expect(heldAtMost()).toBe(2 * WINDOW)
  })

  it('lets other keys pass the stuck one until its successors fill the window', async () => {
    const { running, heldAtMost, clock, unsettled, release } = await stuck((key) => key === 'key-0')
    await clock.turn(60 * 60 * 1_000)
    expect(Math.max(...unsettled())).toBe(WINDOW)
    expect(running.metrics.acked).toBeGreaterThan(BACKLOG / 2)
    expect(heldAtMost()).toBeLessThanOrEqual(2 * WINDOW)
    release()
    await clock.turn(1_000)
    expect(running.metrics.acked).toBe(BACKLOG)
  })
})

/** Two partitions of one backlog, and a consumer whose handler ends for those keys only once it is released. */
async function stuck(isStuck: (key: string) => boolean) {
  const clock = new ManualClock()
  const broker = new MemoryBroker({ partitions: 2 })
  const transport = memoryTransport({ broker, clock })
  for (let n = 0; n < BACKLOG; n++) {
    const key = `key-${n % 20}`
    const value = Buffer.from(JSON.stringify({ key }))
    broker.append(orders.topic, { key, value, headers: {}, timestampMs: clock.now() })
  }
  const gate = Promise.withResolvers<void>()
  const { counted, heldAtMost } = counting(transport)
  const handler = ({ key }: { readonly key: string }) => (isStuck(key) ? gate.promise : undefined)
  const running = consume(orders, counted, handler, { clock, log: silentLog, attemptTimeoutMs: 24 * 60 * 60 * 1_000 })
  await running.start()
  await clock.turn(1_000)
  const unsettled = () => running.health().partitions.map((partition) => partition.unsettled)
  return { running, clock, heldAtMost, unsettled, release: gate.resolve }
}

/** The same transport, with the most deliveries it ever had out at once. */
function counting(transport: Transport) {
  const out = new Set<Incoming>()
  let most = 0
  const counted: Transport = {
    ...transport,
    async subscribe(subscription, receiver) {
      const subscribed = await transport.subscribe(subscription, {
        report: (event) => receiver.report(event),
        deliver(delivery) {
          out.add(delivery)
          most = Math.max(most, out.size)
          receiver.deliver(delivery)
        },
      })
      return {
        lag: () => subscribed.lag(),
        stopFetching: () => subscribed.stopFetching(),
        close: () => subscribed.close(),
        settle(delivery, outcome) {
          out.delete(delivery)
          return subscribed.settle(delivery, outcome)
        },
      }
    },
  }
  return { counted, heldAtMost: () => most }
}
