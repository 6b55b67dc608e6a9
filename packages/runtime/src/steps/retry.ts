import type { Attempts } from '../attempt.ts'
import { type ResolvedRetry, waitAfter } from '../backoff.ts'
import type { Clock } from '../clock.ts'
import type { Incoming } from '../delivery.ts'
import type { DependencyGate } from '../dependency-gate.ts'
import { Failure, type FailureRecord, movedOn } from '../failure.ts'
import { sleepUnlessAborted } from '../linked-abort.ts'
import type { Outcome } from '../outcome.ts'
import type { Handle, Step } from '../step.ts'
import type { Waits } from '../waits.ts'

type Raw = Incoming['body']

export interface RetryOptions {
  readonly policy: ResolvedRetry
  /** Tries while the message keeps its place; more only where something can hold it back. */
  readonly laneAttempts: number
  /** Whether something outside the lane can hold the message back: it understands the outcome `retry`. */
  readonly canDelay: boolean
  /** Whether the message should make room now, whatever tries it has left in its lane. */
  readonly mustYield: (delivery: Incoming) => boolean
  readonly attempts: Attempts
  readonly gate: DependencyGate
  readonly waits: Waits
  readonly clock: Clock
  /** Ends a wait between tries: the consumer is stopping. */
  readonly stopping: AbortSignal
  /** Told of every try that begins. */
  readonly onAttempt: () => void
  /** Told of every failed try. */
  readonly onFailedAttempt: (delivery: Incoming, failure: Failure, record: FailureRecord) => void
}

/**
 * Tries again what may yet succeed, in place, with its key's lane closed behind it; then asks for it to be held back; then gives up.
 * Poison passes straight through. While a dependency is away nothing is tried, and that time counts as no attempt.
 */
export function retry(options: RetryOptions): Step<Raw> {
  return {
    name: 'retry',
    about: describePolicy(options),
    wrap: (next) => (delivery) => {
      const waiting = enterGate(delivery, attemptsBefore(delivery), options)
      if (waiting !== undefined) return waiting.then((outageMs) => tryInTurn(delivery, next, outageMs, options))
      return tryInTurn(delivery, next, 0, options)
    },
  }
}

/** The first try: without a promise where the handler needs none, with one where it succeeds. */
function tryInTurn(
  delivery: Incoming,
  next: Handle<Raw>,
  outageMs: number,
  options: RetryOptions,
): Outcome | Promise<Outcome> {
  const goOn = (thrown: unknown, startedAtMs: number) =>
    tryOn(delivery, next, { thrown, startedAtMs, outageMs }, options)
  try {
    return tryOnce(delivery, next, 1, options, goOn)
  } catch (thrown) {
    return goOn(thrown, options.clock.now())
  }
}

/** One try. Throws what a try threw that needed no promise; `failed` takes what one with a promise was rejected with. */
function tryOnce(
  delivery: Incoming,
  next: Handle<Raw>,
  tryInLane: number,
  { attempts, gate, onAttempt }: RetryOptions,
  failed: (thrown: unknown, startedAtMs: number) => Promise<Outcome>,
): Outcome | Promise<Outcome> {
  const attempt = attempts.begin(attemptsBefore(delivery) + tryInLane, delivery)
  onAttempt()
  let outcome: Outcome | Promise<Outcome> | undefined
  try {
    outcome = next({ ...delivery, attempt })
  } finally {
    if (!(outcome instanceof Promise)) attempt.end()
  }
  if (!(outcome instanceof Promise)) {
    gate.ended(delivery)
    return outcome
  }
  attempts.watch(attempt)
  return outcome.then(
    (settled) => {
      attempts.end(attempt)
      gate.ended(delivery)
      return settled
    },
    (thrown) => {
      attempts.end(attempt)
      return failed(attempt.failureOf(thrown), attempt.startedAtMs)
    },
  )
}

/** How a first try ended, and how long it had waited before it for a dependency. */
interface FirstTry {
  readonly thrown: unknown
  readonly startedAtMs: number
  readonly outageMs: number
}

