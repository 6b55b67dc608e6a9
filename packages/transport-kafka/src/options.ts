import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { type Clock, Failure, systemClock } from '@longshore/runtime'

/** How the client proves who it is. Secrets are handed to the broker client and appear in no message, event or log. */
export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: string
    }
  /** `token` is called for each connection, so that it may renew. */
  | { readonly mechanism: 'oauthbearer'; readonly token: () => string | Promise<string> }

export interface KafkaOptions {
  /** `host:port` of one or more brokers; the others are learnt from them. */
  readonly brokers: readonly string[]
  /** Name shown in the broker's logs and quotas. Default `longshore`. */
  readonly clientId?: string
  /** `true`: the system's certificates. An object: options of `node:tls`, for a private CA or mTLS. Default off. */
  readonly tls?: boolean | TlsOptions
  readonly sasl?: KafkaSasl

  /**
   * How a group shares out its partitions. Default `classic`: every broker knows it, and with a session of 6 s a killed consumer's
   * partitions move on in less than 12 s. `consumer` (KIP-848, Kafka 4.0, not through kafkajs): the broker shares out, and a rebalance
   * stops nobody but who gives a partition up; but session and heartbeat are the broker's to set, 45 s and 5 s by default.
   */
  readonly groupProtocol?: 'classic' | 'consumer'
  /** Silence after which a classic group takes this consumer for dead. Default 6 s: a takeover ends well below 12 s. */
  readonly sessionTimeoutMs?: number
  /** Of a classic group. Default 1 s: five beats may be lost before the session ends. */
  readonly heartbeatIntervalMs?: number
  /** How long a rebalance waits for slow members. Default 10 s. */
  readonly rebalanceTimeoutMs?: number
  /** How long `subscribe` keeps trying a broker that does not answer. Default 30 s; wrong credentials are never tried twice. */
  readonly connectTimeoutMs?: number

  /** How long what is known of a topic, its leaders and its number of partitions, may be used. Default 60 s: partitions added are read after that. */
  readonly metadataMaxAgeMs?: number

  /** Longest time between a settled message and its commit: what a crash repeats. Default 250 ms, which costs four small requests a second. */
  readonly commitIntervalMs?: number
  /** Longest time the broker holds an empty fetch open. Default 500 ms; a message ends the wait at once. */
  readonly fetchWaitMs?: number
  /** Bytes fetched per partition at a time; a larger message is still fetched, alone. Default 1 MiB, which bounds what is held in memory. */
  readonly fetchPartitionBytes?: number
  /** Bytes per fetch over all partitions. Default 10 MiB. */
  readonly fetchBytes?: number
  /** How far a partition may run ahead of its oldest unsettled message, in offsets: what a crash repeats at worst. Default 100,000. */
  readonly maxAhead?: number

  /** Waits this long for more messages before a batch is sent. Default 0: what is published in the same turn travels together. */
  readonly lingerMs?: number
  /** Largest batch per partition in bytes, below the broker's `max.message.bytes`. Default 512 KiB. */
  readonly batchBytes?: number
  /** Default `none`. kafkajs knows `gzip` only. */
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  /** How long a publish is retried before it fails. Default 30 s. */
  readonly deliveryTimeoutMs?: number

  /** Which missing topics `subscribe` creates. Default `dead-letters`: the DLQ and the retry lane. `all`: the topics read as well. */
  readonly provision?: 'none' | 'dead-letters' | 'all'
  /** Retention of DLQ and retry lane when they are created. Default 30 days: it bounds how long PII stays there. */
  readonly deadLetterRetentionMs?: number
  /** Headers that may carry the publisher's message id, the first one present wins. */
  readonly messageIdHeaders?: readonly string[]
  /** Default the system's. */
  readonly clock?: Clock
}

/** Options with every default filled in. */
export type ResolvedKafkaOptions = Required<Omit<KafkaOptions, 'sasl' | 'tls'>> & Pick<KafkaOptions, 'sasl' | 'tls'>

export const KAFKA_DEFAULTS = Object.freeze({
  clientId: 'longshore',
  groupProtocol: 'classic',
  sessionTimeoutMs: 6 * 1_000,
  heartbeatIntervalMs: 1_000,
  rebalanceTimeoutMs: 10 * 1_000,
  connectTimeoutMs: 30 * 1_000,
  metadataMaxAgeMs: 60 * 1_000,
  commitIntervalMs: 250,
  fetchWaitMs: 500,
  fetchPartitionBytes: 1_024 * 1_024,
  fetchBytes: 10 * 1_024 * 1_024,
  maxAhead: 100_000,
  lingerMs: 0,
  batchBytes: 512 * 1_024,
  compression: 'none',
  deliveryTimeoutMs: 30 * 1_000,
  provision: 'dead-letters',
  deadLetterRetentionMs: 30 * 24 * 60 * 60 * 1_000,
  messageIdHeaders: Object.freeze(['x-message-id', 'ce_id', 'event-id', 'message-id', 'id']),
  clock: systemClock,
} as const satisfies Omit<ResolvedKafkaOptions, 'brokers' | 'sasl' | 'tls'>)

/** Fills in the defaults. Fails with CONTRADICTORY_OPTIONS, naming the options. */
export function resolveKafkaOptions(options: KafkaOptions): ResolvedKafkaOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const resolved: ResolvedKafkaOptions = { ...KAFKA_DEFAULTS, ...given, brokers: options.brokers }
  const wrong = contradiction(resolved) ?? notOurs(options)
  if (wrong !== undefined) throw new Failure('CONTRADICTORY_OPTIONS', wrong)
  return resolved
}

/** How a member of the classic protocol belongs to its group. */
export function classicAbout({ sessionTimeoutMs, heartbeatIntervalMs }: ResolvedKafkaOptions): string {
  return `classic protocol, session ${sessionTimeoutMs / 1_000} s, heartbeat ${heartbeatIntervalMs / 1_000} s`
}

function contradiction(options: ResolvedKafkaOptions): string | undefined {
  if (options.brokers.length === 0) return 'brokers is empty; name at least one as host:port.'
  if (options.groupProtocol === 'consumer') return undefined
  if (options.heartbeatIntervalMs * 2 > options.sessionTimeoutMs)
    return 'heartbeatIntervalMs must be at most half of sessionTimeoutMs, else one late beat ends the session.'
  if (options.rebalanceTimeoutMs < options.sessionTimeoutMs)
    return 'rebalanceTimeoutMs must not be below sessionTimeoutMs.'
  if (options.fetchWaitMs >= options.sessionTimeoutMs) return 'fetchWaitMs must be below sessionTimeoutMs.'
  return undefined
}

function notOurs({ groupProtocol, sessionTimeoutMs, heartbeatIntervalMs }: KafkaOptions): string | undefined {
  if (groupProtocol !== 'consumer' || (sessionTimeoutMs ?? heartbeatIntervalMs) === undefined) return undefined
  const settings = 'consumer.session.timeout.ms and consumer.heartbeat.interval.ms'
  return `sessionTimeoutMs and heartbeatIntervalMs are the broker's on the consumer protocol; set ${settings} of the group there.`
}
