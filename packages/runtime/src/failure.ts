/**
 * How a failure is treated; see docs/errors.md.
 *
 * - `poison`: no retry, dead letter at once
 * - `transient`: retried
 * - `dependency-down`: the consumer waits, no attempt is counted
 * - `exhausted`: retries are spent, dead letter
 * - `released`: not settled; the message comes again, here or elsewhere
 * - `fatal`: not about a message: the consumer cannot start or go on
 */
export type FailureClass = 'poison' | 'transient' | 'dependency-down' | 'exhausted' | 'released' | 'fatal'

interface FailureKind {
  readonly class: FailureClass
  readonly about: string
  readonly fix: string
}

/** Every failure the runtime knows. Closed: a new code is a new line here and in docs/errors.md. */
export const FAILURES = Object.freeze({
  DECODE_FAILED: {
    class: 'poison',
    about: 'The bytes are not what the content type says.',
    fix: 'Look at the dead letter; correct the publisher, then redrive a corrected copy.',
  },
  SCHEMA_VIOLATED: {
    class: 'poison',
    about: 'The message does not match its schema.',
    fix: 'Compare the violations with the contract; correct the publisher, or widen the contract and deploy before you redrive.',
  },
  UNKNOWN_MESSAGE: {
    class: 'poison',
    about: 'The channel carries a message the contract does not name.',
    fix: 'Add the message to the contract, or leave unknownMessage at "ack".',
  },
  TOMBSTONE: {
    class: 'poison',
    about: 'The value is empty and this consumer does not take tombstones.',
    fix: 'Set tombstone to "ack" or "handle" if the topic is compacted.',
  },
  PAYLOAD_CHANGED: {
    class: 'poison',
    about: 'A message with this id but another payload was handled before.',
    fix: 'Give each event its own id at the publisher.',
  },
  PERMANENT: {
    class: 'poison',
    about: 'The handler said that trying again cannot help.',
    fix: 'Read the cause in the dead letter; correct the handler or the data, then redrive.',
  },
  CRASH_LOOP: {
    class: 'poison',
    about: 'The process died each time it worked on this message.',
    fix: 'Reproduce the crash with the dead letter, correct the handler, then redrive.',
  },
  HANDLER_FAILED: {
    class: 'transient',
    about: 'The handler threw.',
    fix: 'Read the cause; the message is retried until its attempts or its budget are spent.',
  },
  RETRY_AFTER: {
    class: 'transient',
    about: 'The handler asked to be called again later.',
    fix: 'Nothing, unless it never ends.',
  },
  ATTEMPT_TIMEOUT: {
    class: 'transient',
    about: 'The handler did not end within the attempt timeout.',
    fix: 'Pass context.signal to what the handler awaits, make it faster, or raise attemptTimeoutMs.',
  },
  DEPENDENCY_DOWN: {
    class: 'dependency-down',
    about: 'Something the handler depends on is away; the consumer waits without counting attempts.',
    fix: 'Bring the dependency back; the consumer goes on by itself.',
  },
  ATTEMPTS_EXHAUSTED: {
    class: 'exhausted',
    about: 'All attempts failed.',
    fix: 'Read the last cause, correct it, then redrive.',
  },
  BUDGET_EXHAUSTED: {
    class: 'exhausted',
    about: 'The time budget for retries is spent.',
    fix: 'Read the last cause, correct it, then redrive.',
  },
  BROKER_UNREACHABLE: {
    class: 'fatal',
    about: 'The broker does not answer.',
    fix: 'Check the address and that the broker is up; `longshore doctor` tests both.',
  },
  BROKER_REFUSED_CREDENTIALS: {
    class: 'fatal',
    about: 'The broker refused the credentials.',
    fix: 'Check user, password and mechanism in the environment; they are not retried.',
  },
  BROKER_REFUSED: {
    class: 'fatal',
    about: 'The broker refused the request.',
    fix: 'Read the cause: a missing topic, a missing right, or a declaration that conflicts with the existing one.',
  },
  PUBLISH_FAILED: {
    class: 'transient',
    about: 'The broker did not confirm a message.',
    fix: 'Nothing was let go; the publish is repeated. Check the broker if it lasts.',
  },
  ASSIGNMENT_LOST: {
    class: 'released',
    about: 'The partition, channel or session was lost while the message was worked on.',
    fix: 'Nothing: its new owner gets the message again.',
  },
  CONTRADICTORY_OPTIONS: {
    class: 'fatal',
    about: 'Two options contradict each other.',
    fix: 'Change one of the options the message names.',
  },
  STOPPED: {
    class: 'released',
    about: 'The consumer or transport is stopped.',
    fix: 'Nothing for the message: it comes again after the next start. A stopped consumer is not started again; create a new one.',
  },
} as const satisfies { readonly [code: string]: FailureKind })

