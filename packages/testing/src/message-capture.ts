import type { Context, Handler, Headers, Source } from '@longshore/runtime'

/** One call of a handler. */
export interface Captured<Event> {
  readonly event: Event
  readonly key: string | null
  readonly headers: Headers
  readonly source: Source
  /** 1-based. */
  readonly attempt: number
  /** The message's, in Unix milliseconds. */
  readonly timestampMs: number
}

interface Waiter<Event> {
  readonly isMet: (messages: readonly Captured<Event>[]) => boolean
  readonly resolve: (messages: readonly Captured<Event>[]) => void
}

/**
 * A handler that remembers its calls, and that a test can await. Calls are noted before the handler it wraps runs, so failed attempts
 * are there too.
 *
 * @example
 * const capture = new ConsumerMessageCapture<UserCreated>()
 * await consume(userCreated, transport, capture.handle).start()
 * const [first] = await capture.waitFor(1)
 */
export class ConsumerMessageCapture<Event> {
  /** Give this to `consume`. */
  readonly handle: Handler<Event>
  readonly #messages: Captured<Event>[] = []
  readonly #waiters = new Set<Waiter<Event>>()

  /** @param handler What to do with a message once it is noted. Default: nothing, which is success. */
  constructor(handler: Handler<Event> = () => undefined) {
    this.handle = (event, context) => {
      this.#note(event, context)
      return handler(event, context)
    }
  }

  /** In order of the calls. */
  get messages(): readonly Captured<Event>[] {
    return this.#messages
  }

  get events(): readonly Event[] {
    return this.#messages.map(({ event }) => event)
  }

  get last(): Captured<Event> | undefined {
    return this.#messages.at(-1)
  }

  ofKey(key: string | null): readonly Captured<Event>[] {
    return this.#messages.filter((message) => message.key === key)
  }

  /** Forgets what came so far. */
  clear(): void {
    this.#messages.length = 0
  }

  /**
   * Resolves with all calls so far once there are `wanted` of them, or once `wanted` says so.
   *
   * @param withinMs Default 5 s; then it rejects with the number that came.
   */
  waitFor(
    wanted: number | ((messages: readonly Captured<Event>[]) => boolean),
    withinMs = 5_000,
  ): Promise<readonly Captured<Event>[]> {
    const isMet = typeof wanted === 'number' ? () => this.#messages.length >= wanted : wanted
    if (isMet(this.#messages)) return Promise.resolve(this.#messages)
    return new Promise((resolve, reject) => {
      const waiter = { isMet, resolve: (messages: readonly Captured<Event>[]) => settle(() => resolve(messages)) }
      const settle = (answer: () => void) => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
        answer()
      }
      const timer = setTimeout(() => settle(() => reject(this.#tooFew(wanted, withinMs))), withinMs)
      this.#waiters.add(waiter)
    })
  }

  #note(event: Event, { key, headers, source, attempt, timestampMs }: Context): void {
    this.#messages.push({ event, key, headers, source, attempt, timestampMs })
    for (const { isMet, resolve } of this.#waiters) if (isMet(this.#messages)) resolve(this.#messages)
  }

  #tooFew(wanted: unknown, withinMs: number): Error {
    const expected = typeof wanted === 'number' ? `of ${wanted} ` : ''
    return new Error(`${this.#messages.length} ${expected}messages came within ${withinMs} ms.`)
  }
}
