import { describe, expect, it } from 'vitest'
import { Watermark } from './watermark.ts'

describe('a watermark', () => {
  it('stands at the start of the assignment until something is taken', () => {
    expect(new Watermark(7n).position).toBe(7n)
  })

  it('passes an offset only when all before it are finished', () => {
    const watermark = taken(0n, 1n, 2n)
    expect(watermark.finish(1n)).toBe(false)
    expect(watermark.position).toBe(0n)
    expect(watermark.finish(0n)).toBe(true)
    expect(watermark.position).toBe(2n)
  })

  it('stands behind the last offset when all are finished', () => {
    const watermark = taken(0n, 1n)
    watermark.finish(0n)
    watermark.finish(1n)
    expect(watermark.position).toBe(2n)
  })

  it('follows what was delivered across gaps of compaction', () => {
    const watermark = taken(3n, 10n, 11n)
    watermark.finish(3n)
    expect(watermark.position).toBe(10n)
  })

  it('tells how far it is behind the newest, gaps included', () => {
    const watermark = taken(3n, 10n, 11n)
    expect(watermark.ahead).toBe(9)
    watermark.finish(3n)
    expect(watermark.ahead).toBe(2)
    watermark.finish(10n)
    watermark.finish(11n)
    expect(watermark.ahead).toBe(0)
  })

  it('refuses an offset that was delivered before', () => {
    const watermark = taken(0n, 1n)
    expect(watermark.take(1n)).toBe(false)
    expect(watermark.unfinished).toBe(2)
  })

  it('lets nothing finish twice, nor what was never taken', () => {
    const watermark = taken(0n, 2n)
    expect(watermark.finish(2n)).toBe(false)
    expect(watermark.finish(2n)).toBe(false)
    expect(watermark.finish(1n)).toBe(false)
    expect(watermark.unfinished).toBe(1)
  })

  it('is at every moment the lowest unfinished offset, in whatever order 10,000 of them finish', () => {
    const random = seeded(20_261_121)
    const watermark = new Watermark(0n)
    const open: bigint[] = []
    let next = 0n
    for (let step = 0; step < 20_000; step++) {
      if (open.length > 0 && (random() < 0.5 || open.length > 3_000)) {
        const [offset = 0n] = open.splice(Math.floor(random() * Math.min(open.length, 50)), 1)
        watermark.finish(offset)
      } else {
        next += random() < 0.1 ? 3n : 0n
        watermark.take(next)
        open.push(next)
        next += 1n
      }
      expect(watermark.position).toBe(open[0] ?? next)
      expect(watermark.unfinished).toBe(open.length)
    }
  })
})

function taken(...offsets: readonly bigint[]): Watermark {
  const watermark = new Watermark(offsets[0] ?? 0n)
  for (const offset of offsets) watermark.take(offset)
  return watermark
}

/** Numerical Recipes' linear congruential generator: the same run each time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
