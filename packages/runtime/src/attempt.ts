import type { Clock } from './clock.ts'
import type { Assignment, Attempt, Delivery, Source } from './delivery.ts'
import { Failure } from './failure.ts'
import { LinkedAbort } from './linked-abort.ts'

type Tried = Pick<Delivery<unknown>, 'assignment' | 'source'>

/** One running try. Its signal is made only when somebody asks for it: most handlers never do. */
class RunningAttempt implements Attempt {
  readonly number: number
  readonly startedAtMs: number
  readonly source: Source
  /** Its neighbours among those under way. */
  older: RunningAttempt | undefined = undefined
  newer: RunningAttempt | undefined = undefined
  readonly #assignment: Assignment
  #abort: LinkedAbort | undefined
  #reason: Failure | undefined

  constructor(number: number, startedAtMs: number, { assignment, source }: Tried) {
    this.number = number
    this.startedAtMs = startedAtMs
    this.source = source
    this.#assignment = assignment
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new LinkedAbort([this.#assignment.signal])
      if (this.#reason !== undefined) this.#abort.abort(this.#reason)
    }
    return this.#abort.signal
  }

  /** Whether it was told to end and has not. */
  get isOverdue(): boolean {
    return this.#reason !== undefined
  }

  /** Why it was told to end, if it was. */
  get aborted(): Failure | undefined {
    return this.#reason
  }

  abort(reason: Failure): void {
    this.#reason ??= reason
    this.#abort?.abort(this.#reason)
  }

  /** What a try failed of: what its handler threw, unless it was told to end before, as on a timeout. */
  failureOf(thrown: unknown): unknown {
    if (this.#reason === undefined) return thrown
    return new Failure(this.#reason.code, this.#reason.message, { cause: thrown })
  }

  /** The try is over: its signal follows the assignment no longer. */
  end(): void {
    this.#abort?.release()
  }
}

/**
 * The tries under way in one consumer. Looks once a second for those over their time and aborts their signal; a try ends only when
 * its handler does, so a timed-out handler keeps its lane. One timer serves all, so a message costs no timer of its own.
 */
export class Attempts {
  /** The ends of a list: to enter and to leave it costs less than a set does, and every message does both. */
  #oldest: RunningAttempt | undefined
  #newest: RunningAttempt | undefined
  readonly #clock: Clock
  readonly #timeoutMs: number
  #stopTimer: (() => void) | undefined

  constructor({ clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number }) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** Begins to look; until {@link close}. */
  open(): void {
    this.#stopTimer ??= this.#clock.every(Math.min(1_000, this.#timeoutMs), () => this.#sweep())
  }

  begin(number: number, delivery: Tried): RunningAttempt {
    return new RunningAttempt(number, this.#clock.now(), delivery)
  }

  /** Watches over a try that did not end at once, until {@link end}. Once per try. */
  watch(attempt: RunningAttempt): void {
    attempt.older = this.#newest
    if (this.#newest === undefined) this.#oldest = attempt
    else this.#newest.newer = attempt
    this.#newest = attempt
  }

  /** The try is over, whether it was watched or not. */
  end(attempt: RunningAttempt): void {
    if (attempt.older !== undefined || attempt === this.#oldest) this.#leave(attempt)
    attempt.end()
  }

  /** Tries that were told to end and have not: handlers that hang. */
  get overdue(): readonly Attempt[] {
    return [...this.#running()].filter(({ isOverdue }) => isOverdue)
  }

  /** Those under way, by what they are tries of. */
  bySource(): ReadonlyMap<Source, Attempt & { readonly isOverdue: boolean }> {
    return new Map([...this.#running()].map((attempt) => [attempt.source, attempt]))
  }

  abortAll(reason: Failure): void {
    for (const attempt of this.#running()) attempt.abort(reason)
  }

  close(): void {
    this.#stopTimer?.()
  }

  #leave(attempt: RunningAttempt): void {
    const { older, newer } = attempt
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    attempt.older = undefined
    attempt.newer = undefined
  }

  /** Oldest first. */
  *#running(): Iterable<RunningAttempt> {
    for (let attempt = this.#oldest; attempt !== undefined; attempt = attempt.newer) yield attempt
  }

  #sweep(): void {
    const limit = this.#clock.now() - this.#timeoutMs
    for (const attempt of this.#running()) {
      if (attempt.startedAtMs > limit || attempt.isOverdue) continue
      attempt.abort(new Failure('ATTEMPT_TIMEOUT', `The handler did not end within ${this.#timeoutMs} ms.`))
    }
  }
}
