import { describe, expect, it } from 'vitest'
import { orders, scene } from '../test/scene.ts'
import { Histogram } from './metrics.ts'

describe('a histogram', () => {
  it('counts each duration in the first bucket that holds it, and what is above in the last', () => {
    const histogram = new Histogram()
    for (const seconds of [0, 0.005, 0.006, 10, 11]) histogram.record(seconds)
    expect(histogram.counts).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    expect(histogram.count).toBe(5)
    expect(histogram.sum).toBeCloseTo(21.011)
  })
})

describe('the numbers of a consumer', () => {
  it('measure a message from its publishing, retries included', async () => {
    const { clock, place, started } = scene({ ...orders, retry: { kind: 'fixed', attempts: 2, jitter: 'none' } })
    const { running } = await started((_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet')
    })
    await place('anna', 1)
    await clock.turn(60_000)
    expect(running.metrics.endToEnd.sum).toBe(1)
    expect(running.metrics.inFlight).toBe(0)
    expect(running.metrics.failedAttempts).toEqual(new Map([['HANDLER_FAILED', 1]]))
  })

  it('take the age of a message from the future as none, and count it', async () => {
    const { broker, clock, started } = scene()
    const { running } = await started()
    const timestampMs = clock.now() + 5_000
    broker.append(orders.topic, { key: 'anna', value: Buffer.from('{"id":1}'), headers: {}, timestampMs })
    await clock.turn(0)
    expect(running.metrics.negativeAges).toBe(1)
    expect(running.metrics.endToEnd.sum).toBe(0)
  })
})
