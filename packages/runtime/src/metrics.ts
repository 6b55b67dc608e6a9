import type { Incoming } from './delivery.ts'
import type { Outcome } from './outcome.ts'

/** Bucket bounds in seconds, as OpenTelemetry advises for `messaging.process.duration`. */
const BOUNDS = Object.freeze([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

/** A histogram of durations in seconds, in Prometheus' shape. */
export class Histogram {
  readonly bounds: readonly number[] = BOUNDS
  /** One count per bound, not cumulative, and a last one for what is above. */
  readonly counts: number[] = new Array<number>(BOUNDS.length + 1).fill(0)
  sum = 0
  count = 0

  record(seconds: number): void {
    let bucket = 0
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket += 1
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
  /** Failed tries, by failure code. */
  readonly failedAttempts = new Map<string, number>()
  /** Dead letters, by failure code. */
  readonly deadLetters = new Map<string, number>()
  /** Deliveries in the pipeline now. */
  inFlight = 0
  commitFailures = 0
  rebalances = 0
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
    if (outcome.kind === 'ack') this.acked += 1
    else if (outcome.kind === 'retry') this.delayed += 1
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
