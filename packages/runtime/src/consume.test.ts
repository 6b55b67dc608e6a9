import { describe, expect, it } from 'vitest'
import { type Order, orders, scene } from '../test/scene.ts'
import { byMessage } from './consume.ts'
import type { Step } from './step.ts'

describe('consume', () => {
  it('touches nothing before it is started', () => {
    const { clock, consumer } = scene()
    consumer(() => undefined)
    expect(clock.waiting).toBe(0)
  })

  it('awaits whatever can be awaited: a query builder is no Promise, and runs only when it is', async () => {
    const { clock, place, started } = scene()
    let isRun = false
    const query: PromiseLike<void> = {
      // biome-ignore lint/suspicious/noThenProperty: query builders are thenables that run when awaited
      then(onDone) {
        isRun = true
        return Promise.resolve().then(onDone)
      },
    }
    const { running } = await started(() => query as Promise<void>)
    await place('anna', 1)
    await clock.turn(0)
    expect(isRun).toBe(true)
    expect(running.metrics.acked).toBe(1)
  })

  it('runs steps of the user between validation and handler, the first one outermost', async () => {
    const { clock, place, started } = scene()
    const seen: string[] = []
    const step = (name: string): Step<Order> => ({
      name,
      about: 'notes that it was there',
      wrap: (next) => (delivery) => {
        seen.push(`${name} ${delivery.body.id}`)
        return next(delivery)
      },
    })
    await started(() => void seen.push('handler'), { steps: [step('outer'), step('inner')] })
    await place('anna', 1)
    await clock.turn(0)
    expect(seen).toEqual(['outer 1', 'inner 1', 'handler'])
  })

  it.each([
    ['the dead letters are the topic', { dlq: orders.topic }, {}, /order\.placed is the topic that is consumed/],
    [
      'the dead letters are the retry lane',
      { dlq: 'order.placed.billing.retry' },
      {},
      /both the dead letter queue and/,
    ],
    ['nothing may run', {}, { concurrency: 0 }, /concurrency is 0/],
    ['the window is no number', {}, { window: Number.NaN }, /window is NaN/],
  ])('refuses when %s', (_, contract, options, message) => {
    const { consumer } = scene({ ...orders, ...contract })
    expect(() => consumer(() => undefined, options)).toThrow(message)
  })
})

describe('a tombstone', () => {
  it.each([
    ['ack', 0, []],
    ['handle', 1, []],
    ['dead-letter', 0, ['TOMBSTONE']],
  ] as const)('is treated as told: %s', async (tombstone, handled, codes) => {
    const { clock, transport, started, deadLetters } = scene()
    const { capture } = await started(() => undefined, { tombstone })
    await transport.publish([{ topic: orders.topic, key: 'anna', value: null }])
    await clock.turn(0)
    expect(capture.messages).toHaveLength(handled)
    expect((await deadLetters()).map(({ details }) => details.errorCode)).toEqual(codes)
  })
})

describe('a channel of several messages', () => {
  const several = {
    ...orders,
    validate: () => [],
    messageOf: (value: unknown) =>
      typeof value === 'object' && value !== null && 'id' in value && value.id === 1 ? 'placed' : undefined,
  }

  it('gives each message to its own handler', async () => {
    const { clock, place, started } = scene(several)
    const placed: number[] = []
    await started(
      byMessage<{ placed: Order }>({ placed: ({ id }, { message }) => void placed.push(id, message?.length ?? 0) }),
    )
    await place('anna', 1)
    await clock.turn(0)
    expect(placed).toEqual([1, 'placed'.length])
  })

  it.each([
    ['ack', []],
    ['dead-letter', ['UNKNOWN_MESSAGE']],
  ] as const)('treats one the contract does not name as told: %s', async (unknownMessage, codes) => {
    const { clock, place, started, deadLetters } = scene(several)
    const { capture } = await started(() => undefined, { unknownMessage })
    await place('anna', 2)
    await clock.turn(0)
    expect(capture.messages).toEqual([])
    expect((await deadLetters()).map(({ details }) => details.errorCode)).toEqual(codes)
  })
})
