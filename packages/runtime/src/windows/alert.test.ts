import { describe, expect, it } from 'vitest'
import { type AlertRule, type AlertState, judge } from './alert.ts'

/** `!` for each result during an episode, `.` for the others. */
function episodes(rule: AlertRule, ...results: readonly (readonly [value: number, count: number])[]): string {
  let state: AlertState | undefined
  return results
    .map(([value, count], index) => {
      state = judge(rule, state, { endMs: index, value, count })
      return state.episode === undefined ? '.' : '!'
    })
    .join('')
}

describe('an alert', () => {
  it('is one episode from the first result above the threshold to the first that is not', () => {
    expect(episodes({ above: 0.8 }, [0.8, 1], [0.81, 1], [0.9, 1], [0.8, 1], [0.7, 1], [0.9, 1])).toBe('.!!..!')
  })

  it('with hysteresis goes on until a result is clearly below', () => {
    const rule = { above: 0.8, hysteresis: 0.25 }
    expect(episodes(rule, [0.85, 1], [0.79, 1], [0.82, 1], [0.56, 1], [0.55, 1], [0.79, 1], [0.81, 1])).toBe('!!!!..!')
  })

  it('is decided by no result of too few events, neither way', () => {
    const rule = { above: 0.8, minSamples: 3 }
    expect(episodes(rule, [1, 1], [1, 2], [1, 3], [0, 2], [0, 3])).toBe('..!!.')
  })

  it('is not decided by the revision of an older result, but by that of the newest', () => {
    const rule = { above: 0.8 }
    const newest = judge(rule, undefined, { endMs: 10, value: 0.5, count: 2 })
    expect(judge(rule, newest, { endMs: 9, value: 1, count: 2 })).toEqual(newest)
    expect(judge(rule, newest, { endMs: 10, value: 1, count: 3 }).episode).toEqual({ startedAtMs: 10, peak: 1 })
  })

  it('remembers the highest result of its episode', () => {
    const rule = { above: 0.8 }
    let state: AlertState | undefined
    for (const value of [0.9, 0.95, 0.85]) state = judge(rule, state, { endMs: 1, value, count: 1 })
    expect(state?.episode?.peak).toBe(0.95)
  })
})
