import type { Clock } from './clock.ts'

const FIRST_MS = 250
const CAP_MS = 5 * 1_000

/**
 * Milliseconds to wait before the `attempt`-th try (1-based) to reach a broker again: doubles from 250 ms to 5 s, the upper half at random,
 * so that many clients do not return at once.
 */
export function reconnectAfterMs(attempt: number, clock: Pick<Clock, 'random'>): number {
  const wait = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 16))
  return Math.round(wait / 2 + (wait / 2) * clock.random())
}
