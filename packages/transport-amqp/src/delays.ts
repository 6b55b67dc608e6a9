/**
 * How long a message may wait, in milliseconds: one queue for each, because the broker lets only the first message of a queue expire.
 * Steps of 2.5 at most, so that a wait is not much longer than asked for.
 */
export const DELAYS_MS: readonly number[] = Object.freeze([
  250,
  500,
  1_000,
  2_000,
  5_000,
  10_000,
  20_000,
  30_000,
  60_000,
  2 * 60_000,
  5 * 60_000,
  10 * 60_000,
  30 * 60_000,
  60 * 60_000,
])

const LONGEST_MS = 60 * 60_000

/** The shortest of the waits that is not shorter than asked for; above the longest, that one, and the rest in another turn. */
export function delayFor(afterMs: number): number {
  return DELAYS_MS.find((delayMs) => delayMs >= afterMs) ?? LONGEST_MS
}
