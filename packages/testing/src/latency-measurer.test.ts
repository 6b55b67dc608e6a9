import { describe, expect, it } from 'vitest'
import { LatencyMeasurer } from './latency-measurer.ts'

describe('a latency measurer', () => {
  it('answers percentiles by nearest rank', () => {
    const latency = new LatencyMeasurer()
    for (let ms = 100; ms >= 1; ms--) latency.record(ms)
    expect(latency.summary()).toEqual({ count: 100, min: 1, mean: 50.5, p50: 50, p95: 95, p99: 99, max: 100 })
  })

  it('answers 0 before anything was measured', () => {
    expect(new LatencyMeasurer().summary()).toEqual({ count: 0, min: 0, mean: 0, p50: 0, p95: 0, p99: 0, max: 0 })
  })

  it('measures work that fails too', async () => {
    let nowMs = 0
    const latency = new LatencyMeasurer(() => nowMs)
    const failing = latency.measure(() => {
      nowMs += 7
      throw new Error('away')
    })
    await expect(failing).rejects.toThrow('away')
    expect(latency.p50).toBe(7)
  })
})
