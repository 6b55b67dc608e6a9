import { settled } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { scene } from '../test/scene.ts'
import { Consumer } from './consumer.ts'
import type { Delivery } from './delivery.ts'
import { Failure } from './failure.ts'
import type { Receiver, Subscribed, Transport } from './transport.ts'

describe('a consumer that stops', () => {
  it('finishes and settles what was begun, and leaves the rest', async () => {
    const { clock, place, started } = scene()
    const gate = Promise.withResolvers<void>()
    const first = await started(() => gate.promise)
    await place('anna', 1, 2)
    await clock.turn(0)
    const stopped = first.running.stop()
    gate.resolve()
    await stopped
    const second = await started()
    await clock.turn(0)
    expect(first.capture.events).toEqual([{ id: 1 }])
    expect(second.capture.events).toEqual([{ id: 2 }])
  })

  it('waits for handlers until the drain deadline, tells them, and settles nothing after it', async () => {
    const { clock, place, started } = scene()
    const gate = Promise.withResolvers<void>()
    const reasons: unknown[] = []
    const first = await started(
      (_, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason.code))
        return gate.promise
      },
      { drainTimeoutMs: 5_000 },
    )
    await place('anna', 1)
    await clock.turn(0)
    const stopped = first.running.stop()
    await clock.turn(4_999)
    expect(reasons).toEqual([])
    await clock.turn(1)
    await stopped
    expect(reasons).toEqual(['STOPPED'])
    gate.resolve()
    await settled()
    const second = await started()
    await clock.turn(0)
    expect(second.capture.events).toEqual([{ id: 1 }])
  })

  it.each([0, 5, 15, 25, 40, 70])(
    'settles each message once when that is %i ms after its start, and loses none',
    async (afterMs) => {
      const { clock, consumer, place, started, transport } = scene()
      const settledOffsets: bigint[] = []
      const counting: Transport = {
        ...transport,
        async subscribe(...args) {
          const subscribed = await transport.subscribe(...args)
          return {
            ...bound(subscribed),
            settle(delivery, outcome) {
              settledOffsets.push(delivery.source.offset)
              return subscribed.settle(delivery, outcome)
            },
          }
        },
      }
      for (let id = 0; id < 30; id++) await place(`key-${id % 5}`, id)
      const running = consumer(({ id }) => clock.sleep(10 + (id % 7)), {}, counting)
      await running.start()
      await clock.turn(afterMs)
      const stopped = running.stop()
      await clock.turn(1_000)
      await stopped
      const rest = await started()
      await clock.turn(0)
      expect(new Set(settledOffsets).size).toBe(settledOffsets.length)
      expect(new Set([...settledOffsets.map(Number), ...rest.capture.events.map(({ id }) => id)]).size).toBe(30)
    },
  )

  it('stops once, however often it is asked', async () => {
    const { started } = scene()
    const { running } = await started()
    expect(running.stop()).toBe(running.stop())
    await running.stop()
    expect(running.health()).toEqual({ status: 'stopped', reasons: [], partitions: [] })
  })

  it('leaves no timer behind', async () => {
    const { clock, place, started } = scene()
    const { running } = await started(() => {
      throw new Error('not yet')
    })
    await place('anna', 1)
    await clock.turn(10)
    await running.stop()
    expect(clock.waiting).toBe(0)
  })

  it('is not started again', async () => {
    const { started } = scene()
    const { running } = await started()
    await running.stop()
    await expect(running.start()).rejects.toMatchObject({ code: 'STOPPED' })
  })

  it('leaves no timer and no subscription behind when it is stopped while it subscribes', async () => {
    const { clock, consumer, transport } = scene()
    const opening = Promise.withResolvers<void>()
    let closed = 0
    const slow: Transport = {
      ...transport,
      async subscribe(...args) {
        await opening.promise
        const subscribed = await transport.subscribe(...args)
        return closing(subscribed, () => (closed += 1))
      },
    }
    const running = consumer(() => undefined, {}, slow)
    const started = running.start()
    const stopped = running.stop()
    opening.resolve()
    await Promise.all([started, stopped])
    expect(closed).toBe(1)
    expect(clock.waiting).toBe(0)
  })

  it('passes on why its subscription could not be closed, without a timer left behind', async () => {
    const { clock, consumer, transport } = scene()
    const broken: Transport = {
      ...transport,
      subscribe: async (...args) =>
        closing(await transport.subscribe(...args), () => {
          throw new Failure('BROKER_UNREACHABLE')
        }),
    }
    const running = consumer(() => undefined, {}, broken)
    await running.start()
    await expect(running.stop()).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' })
    expect(clock.waiting).toBe(0)
  })
})

