import { describe, expect, it } from 'vitest'
import { reconnectAfterMs } from './reconnect-after.ts'

describe('the wait before a broker is tried again', () => {
  it('doubles from a quarter of a second to five seconds, its upper half at random', () => {
    const range = (attempt: number) => [0, 1].map((chance) => reconnectAfterMs(attempt, { random: () => chance }))
    expect([1, 2, 5, 6, 1_000].map(range)).toEqual([
      [125, 250],
      [250, 500],
      [2_000, 4_000],
      [2_500, 5_000],
      [2_500, 5_000],
    ])
  })
})