async function tryOn(delivery: Incoming, next: Handle<Raw>, first: FirstTry, options: RetryOptions): Promise<Outcome> {
  const { clock, gate, policy } = options
  let failure = Failure.from(first.thrown)
  let { startedAtMs } = first
  let firstFailureAtMs = delivery.history?.firstFailureAtMs
  let tryInLane = 1
  // Since the first failure: what is waited before it takes nothing from the budget.
  let outageMs = firstFailureAtMs === undefined ? 0 : first.outageMs
  for (;;) {
    const isOutage = gate.ended(delivery, failure)
    if (failure.class === 'released') throw failure
    if (isOutage) {
      await enterGate(delivery, attemptsBefore(delivery) + tryInLane, options)
      if (firstFailureAtMs !== undefined) outageMs += clock.now() - startedAtMs
    } else {
      const attempts = attemptsBefore(delivery) + tryInLane
      firstFailureAtMs ??= clock.now()
      const record: FailureRecord = { attempts, firstFailureAtMs, lastFailureAtMs: clock.now() }
      options.onFailedAttempt(delivery, failure, record)
      const afterMs = Math.max(failure.afterMs ?? 0, waitAfter(attempts, policy, clock.random()))
      giveUpIfSpent(failure, record, afterMs - outageMs, policy)
      if (tryInLane >= options.laneAttempts || options.mustYield(delivery)) {
        if (options.canDelay) return { kind: 'retry', afterMs, failure, record: movedOn(record, outageMs) }
        if (tryInLane >= options.laneAttempts) throw exhausted('ATTEMPTS_EXHAUSTED', failure, record)
      }
      await sleep(afterMs, delivery, { attempts, code: failure.code }, options)
      outageMs += (await enterGate(delivery, attempts, options)) ?? 0
      tryInLane += 1
    }
    startedAtMs = clock.now()
    try {
      return await tryOnce(delivery, next, tryInLane, options, (again) => Promise.reject(again))
    } catch (again) {
      failure = Failure.from(again)
    }
  }
}

/** Waits while a dependency is away, unless the consumer stops or the assignment ends first. Answers for how long, in milliseconds. */
function enterGate(
  delivery: Incoming,
  attempts: number,
  { clock, gate, stopping, waits }: RetryOptions,
): undefined | Promise<number> {
  const passing = gate.enter(delivery)
  if (passing === undefined) return undefined
  const dependency = gate.outage?.dependency ?? 'a dependency'
  const sinceMs = clock.now()
  return waits.during(delivery, { kind: 'dependency', sinceMs, attempts, dependency }, passing).then((passed) => {
    if (!passed) throw releasedBy(stopping)
    return clock.now() - sinceMs
  })
}

function attemptsBefore({ history }: Incoming): number {
  return history?.attempts ?? 0
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
async function sleep(
  afterMs: number,
  delivery: Incoming,
  failed: { readonly attempts: number; readonly code: string },
  { clock, stopping, waits }: RetryOptions,
): Promise<void> {
  const sinceMs = clock.now()
  const wait = { kind: 'backoff', sinceMs, untilMs: sinceMs + afterMs, ...failed } as const
  const sleeping = sleepUnlessAborted(clock, afterMs, [stopping, delivery.assignment.signal])
  if (await waits.during(delivery, wait, sleeping)) return
  throw releasedBy(stopping)
}

function releasedBy(stopping: AbortSignal): Failure {
  return new Failure(stopping.aborted ? 'STOPPED' : 'ASSIGNMENT_LOST')
}

function describePolicy({ policy, laneAttempts, canDelay }: RetryOptions): string {
  if (policy.attempts === 1) return 'no retries'
  const total = Number.isFinite(policy.attempts) ? `${policy.attempts} attempts` : 'attempts'
  const lane = Math.min(laneAttempts, policy.attempts)
  const beyond =
    policy.attempts <= laneAttempts
      ? ''
      : canDelay
        ? ', then held back'
        : ', no more: nothing can hold the message back'
  return `${total} within ${policy.budgetMs / 1_000} s, ${policy.kind} from ${policy.firstAfterMs} ms up to ${policy.capMs} ms, ${policy.jitter} jitter; ${lane} in the key's lane${beyond}`
}