export type FailureCode = keyof typeof FAILURES

/** What a failure may carry beside its code and message. */
export interface FailureParts {
  readonly cause?: unknown
  readonly afterMs?: number
  readonly dependency?: string
  readonly record?: FailureRecord
}

/** The history a failed message takes along, in its headers. */
export interface FailureRecord {
  /** Tries so far, the last one included. */
  readonly attempts: number
  /** For a message that was held back: moved on by the time that outages took, so that it pays for its own failures alone. */
  readonly firstFailureAtMs: number
  readonly lastFailureAtMs: number
}

/** The record of a message that is held back, without the time an outage has taken from its budget. */
export function movedOn(record: FailureRecord, outageMs: number): FailureRecord {
  return { ...record, firstFailureAtMs: Math.min(record.firstFailureAtMs + outageMs, record.lastFailureAtMs) }
}

const BRAND = Symbol.for('longshore.failure')

/**
 * The one error class of the runtime. Its message says what happened and to what, never a payload value. Recognise it with
 * {@link Failure.is}, not with `instanceof`: two copies of the runtime may share one process.
 */
export class Failure extends Error {
  readonly code: FailureCode
  /** For RETRY_AFTER: how long to wait. */
  readonly afterMs?: number
  /** For DEPENDENCY_DOWN: which one. */
  readonly dependency?: string
  /** Once the retry step has given up: the tries behind it. */
  readonly record?: FailureRecord

  constructor(code: FailureCode, message?: string, details: FailureParts = {}) {
    super(message ?? FAILURES[code].about, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Failure'
    this.code = code
    if (details.afterMs !== undefined) this.afterMs = details.afterMs
    if (details.dependency !== undefined) this.dependency = details.dependency
    if (details.record !== undefined) this.record = details.record
    Object.defineProperty(this, BRAND, { value: true })
  }

  get class(): FailureClass {
    return FAILURES[this.code].class
  }

  get fix(): string {
    return FAILURES[this.code].fix
  }

  static is(value: unknown): value is Failure {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  /** Total: whatever was thrown becomes a failure. What is not known to be worse is transient. */
  static from(thrown: unknown): Failure {
    if (Failure.is(thrown)) return thrown
    return new Failure('HANDLER_FAILED', `The handler threw ${errorType(thrown)}.`, { cause: thrown })
  }
}

/** Throw it when trying again cannot help: the message goes to the dead letters at once. */
export class PermanentFailure extends Failure {
  constructor(reason: string, cause?: unknown) {
    super('PERMANENT', reason, { cause })
  }
}

/** Throw it to be tried again no sooner than `afterMs`. Counts as an attempt. */
export class RetryAfter extends Failure {
  constructor(afterMs: number, cause?: unknown) {
    super('RETRY_AFTER', undefined, { afterMs, cause })
  }
}

/** Throw it when a dependency is away: the consumer pauses and probes with one message; no attempt is counted. */
export class DependencyDown extends Failure {
  constructor(dependency: string, cause?: unknown) {
    super('DEPENDENCY_DOWN', `${dependency} is away.`, { dependency, cause })
  }
}

/** The constructor's name of what was thrown: `TypeError`, `string`. Safe to log, unlike its message. */
export function errorType(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown
  return thrown.constructor?.name ?? 'Object'
}
