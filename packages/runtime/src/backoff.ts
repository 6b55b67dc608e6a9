import type { RetryPolicy } from './consumer-contract.ts'
import { RETRY_DEFAULTS } from './options.ts'

/** A retry policy with nothing left open. `attempts` may be Infinity. */
export interface ResolvedRetry extends Required<RetryPolicy> {}

/** Fills in the defaults; `none` is one attempt. */
export function resolveRetry(policy: RetryPolicy = RETRY_DEFAULTS): ResolvedRetry {
  const attempts = policy.kind === 'none' ? 1 : (policy.attempts ?? Number.POSITIVE_INFINITY)
  return { ...RETRY_DEFAULTS, ...policy, attempts }
}

/** Milliseconds to wait after the `failed`-th failed try (1-based), jitter included. `random` is uniform in [0, 1). */
export function waitAfter(failed: number, policy: ResolvedRetry, random: number): number {
  const wait = Math.min(policy.capMs, policy.firstAfterMs * growth(failed, policy.kind))
  if (policy.jitter === 'full') return Math.ceil(wait * (1 - random))
  if (policy.jitter === 'additive') return Math.ceil(wait + (wait / 4) * random)
  return wait
}

function growth(failed: number, kind: RetryPolicy['kind']): number {
  if (kind === 'exponential') return 2 ** Math.min(failed - 1, 30)
  return kind === 'linear' ? failed : 1
}
