import { type Clock, Failure, systemClock } from '@longshore/runtime'
import type { MqttSpool } from './spool.ts'

/** Options of `node:tls` for a private CA or a client certificate: PEM. */
export interface MqttTls {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  /** Default true. */
  readonly rejectUnauthorized?: boolean
}

/** What the broker publishes for a consumer that vanishes without a word. */
export interface MqttWill {
  readonly topic: string
  readonly payload: string | Buffer
  /** Default 1. */
  readonly qos?: 0 | 1 | 2
  readonly retain?: boolean
  /** MQTT 5: waits so long before it is published; a consumer that is back by then was not away. Default 0. */
  readonly delaySeconds?: number
}

export interface MqttOptions {
  /** `mqtt://host:1883`, `mqtts://host:8883`, `ws://…`, `wss://…`, without credentials. */
  readonly url: string
  /** 5, or 4 for MQTT 3.1.1, whose messages have no headers: key, id and history of what is published do not travel. Default 5. */
  readonly protocolVersion?: 4 | 5
  /**
   * The name that sessions are kept under. Without a spool, or shared, it must outlive restarts and differ between the processes of one
   * group (a pod's ordinal): what waits in a session waits for this name alone. Otherwise the session is the group's. Default `longshore`.
   */
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  readonly tls?: MqttTls
  readonly will?: MqttWill
  /** Silence after which each side takes the other for dead. Default 30 s; handlers never delay it. */
  readonly keepaliveSeconds?: number
  /** How long `subscribe` keeps trying a broker that does not answer. Default 30 s; wrong credentials are never tried twice. */
  readonly connectTimeoutMs?: number

  /**
   * Whether the broker deals the messages out to the processes of a group (`$share/<group>/…`). Default false: Mosquitto 2.0 forgets
   * shared subscriptions when it restarts, and what is published before the members are back is lost. Without it one process reads, in
   * order: with a spool the others work with it and take over from it, without one there must be no others.
   */
  readonly shared?: boolean
  /** How long the broker keeps a session without its consumer. The contract's value wins. Default 2 days. */
  readonly sessionExpirySeconds?: number
  /** Stores messages before they are acknowledged; absent: they are acknowledged when they are settled. */
  readonly spool?: MqttSpool
  /** How long a silent process keeps what it leased from the spool. Default 10 s: three renewals may be lost. */
  readonly leaseMs?: number
  /**
   * With a spool: a message that was in hand when so many processes in a row died goes to the dead letters. From a quarter of that on such
   * messages are handed over one at a time. Default 20, as on RabbitMQ: fewer would blame messages for processes that are killed from
   * outside, and slow down whoever takes over from them.
   */
  readonly crashLimit?: number
  /** How often the spool is asked for what others left behind and what is due again. Default 500 ms. */
  readonly pollMs?: number
  /** Messages stored at once. Default 1,000: a few hundred kilobytes of usual messages. */
  readonly batch?: number
  /**
   * Messages held beyond the window before the connection is dropped, so that the broker keeps the rest; those of QoS 0 it does not keep.
   * Default 10,000.
   */
  readonly maxWaiting?: number

  /** Largest number of publishes on their way; the broker's own limit, where lower, wins. Default 256. */
  readonly publishWindow?: number
  /** How long a publish waits for a connection and its acknowledgement. Default 30 s. */
  readonly publishTimeoutMs?: number
  /** Without a spool: how long the broker keeps a dead letter. Default 30 days: it bounds how long PII stays there. */
  readonly deadLetterExpirySeconds?: number
  /** User property that carries the key; a message without it has its topic as key. Default `x-message-key`. */
  readonly keyProperty?: string
  /** User properties that may carry the publisher's message id, the first one present wins. */
  readonly messageIdProperties?: readonly string[]
  /** Default the system's. */
  readonly clock?: Clock
}

type Open = 'username' | 'password' | 'tls' | 'will' | 'spool'

/** Options with every default filled in. */
export type ResolvedMqttOptions = Required<Omit<MqttOptions, Open>> & Pick<MqttOptions, Open>

export const MQTT_DEFAULTS = Object.freeze({
  protocolVersion: 5,
  clientId: 'longshore',
  keepaliveSeconds: 30,
  connectTimeoutMs: 30 * 1_000,
  shared: false,
  sessionExpirySeconds: 2 * 24 * 60 * 60,
  leaseMs: 10 * 1_000,
  crashLimit: 20,
  pollMs: 500,
  batch: 1_000,
  maxWaiting: 10_000,
  publishWindow: 256,
  publishTimeoutMs: 30 * 1_000,
  deadLetterExpirySeconds: 30 * 24 * 60 * 60,
  keyProperty: 'x-message-key',
  messageIdProperties: Object.freeze(['x-message-id', 'ce_id', 'event-id', 'message-id', 'id']),
  clock: systemClock,
} as const satisfies Omit<ResolvedMqttOptions, 'url' | Open>)

const SCHEMES = new Set(['mqtt:', 'mqtts:', 'tcp:', 'ssl:', 'ws:', 'wss:'])

/** Fills in the defaults. Fails with CONTRADICTORY_OPTIONS, naming the options. */
export function resolveMqttOptions(options: MqttOptions): ResolvedMqttOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const resolved: ResolvedMqttOptions = { ...MQTT_DEFAULTS, ...given, url: options.url }
  const wrong = contradiction(resolved)
  if (wrong !== undefined) throw new Failure('CONTRADICTORY_OPTIONS', wrong)
  return resolved
}

function contradiction({
  clientId,
  url,
  keepaliveSeconds,
  leaseMs,
  pollMs,
  crashLimit,
}: ResolvedMqttOptions): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !SCHEMES.has(parsed.protocol))
    return 'url must be mqtt://host:port, mqtts://…, ws://… or wss://….'
  if (parsed.password !== '') return 'url holds a password; use username and password, which appear in no message.'
  if (clientId === '') return 'clientId is empty: a session is kept under a name.'
  if (!(keepaliveSeconds >= 1)) return 'keepaliveSeconds must be at least 1, else a dead connection is never noticed.'
  if (!Number.isInteger(crashLimit) || crashLimit < 1) return 'crashLimit must be a whole number of at least 1.'
  if (pollMs * 2 > leaseMs) return 'pollMs must be at most half of leaseMs.'
  return undefined
}
