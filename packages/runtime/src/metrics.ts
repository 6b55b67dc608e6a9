import type { Incoming } from './delivery.ts'
import type { Outcome } from './outcome.ts'

/** Bucket bounds in seconds, as OpenTelemetry advises for `messaging.process.duration`. */
const BOUNDS = Object.freeze([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

/** Recovery takes from a blink to minutes; 30 s is what people promise. */
const RECOVERY_BOUNDS = Object.freeze([0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300])

/** A histogram of durations in seconds, in Prometheus' shape. */
export class Histogram {
  readonly bounds: readonly number[]
  /** One count per bound, not cumulative, and a last one for what is above. */
  readonly counts: number[]
  sum = 0
  count = 0

  /** @param bounds In seconds, rising. Default 5 ms to 10 s, as OpenTelemetry advises for processing. */
  constructor(bounds: readonly number[] = BOUNDS) {
    this.bounds = bounds
    this.counts = new Array<number>(bounds.length + 1).fill(0)
  }

  record(seconds: number): void {
    const { bounds } = this
    let bucket = 0
    while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket += 1
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.sum += seconds
    this.count += 1
  }
}

/** What one consumer counts. No ids, no keys, no payloads. */
export class ConsumerMetrics {
  acked = 0
  delayed = 0
  deadLettered = 0
  /** Acknowledged without an effect, for theirs had happened. */
  duplicates = 0
  /** Lanes and messages that lie parked for this group, as of the last look. */
  parkedKeys = 0
  parkedMessages = 0
  /** Tries begun. */
  attempts = 0
  /** Messages handled that had been redriven from the dead letters. */
  redriven = 0
  /** Failed tries, by failure code. */
  readonly failedAttempts = new Map<string, number>()
  /** Dead letters, by failure code. */
  readonly deadLetters = new Map<string, number>()
  /** Deliveries in the pipeline now. */
  inFlight = 0
  commitFailures = 0
  rebalances = 0
  /** From losing the broker until it was back. */
  readonly brokerRecovery = new Histogram(RECOVERY_BOUNDS)
  /** From waiting for a dependency of the handlers until it was back. */
  readonly dependencyRecovery = new Histogram(RECOVERY_BOUNDS)
  readonly processing = new Histogram()
  /** From the message's timestamp to its outcome. */
  readonly endToEnd = new Histogram()
  /** Messages whose timestamp lies in the future; their age is taken as 0. */
  negativeAges = 0

  began(): void {
    this.inFlight += 1
  }

  /** Left without an outcome: stopped or revoked. */
  released(): void {
    this.inFlight -= 1
  }

  failedAttempt(code: string): void {
    this.failedAttempts.set(code, (this.failedAttempts.get(code) ?? 0) + 1)
  }

  finished(delivery: Incoming, outcome: Outcome, startedAtMs: number, nowMs: number): void {
    this.inFlight -= 1
    if (outcome.kind === 'ack') {
      this.acked += 1
      if (delivery.history !== undefined && delivery.history.redriveCount > 0) this.redriven += 1
    } else if (outcome.kind === 'retry') this.delayed += 1
    else this.#deadLettered(outcome.failure.code)
    this.processing.record((nowMs - startedAtMs) / 1_000)
    if (nowMs < delivery.timestampMs) this.negativeAges += 1
    this.endToEnd.record(Math.max(0, nowMs - delivery.timestampMs) / 1_000)
  }

  #deadLettered(code: string): void {
    this.deadLettered += 1
    this.deadLetters.set(code, (this.deadLetters.get(code) ?? 0) + 1)
  }
}
