import { ACK, type Incoming, type Subscription, type TransportEvent } from '@longshore/runtime'
import { ManualClock } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { MemoryBroker } from './memory-broker.ts'
import { memoryTransport } from './memory-transport.ts'

const subscription: Subscription = {
  topics: ['orders'],
  group: 'billing',
  dlq: 'orders.billing.dlq',
  retryTopic: 'orders.billing.retry',
  from: { kind: 'earliest' },
  window: 100,
  bindings: {},
}

describe('a memory broker', () => {
  it('refuses what is published to a topic that is away, until it is back', async () => {
    const { broker, publish } = scene()
    const bringBack = broker.faults.topicAway('orders')
    await expect(publish('a')).rejects.toMatchObject({ code: 'PUBLISH_FAILED' })
    bringBack()
    await publish('b')
    expect(stored(broker, 'orders')).toEqual(['b'])
  })

  it('stores a message twice that its publisher sends again', async () => {
    const { broker, publish } = scene()
    broker.faults.duplicate('orders', 2)
    await publish('a', 'b', 'c')
    expect(stored(broker, 'orders')).toEqual(['a', 'a', 'b', 'b', 'c'])
  })

  it('lets two messages change places, once', async () => {
    const { broker, publish } = scene()
    broker.faults.reorder('orders')
    await publish('a', 'b', 'c', 'd')
    expect(stored(broker, 'orders')).toEqual(['b', 'a', 'c', 'd'])
  })

  it('hands messages over late when it is slow', async () => {
    const { broker, clock, join, publish } = scene()
    const { received } = await join()
    const hurryUp = broker.faults.slow('orders', 500)
    await publish('a')
    await clock.turn(499)
    expect(received()).toEqual([])
    await clock.turn(1)
    expect(received()).toEqual(['a'])
    hurryUp()
    await publish('b')
    await clock.turn(0)
    expect(received()).toEqual(['a', 'b'])
  })

  it('stores an offset later that it could not store at once', async () => {
    const { broker, clock, join, publish } = scene()
    const { settleAll, events } = await join()
    const mend = broker.faults.commitsFail('billing')
    await publish('a', 'b')
    await clock.turn(0)
    settleAll()
    expect(broker.committed('billing', 'orders', 0)).toBeUndefined()
    expect(events()).toContain('commit-failed')
    mend()
    await clock.turn(0)
    expect(broker.committed('billing', 'orders', 0)).toBe(2n)
  })

  it('hands over again what is not settled when partitions are dealt out anew', async () => {
    const { broker, clock, join, publish } = scene()
    const { received, settleAll, events } = await join()
    await publish('a', 'b')
    await clock.turn(0)
    broker.faults.rebalance('billing')
    settleAll()
    await clock.turn(0)
    expect(received()).toEqual(['a', 'b', 'a', 'b'])
    expect(events()).toEqual(['connected', 'assigned', 'revoked', 'assigned'])
    expect(broker.committed('billing', 'orders', 0)).toBeUndefined()
  })

  it('takes nothing from a member that has died, and gives its messages to the next', async () => {
    const { broker, clock, join, publish } = scene()
    const dead = await join()
    await publish('a')
    await clock.turn(0)
    broker.faults.crash('billing')
    const heir = await join()
    await publish('b')
    await clock.turn(0)
    dead.settleAll()
    expect(dead.received()).toEqual(['a'])
    expect(heir.received()).toEqual(['a', 'b'])
    expect(broker.committed('billing', 'orders', 0)).toBeUndefined()
  })

  it('takes a member back that stood still, and tells it what it lost', async () => {
    const { broker, clock, join, publish } = scene()
    const frozen = await join()
    const wakeUp = broker.faults.freeze('billing')
    await publish('a')
    await clock.turn(0)
    expect(frozen.received()).toEqual([])
    wakeUp()
    wakeUp()
    await clock.turn(0)
    expect(frozen.received()).toEqual(['a'])
    expect(frozen.events()).toEqual(['connected', 'assigned', 'revoked', 'assigned'])
  })
})

function scene() {
  const clock = new ManualClock()
  const broker = new MemoryBroker({ partitions: 1 })
  const transport = memoryTransport({ broker, clock })
  return {
    clock,
    broker,
    publish: (...values: readonly string[]) =>
      transport.publish(values.map((value) => ({ topic: 'orders', key: 'k', value: Buffer.from(value) }))),
    async join() {
      const deliveries: Incoming[] = []
      const events: TransportEvent['kind'][] = []
      const subscribed = await transport.subscribe(subscription, {
        deliver: (delivery) => deliveries.push(delivery),
        report: ({ kind }) => events.push(kind),
      })
      return {
        received: () => deliveries.map(({ body }) => Buffer.from(body ?? []).toString()),
        events: () => events,
        settleAll: () => {
          for (const delivery of deliveries) subscribed.settle(delivery, ACK)
        },
      }
    },
  }
}

function stored(broker: MemoryBroker, topic: string): readonly string[] {
  return broker.topic(topic).flatMap((log) => log.map(({ value }) => Buffer.from(value ?? []).toString()))
}
