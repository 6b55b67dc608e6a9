import type { Clock } from './clock.ts'

/**
 * An abort signal that follows others until it is released. `AbortSignal.any` would keep what it made, and whoever listens to it, for
 * as long as its sources live: a partition that is held for weeks would gather every message's.
 */
export class LinkedAbort {
  readonly #controller = new AbortController()
  readonly #sources: readonly AbortSignal[]
  readonly #follow = ({ target }: Event): void => {
    if (target instanceof AbortSignal) this.abort(target.reason)
  }

  constructor(sources: readonly AbortSignal[]) {
    this.#sources = sources
    for (const source of sources) {
      if (source.aborted) this.abort(source.reason)
      else source.addEventListener('abort', this.#follow, { once: true })
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason)
  }

  /** Follows its sources no longer. The signal stays as it is. */
  release(): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#follow)
  }
}

/** Sleeps until the time has passed or one of the signals aborts. Answers whether the time has passed. */
export async function sleepUnlessAborted(clock: Clock, ms: number, signals: readonly AbortSignal[]): Promise<boolean> {
  const abort = new LinkedAbort(signals)
  try {
    await clock.sleep(ms, abort.signal)
    return true
  } catch {
    return false
  } finally {
    abort.release()
  }
}
