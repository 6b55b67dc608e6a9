import { describe, expect, it } from 'vitest'
import { FOR_EVER, parseRetention } from './retention.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

describe('a retention', () => {
  it.each([
    ['7d', 7 * DAY_MS],
    ['24h', DAY_MS],
    ['30m', 30 * 60_000],
    ['10s', 10_000],
    ['500ms', 500],
    ['6 years', 6 * 365 * DAY_MS],
    ['P7D', 7 * DAY_MS],
    ['PT1H30M', 90 * 60_000],
    ['P1Y', 365 * DAY_MS],
    ['604800000', 7 * DAY_MS],
    [86_400_000, DAY_MS],
    ['infinite', FOR_EVER],
    ['-1', FOR_EVER],
    [-1, FOR_EVER],
  ])('of %s', (text, ms) => expect(parseRetention(text)).toBe(ms))

  it.each(['', 'P', 'soon', '7 parsecs', '1d2h', null, {}])('is not %s', (value) =>
    expect(parseRetention(value)).toBeUndefined(),
  )
})
