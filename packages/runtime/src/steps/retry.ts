import type { Attempts } from '../attempt.ts'
import { type ResolvedRetry, waitAfter } from '../backoff.ts'
import type { Clock } from '../clock.ts'
import type { Incoming } from '../delivery.ts'
import { Failure, type FailureRecord } from '../failure.ts'
import { sleepUnlessAborted } from '../linked-abort.ts'
import type { Outcome } from '../outcome.ts'
import type { Handle, Step } from '../step.ts'

type Raw = Incoming['body']

export interface RetryOptions {
  readonly policy: ResolvedRetry
  /** Tries while the message keeps its place; more only where the transport can hold it back. */
  readonly laneAttempts: number
  /** Whether the transport understands the outcome `retry`. */
  readonly canDelay: boolean
  readonly attempts: Attempts
  readonly clock: Clock
  /** Ends a wait between tries: the consumer is stopping. */
  readonly stopping: AbortSignal
  /** Told of every failed try. */
  readonly onFailedAttempt: (delivery: Incoming, failure: Failure, record: FailureRecord) => void
}

/**
 * Tries again what may yet succeed, in place, with its key's lane closed behind it; then asks the transport to hold it back; then
 * gives up. Poison passes straight through.
 */
export function retry(options: RetryOptions): Step<Raw> {
  return {
    name: 'retry',
    about: describePolicy(options),
    wrap: (next) => (delivery) => {
      try {
        const outcome = tryOnce(delivery, next, 1, options)
        return outcome instanceof Promise ? outcome.catch((thrown) => tryOn(delivery, next, thrown, options)) : outcome
      } catch (thrown) {
        return tryOn(delivery, next, thrown, options)
      }
    },
  }
}

function tryOnce(
  delivery: Incoming,
  next: Handle<Raw>,
  tryInLane: number,
  { attempts }: RetryOptions,
): Outcome | Promise<Outcome> {
  const attempt = attempts.begin((delivery.history?.attempts ?? 0) + tryInLane, delivery.assignment)
  let outcome: Outcome | Promise<Outcome> | undefined
  try {
    outcome = next({ ...delivery, attempt })
  } finally {
    if (!(outcome instanceof Promise)) attempt.end()
  }
  return outcome instanceof Promise ? attempts.watch(attempt, outcome) : outcome
}

async function tryOn(delivery: Incoming, next: Handle<Raw>, thrown: unknown, options: RetryOptions): Promise<Outcome> {
  const { clock, policy } = options
  let failure = Failure.from(thrown)
  const firstFailureAtMs = delivery.history?.firstFailureAtMs ?? clock.now()
  for (let tryInLane = 1; ; tryInLane++) {
    if (failure.class === 'released') throw failure
    const attempts = (delivery.history?.attempts ?? 0) + tryInLane
    const record = { attempts, firstFailureAtMs, lastFailureAtMs: clock.now() }
    options.onFailedAttempt(delivery, failure, record)
    const afterMs = Math.max(failure.afterMs ?? 0, waitAfter(attempts, policy, clock.random()))
    giveUpIfSpent(failure, record, afterMs, policy)
    if (tryInLane >= options.laneAttempts) {
      if (options.canDelay) return { kind: 'retry', afterMs, failure, record }
      throw exhausted('ATTEMPTS_EXHAUSTED', failure, record)
    }
    await sleep(afterMs, delivery, options)
    try {
      return await tryOnce(delivery, next, tryInLane + 1, options)
    } catch (again) {
      failure = Failure.from(again)
    }
  }
}

function giveUpIfSpent(failure: Failure, record: FailureRecord, afterMs: number, policy: ResolvedRetry): void {
  if (failure.class === 'poison' || failure.class === 'fatal') {
    throw new Failure(failure.code, failure.message, { cause: failure.cause, record })
  }
  if (record.attempts >= policy.attempts) throw exhausted('ATTEMPTS_EXHAUSTED', failure, record)
  if (record.lastFailureAtMs + afterMs - record.firstFailureAtMs > policy.budgetMs)
    throw exhausted('BUDGET_EXHAUSTED', failure, record)
}

function exhausted(code: 'ATTEMPTS_EXHAUSTED' | 'BUDGET_EXHAUSTED', failure: Failure, record: FailureRecord): Failure {
  const spent =
    code === 'ATTEMPTS_EXHAUSTED'
      ? `all ${record.attempts} attempts`
      : `the retry budget after ${record.attempts} attempts`
  return new Failure(code, `Spent ${spent}; last: ${failure.message}`, { cause: failure.cause, record })
}

/** Waits, unless the consumer stops or the assignment ends first: then the message is released. */
async function sleep(afterMs: number, { assignment }: Incoming, { clock, stopping }: RetryOptions): Promise<void> {
  if (await sleepUnlessAborted(clock, afterMs, [stopping, assignment.signal])) return
  throw new Failure(stopping.aborted ? 'STOPPED' : 'ASSIGNMENT_LOST')
}

function describePolicy({ policy, laneAttempts, canDelay }: RetryOptions): string {
  if (policy.attempts === 1) return 'no retries'
  const total = Number.isFinite(policy.attempts) ? `${policy.attempts} attempts` : 'attempts'
  const lane = Math.min(laneAttempts, policy.attempts)
  const beyond =
    policy.attempts <= laneAttempts
      ? ''
      : canDelay
        ? ', then held back by the transport'
        : ', no more: nothing can hold the message back'
  return `${total} within ${policy.budgetMs / 1_000} s, ${policy.kind} from ${policy.firstAfterMs} ms up to ${policy.capMs} ms, ${policy.jitter} jitter; ${lane} in the key's lane${beyond}`
}