describe('a consumer whose broker refuses it', () => {
  it('says so, is unhealthy, and can be stopped', async () => {
    const { clock, consumer, transport } = scene()
    const refusing: Transport = {
      ...transport,
      subscribe: () => Promise.reject(new Failure('BROKER_REFUSED_CREDENTIALS')),
    }
    const running = consumer(() => undefined, {}, refusing)
    await expect(running.start()).rejects.toMatchObject({ code: 'BROKER_REFUSED_CREDENTIALS' })
    expect(running.health().status).toBe('unhealthy')
    await running.stop()
    expect(clock.waiting).toBe(0)
  })
})

describe('a consumer whose broker goes away', () => {
  it('says so until it is back, and counts how long that took', async () => {
    const { clock, consumer, transport } = scene()
    const receivers: Receiver[] = []
    const flaky: Transport = {
      ...transport,
      subscribe(subscription, receiver) {
        receivers.push(receiver)
        return transport.subscribe(subscription, receiver)
      },
    }
    const running = consumer(() => undefined, {}, flaky)
    await running.start()
    const [receiver] = receivers
    for (const attempt of [1, 2, 3]) {
      receiver?.report({ kind: 'reconnecting', attempt, afterMs: 2_000, failure: new Failure('BROKER_UNREACHABLE') })
      await clock.turn(2_000)
    }
    expect(running.health().status).toBe('degraded')
    receiver?.report({ kind: 'connected' })
    expect(running.health().status).toBe('healthy')
    expect(running.metrics.brokerRecovery).toMatchObject({ count: 1, sum: 6 })
  })
})

