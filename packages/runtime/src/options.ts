import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { ParkingLimits } from './parked-source.ts'
import type { Step } from './step.ts'
import type { Decode } from './steps/decode.ts'
import type { Store } from './store.ts'
import type { StartPosition } from './transport.ts'

/** How one consumer runs. What the contract says is not repeated here. */
export interface ConsumerOptions<Event, Tx = unknown> {
  /** Topics to read in place of the contract's one. All carry what the contract describes. */
  readonly topics?: readonly string[]
  /**
   * Reads every topic whose whole name matches, beside `topics` and in place of the contract's one: those there are, and those that are
   * created later, from their first message. Kafka only. What lies in a dead letter queue or a retry lane is never matched.
   */
  readonly topicPattern?: RegExp
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
  /** Bytes to the value the contract describes, where that is no JSON: Avro, Protobuf, a registry's framing. Default: UTF-8 JSON. */
  readonly decode?: Decode
  /** A message of the channel that the contract does not name. Default `ack`, with a warning and a count. */
  readonly unknownMessage?: 'ack' | 'dead-letter'
  /** Keeps what must outlive the consumer: which effects have happened, keys that wait, who owns a partition. Default none: at-least-once. */
  readonly store?: Store<Tx>
  /**
   * With a store: where the handler's effect lies. Default `transactional`: in `context.tx`, so it happens once. `external`: anywhere
   * else, an e-mail, another system; claimed for `leaseMs`, and repeated if the process dies between effect and confirmation.
   */
  readonly effects?: 'transactional' | 'external'
  /** Default 60 s: twice an attempt, so that a claim never runs out under a handler that is alive. */
  readonly leaseMs?: number
  /** With a store that can park: how much may wait there. `false`: a key that keeps failing is held back by the transport. */
  readonly parking?: ParkingLimits | false
  /** With a store that can park: `holdKey` lets nothing of a key pass its dead letter until that is redriven. Default `continue`. */
  readonly onDeadLetter?: 'continue' | 'holdKey'
  /** Failures in a row to reach one dependency that make the consumer wait for it. Default 5: a blip is fewer, an outage is more. */
  readonly circuitFailures?: number
  /** Steps around everything a message goes through, retries included: {@link telemetry} and its like. */
  readonly around?: readonly Step<Uint8Array | null>[]
  /** Steps of your own, run between `validate` and the handler, first one outermost. */
  readonly steps?: readonly Step<Event>[]
  /** Default: JSON lines on standard output. */
  readonly log?: Log
  /** Default: the system's. */
  readonly clock?: Clock
}

/** The options of a consumer whose handler writes through `context.tx`: the store that opens the transaction is not optional. */
export interface TransactionalOptions<Event, Tx> extends ConsumerOptions<Event, Tx> {
  readonly store: Store<Tx>
  readonly effects?: 'transactional'
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
  effects: 'transactional',
  leaseMs: 60_000,
  onDeadLetter: 'continue',
  circuitFailures: 5,
} as const satisfies ConsumerOptions<never>)

/** Default waits between tries: 1 s, doubled up to 30 s, uniformly spread, for 5 minutes. */
export const RETRY_DEFAULTS = Object.freeze({
  kind: 'exponential',
  firstAfterMs: 1_000,
  capMs: 30_000,
  budgetMs: 5 * 60 * 1_000,
  jitter: 'full',
} as const)
