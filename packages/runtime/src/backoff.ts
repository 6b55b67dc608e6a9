import type { RetryPolicy } from './consumer-contract.ts'
import { RETRY_DEFAULTS } from './options.ts'

/** Additive jitter adds up to a quarter. */
const ADDED = 1 / 4

/** A retry policy with nothing left open. `attempts` may be Infinity. */
export interface ResolvedRetry extends Required<RetryPolicy> {}

/** Fills in the defaults; `none` is one attempt. */
export function resolveRetry(policy: RetryPolicy = RETRY_DEFAULTS): ResolvedRetry {
  const attempts = policy.kind === 'none' ? 1 : (policy.attempts ?? Number.POSITIVE_INFINITY)
  return { ...RETRY_DEFAULTS, ...policy, attempts }
}

/** Milliseconds to wait after the `failed`-th failed try (1-based), jitter included, never above the cap. `random` is uniform in [0, 1). */
export function waitAfter(failed: number, policy: ResolvedRetry, random: number): number {
  const { capMs, jitter } = policy
  const wait = Math.min(capMs, policy.firstAfterMs * growth(failed, policy.kind))
  if (jitter === 'full') return Math.min(capMs, Math.ceil(wait * (1 - random)))
  if (jitter === 'none') return wait
  // Near the cap a quarter is spread below it: cut off at the cap, all would return at once.
  const base = Math.min(wait, capMs / (1 + ADDED))
  return Math.min(capMs, Math.ceil(base * (1 + ADDED * random)))
}

function growth(failed: number, kind: RetryPolicy['kind']): number {
  if (kind === 'exponential') return 2 ** Math.min(failed - 1, 30)
  return kind === 'linear' ? failed : 1
}
