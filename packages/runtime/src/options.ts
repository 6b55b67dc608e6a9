import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { Step } from './step.ts'
import type { StartPosition } from './transport.ts'

/** How one consumer runs. What the contract says is not repeated here. */
export interface ConsumerOptions<Event> {
  /** Topics to read in place of the contract's one. All carry what the contract describes. */
  readonly topics?: readonly string[]
  /** Handlers at once, over all keys. Default 64: enough to hide the latency of a database, few enough to spare its pool. */
  readonly concurrency?: number
  /** Unsettled deliveries per partition. Default 1,000: bounds memory, and what is worked on again after a crash. */
  readonly window?: number
  /** Tries while the message keeps its place in its key's lane. Default 3: what a blip needs, without holding up a key for long. */
  readonly laneAttempts?: number
  /** Default 30 s: longer than any healthy call, short enough to notice at night. */
  readonly attemptTimeoutMs?: number
  /** How long `stop()` lets running handlers finish. Default 25 s: inside the 30 s Kubernetes grants. */
  readonly drainTimeoutMs?: number
  /** Where a group that has never committed starts. Default earliest: a new group must not miss events. */
  readonly from?: StartPosition
  /** An empty value. Default `ack`: it deletes a key of a compacted topic and is no event. */
  readonly tombstone?: 'ack' | 'handle' | 'dead-letter'
  /** A message of the channel that the contract does not name. Default `ack`, with a warning and a count. */
  readonly unknownMessage?: 'ack' | 'dead-letter'
  /** Steps of your own, run between `validate` and the handler, first one outermost. */
  readonly steps?: readonly Step<Event>[]
  /** Default: JSON lines on standard output. */
  readonly log?: Log
  /** Default: the system's. */
  readonly clock?: Clock
}

/** The defaults; each reason stands at its option. */
export const CONSUMER_DEFAULTS = Object.freeze({
  concurrency: 64,
  window: 1_000,
  laneAttempts: 3,
  attemptTimeoutMs: 30_000,
  drainTimeoutMs: 25_000,
  from: Object.freeze({ kind: 'earliest' }),
  tombstone: 'ack',
  unknownMessage: 'ack',
} as const satisfies ConsumerOptions<never>)

/** Default waits between tries: 1 s, doubled up to 30 s, uniformly spread, for 5 minutes. */
export const RETRY_DEFAULTS = Object.freeze({
  kind: 'exponential',
  firstAfterMs: 1_000,
  capMs: 30_000,
  budgetMs: 5 * 60 * 1_000,
  jitter: 'full',
} as const)
