import { describe, expect, it } from 'vitest'
import { retryWaits } from './retry-waits.ts'

const longest = (...[retry]: Parameters<typeof retryWaits>) => retryWaits(retry).at(-1)

describe('the waits of a retry policy', () => {
  it('are all up to the longest, for a wait is drawn at random', () => {
    expect(retryWaits({ kind: 'fixed', firstAfterMs: 2_000 })).toEqual([250, 500, 1_000, 2_000])
  })

  it.each([
    ['doubles until its last attempt', { kind: 'exponential', attempts: 4, firstAfterMs: 1_000 }, 5_000],
    ['doubles up to its cap', { kind: 'exponential', attempts: 20, capMs: 8_000 }, 10_000],
    ['has no bound but its cap', { kind: 'linear' }, 30_000],
    ['adds the same each time', { kind: 'linear', attempts: 11, firstAfterMs: 1_000 }, 10_000],
    ['waits longer than a queue does', { kind: 'fixed', firstAfterMs: 7_200_000, capMs: 7_200_000 }, 3_600_000],
    ['tries once', { kind: 'fixed', attempts: 1 }, undefined],
  ] as const)('end with the one that a policy asks for which %s', (_, retry, waitMs) => {
    expect(longest(retry)).toBe(waitMs)
  })
})
