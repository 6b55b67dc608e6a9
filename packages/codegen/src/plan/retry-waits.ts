import type { RetryFacts } from './consumer-facts.ts'

/** How long messages wait in RabbitMQ, in milliseconds; the AMQP transport has a queue for each. */
const WAITS_MS = [
  ...[250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000],
  ...[1, 2, 5, 10, 30, 60].map((minutes) => minutes * 60_000),
]

/** The runtime's defaults. */
const FIRST_AFTER_MS = 1_000
const CAP_MS = 30_000

/**
 * The waits that a retry policy can ask for: all up to its longest, for a wait is drawn at random below the step of the ladder. A
 * handler may ask for others by `RetryAfter`, and so may options.
 */
export function retryWaits(retry: RetryFacts): readonly number[] {
  const longestMs = longestWait(retry)
  const last = WAITS_MS.findIndex((waitMs) => waitMs >= longestMs)
  if (longestMs === 0) return []
  return last === -1 ? WAITS_MS : WAITS_MS.slice(0, last + 1)
}

/** After the last attempt nothing waits. */
function longestWait({ kind, attempts, firstAfterMs = FIRST_AFTER_MS, capMs = CAP_MS }: RetryFacts): number {
  if (attempts === undefined) return kind === 'fixed' ? Math.min(firstAfterMs, capMs) : capMs
  const waits = attempts - 1
  if (waits === 0) return 0
  const growth = { exponential: 2 ** (waits - 1), linear: waits, fixed: 1 }
  return Math.min(capMs, firstAfterMs * growth[kind])
}
