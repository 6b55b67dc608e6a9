import { ManualClock, settled } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { type BatchHandler, type BatchOptions, inBatches } from './batch.ts'
import type { Context } from './consumer-contract.ts'

function batching(handler: BatchHandler<number>, options: BatchOptions = {}) {
  const clock = new ManualClock()
  const handle = inBatches(handler, { maxItems: 4, maxWaitMs: 1_000, clock, ...options })
  const results = new Map<number, string>()
  const add = (...events: readonly number[]) => {
    for (const event of events) {
      Promise.resolve(handle(event, {} as Context)).then(
        () => results.set(event, 'done'),
        (error: Error) => results.set(event, error.message),
      )
    }
  }
  return { clock, add, results }
}

describe('a batch', () => {
  it('is handed on when it is full', async () => {
    const batches: number[][] = []
    const { add, results } = batching(({ items }) => void batches.push(items.map(({ event }) => event)))
    add(1, 2, 3, 4, 5)
    await settled()
    expect(batches).toEqual([[1, 2, 3, 4]])
    expect([...results.keys()]).toEqual([1, 2, 3, 4])
  })

  it('is handed on when its time is up, counted from its first item', async () => {
    const batches: number[][] = []
    const { add, clock } = batching(({ items }) => void batches.push(items.map(({ event }) => event)))
    add(1)
    await clock.turn(900)
    add(2)
    await clock.turn(99)
    expect(batches).toEqual([])
    await clock.turn(1)
    expect(batches).toEqual([[1, 2]])
  })

  it('fails only the items its handler names', async () => {
    const { add, results } = batching((batch) => {
      for (const item of batch.items) if (item.event % 2 === 0) batch.fail(item, new Error('even'))
    })
    add(1, 2, 3, 4)
    await settled()
    expect(Object.fromEntries(results)).toEqual({ 1: 'done', 2: 'even', 3: 'done', 4: 'even' })
  })

  it('that throws fails every item', async () => {
    const { add, results } = batching(() => {
      throw new Error('bad')
    })
    add(1, 2, 3, 4)
    await settled()
    expect([...new Set(results.values())]).toEqual(['The handler threw Error.'])
    expect(results.size).toBe(4)
  })

  it('that throws is tried in halves until the bad item is alone, when it may be', async () => {
    const tried: number[][] = []
    const handler: BatchHandler<number> = ({ items }) => {
      const events = items.map(({ event }) => event)
      tried.push(events)
      if (events.includes(3)) throw new Error('bad')
    }
    const { add, results } = batching(handler, { splittable: true })
    add(1, 2, 3, 4)
    await settled()
    expect(tried).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]])
    expect(Object.fromEntries(results)).toEqual({ 1: 'done', 2: 'done', 3: 'The handler threw Error.', 4: 'done' })
  })
})
