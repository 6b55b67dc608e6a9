import { describe, expect, it } from 'vitest'
import { resolveRetry, waitAfter } from './backoff.ts'
import type { RetryPolicy } from './consumer-contract.ts'

describe('the wait after a failed try', () => {
  it('doubles up to the cap when exponential', () => {
    expect(waits({ kind: 'exponential', jitter: 'none' }, 7)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ])
  })

  it('grows by the first wait when linear', () => {
    expect(waits({ kind: 'linear', firstAfterMs: 200, jitter: 'none' }, 4)).toEqual([200, 400, 600, 800])
  })

  it('stays when fixed', () => {
    expect(waits({ kind: 'fixed', firstAfterMs: 200, jitter: 'none' }, 3)).toEqual([200, 200, 200])
  })

  it('lies in (0, wait] with full jitter', () => {
    const policy = resolveRetry({ kind: 'fixed', firstAfterMs: 1_000, jitter: 'full' })
    expect(waitAfter(1, policy, 0)).toBe(1_000)
    expect(waitAfter(1, policy, 0.5)).toBe(500)
    expect(waitAfter(1, policy, 1 - Number.EPSILON)).toBe(1)
  })

  it('lies in [wait, 1.25 wait) with additive jitter', () => {
    const policy = resolveRetry({ kind: 'fixed', firstAfterMs: 1_000, jitter: 'additive' })
    expect(waitAfter(1, policy, 0)).toBe(1_000)
    expect(waitAfter(1, policy, 1 - Number.EPSILON)).toBe(1_250)
  })

  it('never lies above the cap nor below 0, and is spread also at the cap, whatever the policy', () => {
    const random = seeded(7)
    const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
      items[Math.floor(random() * items.length)] ?? items[0]
    for (let round = 0; round < 20_000; round++) {
      const policy = resolveRetry({
        kind: pick(['exponential', 'linear', 'fixed']),
        jitter: pick(['full', 'additive', 'none']),
        firstAfterMs: random() * 10 ** pick([0, 3, 6]),
        capMs: 1 + random() * 10 ** pick([0, 3, 6]),
      })
      const failed = 1 + Math.floor(random() * 60)
      const wait = waitAfter(failed, policy, random())
      expect(wait, JSON.stringify({ policy, failed })).toBeLessThanOrEqual(policy.capMs)
      expect(wait).toBeGreaterThanOrEqual(0)
    }
    const capped = resolveRetry({ kind: 'fixed', firstAfterMs: 60_000, capMs: 30_000, jitter: 'additive' })
    expect([0, 0.5, 1 - Number.EPSILON].map((chance) => waitAfter(1, capped, chance))).toEqual([24_000, 27_000, 30_000])
  })

  it('stays finite however often it failed', () => {
    expect(waitAfter(1_000_000, resolveRetry({ kind: 'exponential', capMs: Number.MAX_VALUE }), 0)).toBeLessThan(
      Infinity,
    )
  })
})

describe('a retry policy', () => {
  it('is one attempt when there is none', () => {
    expect(resolveRetry({ kind: 'none', attempts: 9 }).attempts).toBe(1)
  })

  it('is bounded by its budget alone when it names no attempts', () => {
    expect(resolveRetry({ kind: 'exponential' })).toMatchObject({
      attempts: Number.POSITIVE_INFINITY,
      budgetMs: 300_000,
    })
  })
})

/** Numerical Recipes' linear congruential generator. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function waits(policy: RetryPolicy, count: number): readonly number[] {
  const resolved = resolveRetry(policy)
  return Array.from({ length: count }, (_, index) => waitAfter(index + 1, resolved, 0))
}