describe('a consumer that is paused', () => {
  it('begins nothing new until it is resumed, and what runs goes on', async () => {
    const { clock, place, started } = scene()
    const gate = Promise.withResolvers<void>()
    const { running, capture } = await started(() => gate.promise)
    await place('anna', 1, 2)
    await clock.turn(0)
    running.pause()
    gate.resolve()
    await clock.turn(0)
    expect(capture.events).toEqual([{ id: 1 }])
    expect(running.metrics.acked).toBe(1)
    running.resume()
    await clock.turn(0)
    expect(capture.events).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('stays paused when that happens before it has subscribed', async () => {
    const { clock, consumer, place } = scene()
    const handled: number[] = []
    const running = consumer(({ id }) => void handled.push(id))
    const started = running.start()
    running.pause()
    await started
    await place('anna', 1)
    await clock.turn(0)
    expect(handled).toEqual([])
    running.resume()
    await clock.turn(0)
    expect(handled).toEqual([1])
  })
})

describe('a consumer whose dead letters are refused', () => {
  it('repeats until one is confirmed, with everything else of the key behind it', async () => {
    const { broker, clock, transport, place, started, deadLetters } = scene()
    const bringBack = broker.faults.topicAway('order.placed.billing.dlq')
    const { running, capture } = await started()
    await transport.publish([{ topic: 'order.placed', key: 'anna', value: Buffer.from('no JSON') }])
    await place('anna', 1)
    await place('bert', 2)
    await clock.turn(60_000)
    expect(capture.events).toEqual([{ id: 2 }])
    expect(running.health()).toMatchObject({ status: 'degraded', reasons: [expect.stringContaining('1 outcomes')] })
    bringBack()
    await clock.turn(30_000)
    expect(capture.events).toEqual([{ id: 2 }, { id: 1 }])
    expect(await deadLetters()).toHaveLength(1)
    expect(running.health().status).toBe('healthy')
  })

  it('forgets those whose partition it has lost', async () => {
    const { broker, clock, transport, started } = scene()
    broker.faults.topicAway('order.placed.billing.dlq')
    const { running } = await started()
    await transport.publish([{ topic: 'order.placed', key: 'anna', value: Buffer.from('no JSON') }])
    await clock.turn(10)
    await running.stop()
    expect(clock.waiting).toBe(0)
  })
})

describe('a consumer whose transport fails to settle', () => {
  it('does not count the message as done, goes on with others, and says so', async () => {
    const { clock, consumer, place, transport } = scene()
    const handled: number[] = []
    const failing: Transport = {
      ...transport,
      async subscribe(...args) {
        const subscribed = await transport.subscribe(...args)
        return { ...bound(subscribed), settle: async () => Promise.reject(new Error('channel closed')) }
      },
    }
    const running = consumer(async ({ id }) => void handled.push(id), {}, failing)
    await running.start()
    await place('anna', 1, 2)
    await clock.turn(0)
    expect(handled).toEqual([1, 2])
    expect(running.health().status).toBe('degraded')
    await running.stop()
  })
})

describe('a consumer with a handler that hangs', () => {
  it('holds no more than its window, however often the partitions are dealt out', async () => {
    const { broker, clock, consumer, place } = scene()
    const hanging: Delivery<unknown>[] = []
    const running = consumer((_, { delivery }) => new Promise<void>(() => void hanging.push(delivery)), { window: 10 })
    await running.start()
    for (let id = 0; id < 100; id++) await place('anna', id)
    for (let round = 0; round < 20; round++) {
      broker.faults.rebalance('billing')
      await clock.turn(10)
    }
    const [first] = hanging
    expect(first !== undefined && running instanceof Consumer && running.waitingBehind({ ...first, body: null })).toBe(
      10,
    )
    const stopped = running.stop()
    await clock.turn(60_000)
    await stopped
  })

  it('aborts its signal after the attempt timeout, is unhealthy, and keeps its lane closed until it ends', async () => {
    const { clock, place, started } = scene()
    const gate = Promise.withResolvers<void>()
    const codes: unknown[] = []
    const { running, capture } = await started(({ id }, { signal }) => {
      if (id !== 1) return undefined
      signal.addEventListener('abort', () => codes.push(signal.reason.code))
      return gate.promise
    })
    await place('anna', 1, 2)
    await clock.turn(31_000)
    expect(codes).toEqual(['ATTEMPT_TIMEOUT'])
    expect(running.health()).toMatchObject({
      status: 'unhealthy',
      reasons: ['a handler hangs since 31 s in attempt 1'],
    })
    expect(capture.events).toEqual([{ id: 1 }])
    gate.resolve()
    await clock.turn(0)
    expect(running.health().status).toBe('healthy')
    expect(capture.events).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('tries again when the handler gives up on its signal', async () => {
    const { clock, place, started } = scene()
    const { running, capture } = await started((_, { attempt, signal }) => {
      if (attempt > 1) return undefined
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gave up'))))
    })
    await place('anna', 1)
    await clock.turn(60_000)
    expect(capture.messages.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(running.metrics.failedAttempts).toEqual(new Map([['ATTEMPT_TIMEOUT', 1]]))
    expect(running.metrics.acked).toBe(1)
  })
})

function closing(subscribed: Subscribed, onClose: () => void): Subscribed {
  return {
    ...bound(subscribed),
    async close() {
      onClose()
      await subscribed.close()
    },
  }
}

function bound(subscribed: Subscribed): Subscribed {
  return {
    settle: (delivery, outcome) => subscribed.settle(delivery, outcome),
    lag: () => subscribed.lag(),
    stopFetching: () => subscribed.stopFetching(),
    close: () => subscribed.close(),
  }
}
