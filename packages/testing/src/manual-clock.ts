import type { Clock } from '@longshore/runtime'

interface Sleeper {
  readonly dueMs: number
  wake(): void
}

/**
 * A clock that stands still until it is turned. Sleepers wake in the order they are due, and whatever they wake gets to run before
 * the next one does, so a test can say "a minute passes" and look at the result.
 */
export class ManualClock implements Clock {
  #nowMs: number
  #sleepers: Sleeper[] = []
  /** What `random()` answers; 0 makes full jitter wait its full time. */
  chance = 0

  /** @param startMs Unix milliseconds. Default 2026-01-01T00:00:00Z. */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }

  /** Sleepers and tickers that wait: 0 once everything that uses the clock has ended. */
  get waiting(): number {
    return this.#sleepers.length
  }

  now(): number {
    return this.#nowMs
  }

  random(): number {
    return this.chance
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper = { dueMs: this.#nowMs + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener(
        'abort',
        () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
          reject(signal.reason)
        },
        { once: true },
      )
    })
  }

  every(ms: number, tick: () => void): () => void {
    const sleeper = {
      dueMs: this.#nowMs + ms,
      wake: () => {
        // Due again before it ticks, so that a tick may stop it.
        sleeper.dueMs = this.#nowMs + ms
        this.#sleepers.push(sleeper)
        tick()
      },
    }
    this.#sleepers.push(sleeper)
    return () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
    }
  }

  /** Lets `ms` pass. */
  async turn(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await settled()
    for (;;) {
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (soonest, sleeper) => (soonest === undefined || sleeper.dueMs < soonest.dueMs ? sleeper : soonest),
        undefined,
      )
      if (next === undefined || next.dueMs > untilMs) break
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next)
      next.wake()
      await settled()
    }
    this.#nowMs = untilMs
    await settled()
  }
}

/** Lets every promise that can go on go on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
