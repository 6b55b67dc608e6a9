import { describe, expect, it } from 'vitest'
import { loadOf } from './load.ts'
import { CHAOS_DEFAULTS } from './settings.ts'

const settings = { ...CHAOS_DEFAULTS, seed: 7, seconds: 60, keys: 60, perSecond: 200, deadly: 2 }

describe('the messages of a run', () => {
  it('are the same for the same seed, whoever publishes them, and others for another', () => {
    const kinds = (seed: number) => Array.from({ length: 500 }, (_, n) => loadOf({ ...settings, seed }, 3, n).kind)
    expect(kinds(7)).toEqual(kinds(7))
    expect(kinds(7)).not.toEqual(kinds(8))
  })

  it('are poison in three of a hundred, flaky in three and published twice in two', () => {
    const all = Array.from({ length: 60 }, (_, key) => Array.from({ length: 200 }, (_, n) => loadOf(settings, key, n)))
    const counts = Object.groupBy(all.flat(), ({ kind }) => kind)
    const share = (kind: keyof typeof counts) => (100 * (counts[kind]?.length ?? 0)) / (60 * 200)
    expect(share('garbage') + share('invalid') + share('refused')).toBeCloseTo(3, 0)
    expect(share('flaky')).toBeCloseTo(3, 0)
    expect(share('twice')).toBeCloseTo(2, 0)
  })

  it('hold as many deadly ones as asked for, spread over the run', () => {
    const deadly = (key: number) =>
      Array.from({ length: 200 }, (_, n) => loadOf(settings, key, n)).filter(({ kind }) => kind === 'deadly')
    expect([0, 1, 2].map((key) => deadly(key).map(({ n }) => n))).toEqual([[66], [133], []])
  })
})
