export interface LatencySummary {
  readonly count: number
  /** All in milliseconds. */
  readonly min: number
  readonly mean: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/**
 * Gathers durations in milliseconds and answers their percentiles, by nearest rank: each answer is a duration that was measured.
 *
 * @example
 * const latency = new LatencyMeasurer()
 * await latency.measure(() => publisher.publish('job-metrics', event, 'job-1'))
 * expect(latency.p99).toBeLessThan(100)
 */
export class LatencyMeasurer {
  readonly #durationsMs: number[] = []
  readonly #now: () => number
  #sorted: readonly number[] | undefined

  /** @param now A clock in milliseconds. Default: the process's monotonic one. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  record(durationMs: number): void {
    this.#durationsMs.push(durationMs)
    this.#sorted = undefined
  }

  /** Begins a measurement; call the answer at its end. It answers the duration too. */
  start(): () => number {
    const startedAtMs = this.#now()
    return () => {
      const durationMs = this.#now() - startedAtMs
      this.record(durationMs)
      return durationMs
    }
  }

  /** Measures one piece of work, failed or not. */
  async measure<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const stop = this.start()
    try {
      return await work()
    } finally {
      stop()
    }
  }

  /** The smallest duration that `percent` of all do not exceed; 0 when there is none. */
  percentile(percent: number): number {
    this.#sorted ??= this.#durationsMs.toSorted((one, other) => one - other)
    return this.#sorted[Math.max(0, Math.ceil((percent / 100) * this.#sorted.length) - 1)] ?? 0
  }

  get count(): number {
    return this.#durationsMs.length
  }

  get p50(): number {
    return this.percentile(50)
  }

  get p95(): number {
    return this.percentile(95)
  }

  get p99(): number {
    return this.percentile(99)
  }

  summary(): LatencySummary {
    const { count, p50, p95, p99 } = this
    const sum = this.#durationsMs.reduce((total, durationMs) => total + durationMs, 0)
    const mean = count === 0 ? 0 : sum / count
    return { count, min: this.percentile(0), mean, p50, p95, p99, max: this.percentile(100) }
  }

  reset(): void {
    this.#durationsMs.length = 0
    this.#sorted = undefined
  }
}
