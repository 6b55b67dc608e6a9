import type { TransportBindings } from './bindings.ts'
import type { DeadLetterQueue } from './dead-letter.ts'
import type { Headers, Incoming, Source } from './delivery.ts'
import type { Failure } from './failure.ts'
import type { Outcome } from './outcome.ts'

/** What a transport can promise. The transport suite and `explain()` read it; a missing ability carries its reason in `why`. */
export interface Capabilities {
  /** Messages of one key reach the handlers of a group one at a time, in the order they were published, whoever in it has them. */
  readonly orderPerKey: boolean
  /**
   * A partition has one consumer of the group at a time: a store can fence the effects of a former owner. Otherwise leases per message and
   * key take the fence's place.
   */
  readonly ownsPartitions: boolean
  /** Several consumers of one group share the messages. */
  readonly groups: boolean
  /** A position can be sought: start from an offset or a time, replay. */
  readonly replay: boolean
  /** Unsettled messages come back after the process was killed. */
  readonly redeliversAfterCrash: boolean
  /** `retry(afterMs)` is understood, and what it does to the order of a key. */
  readonly delayedRetry: 'keeps-order' | 'loses-order' | 'none'
  /** Topics can be read by pattern, those created later included. Absent: they are named one by one. */
  readonly topicPatterns?: true
  /** What `lag()` knows. */
  readonly lag: 'messages-and-seconds' | 'messages' | 'none'
  /** The largest value accepted, in bytes, where known. */
  readonly maxMessageBytes?: number
  /** Ability to the reason it is missing. */
  readonly why: { readonly [ability: string]: string }
}

/** Where a new group starts; a group that has committed goes on from there. */
export type StartPosition =
  | { readonly kind: 'earliest' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'timestamp'; readonly timestampMs: number }
  | { readonly kind: 'offset'; readonly topic: string; readonly partition: number; readonly offset: bigint }

/** What one consumer asks a transport for. */
export interface Subscription {
  /** What the contract calls its channel: `stores/{storeId}/alarms`. What is read of it stands in `topics`. */
  readonly address?: string
  /** Topics, queues or MQTT filters. */
  readonly topics: readonly string[]
  /** Beside them every topic whose whole name matches, now or later, but for dead letter queues and retry lanes. */
  readonly pattern?: RegExp
  /** Absent: the consumer reads everything and commits nothing. */
  readonly group?: string
  /** Where dead letters go. `{topic}` in it stands for the topic a letter was first read from: see `dlqOf`. */
  readonly dlq: string
  /** Where redriven and delayed messages of this group come back; the transport always reads it beside `topics`. */
  readonly retryTopic: string
  readonly from: StartPosition
  /** Unsettled deliveries allowed per partition (per consumer where there are no partitions); beyond it that partition stops being fetched. */
  readonly window: number
  readonly bindings: TransportBindings
}

/** The consumer's side of a subscription. */
export interface Receiver {
  /** Called once per message, in the partition's order. Returns at once; the answer comes through {@link Subscribed.settle}. */
  deliver(delivery: Incoming): void
  /** Anything a person on call wants to know: connected, assigned, revoked, reconnecting. Never a payload. */
  report(event: TransportEvent): void
}

export type TransportEvent =
  /** `about`: what the broker has said about this membership, for people: its protocol, its session timeout. */
  | { readonly kind: 'connected'; readonly about?: string }
  | {
      readonly kind: 'assigned'
      readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
    }
  | { readonly kind: 'revoked'; readonly partitions: readonly { readonly topic: string; readonly partition: number }[] }
  | { readonly kind: 'reconnecting'; readonly attempt: number; readonly afterMs: number; readonly failure: Failure }
  | { readonly kind: 'commit-failed'; readonly failure: Failure }
  /** The subscription cannot go on by itself. The consumer turns unhealthy. */
  | { readonly kind: 'fatal'; readonly failure: Failure }

/** A live subscription. */
export interface Subscribed {
  /**
   * Carries an outcome out. For `ack` it returns at once. For `retry` and `dead-letter` the promise resolves when the broker has
   * confirmed the copy, and only then is the original let go; a rejection means nothing was let go and the call may be repeated.
   * Settling a delivery whose assignment has ended does nothing.
   */
  settle(delivery: Incoming, outcome: Outcome): void | Promise<void>
  /**
   * Writes the dead letter of a delivery that is no longer the broker's, because it lay parked, just as `settle` writes those of its own.
   * Resolves when the broker has confirmed it; lets nothing go. Absent: the runtime publishes the letter as any message.
   */
  readonly deadLetter?: (delivery: Incoming, outcome: Extract<Outcome, { kind: 'dead-letter' }>) => Promise<void>
  lag(): Promise<readonly PartitionLag[]>
  /** Stops fetching. Deliveries already handed over may still be settled. */
  stopFetching(): Promise<void>
  /** Makes what was settled durable (commits), then leaves. Idempotent. */
  close(): Promise<void>
}

export interface PartitionLag {
  readonly topic: string
  readonly partition: number
  /** Messages not yet settled. */
  readonly messages: number
  /** Age of the oldest one, 0 when there is none, absent when the transport cannot know. */
  readonly seconds?: number
}

export interface OutgoingMessage {
  readonly topic: string
  readonly key?: string | null
  readonly value: Uint8Array | null
  readonly headers?: Headers
  readonly messageId?: string
  /** AMQP only: the exchange to publish to, with `topic` as routing key. */
  readonly exchange?: string
}

/**
 * A broker, seen from the runtime. One value may serve many consumers and publishers; closing one consumer leaves the others alone.
 * Two copies of the runtime may share one process: nothing here relies on `instanceof`.
 */
export interface Transport {
  readonly name: string
  readonly capabilities: Capabilities
  /** Connects, checks credentials, creates the DLQ and retry lane where allowed, and begins to deliver. Fails fast on wrong credentials. */
  subscribe(subscription: Subscription, receiver: Receiver): Promise<Subscribed>
  /** Resolves when the broker has acknowledged all of them. */
  publish(messages: readonly OutgoingMessage[]): Promise<void>
  deadLetters(
    subscription: Pick<Subscription, 'topics' | 'pattern' | 'group' | 'dlq' | 'retryTopic' | 'bindings'>,
  ): Promise<DeadLetterQueue>
  /** What the broker answers about itself, or a failure that says what is wrong and what to do. For `longshore doctor`. */
  probe(): Promise<{ readonly about: string }>
  close(): Promise<void>
}

/** Coordinates for people: `user.created/3@17`. */
export function formatSource({ topic, partition, offset }: Source): string {
  return `${topic}/${partition}@${offset}`
}
