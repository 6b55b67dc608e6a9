import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { type Clock, Failure, systemClock } from '@longshore/runtime'

export interface AmqpOptions {
  /** `amqp://host:port/vhost`, or `amqps://…` for TLS. Credentials in it yield to `username` and `password`. */
  readonly url: string
  /** Default: the one in the URL, else `guest`. Secrets are handed to the client and appear in no message, event or log. */
  readonly username?: string
  readonly password?: string
  /** Options of `node:tls` for `amqps://`: a private CA, or a client certificate. Default: the system's certificates. */
  readonly tls?: TlsOptions
  /** `EXTERNAL`: the broker knows the client by its certificate. Default `PLAIN`. */
  readonly mechanism?: 'PLAIN' | 'EXTERNAL'
  /** Name shown in the broker's list of connections. Default `longshore`. */
  readonly clientId?: string

  /** Silence after which either side takes the other for dead is twice this. Default 5 s: a dead consumer's messages move within 15 s. */
  readonly heartbeatSeconds?: number
  /** How long `subscribe` keeps trying a broker that does not answer. Default 30 s; wrong credentials are never tried twice. */
  readonly connectTimeoutMs?: number
  /** How long a publish waits for a connection and for its confirm before it fails. Default 30 s. */
  readonly publishTimeoutMs?: number
  /** Published and not yet confirmed at once; more wait in memory. Default 2,000: hides the way to a broker far off. */
  readonly maxUnconfirmed?: number

  /** Which queues `subscribe` declares. Default `all`. `dead-letters`: DLQ and retry lane only; `none`: they must all be there. */
  readonly declare?: 'all' | 'dead-letters' | 'none'
  /** Of durable queues that consumers share; the DLQ and the retry lane too. Default `quorum`: it survives the loss of a node. */
  readonly queueType?: 'quorum' | 'classic'
  /**
   * A message that came so often and was never settled goes to the dead letters: it kills whoever works on it. From a quarter of it on
   * such messages are handed over one at a time. Quorum queues only, for they count. Default 20, RabbitMQ's own; the broker itself drops
   * nothing before ten times that.
   */
  readonly deliveryLimit?: number
  /** How long dead letters are kept, whatever became of them. Default 30 days: it bounds how long PII stays there. */
  readonly deadLetterRetentionMs?: number
  /** Headers that may carry the message's key, the first one present wins; the first is the one we write. */
  readonly keyHeaders?: readonly [string, ...string[]]
  /** Headers that may carry its id where the property `message-id` is not set. */
  readonly messageIdHeaders?: readonly string[]
  /** Default the system's. */
  readonly clock?: Clock
}

type Optional = 'username' | 'password' | 'tls'

/** Options with every default filled in. */
export type ResolvedAmqpOptions = Required<Omit<AmqpOptions, Optional>> & Pick<AmqpOptions, Optional>

export const AMQP_DEFAULTS = Object.freeze({
  mechanism: 'PLAIN',
  clientId: 'longshore',
  heartbeatSeconds: 5,
  connectTimeoutMs: 30 * 1_000,
  publishTimeoutMs: 30 * 1_000,
  maxUnconfirmed: 2_000,
  declare: 'all',
  queueType: 'quorum',
  deliveryLimit: 20,
  deadLetterRetentionMs: 30 * 24 * 60 * 60 * 1_000,
  keyHeaders: Object.freeze(['x-key', 'partition-key', 'cloudEvents:partitionkey'] as const),
  messageIdHeaders: Object.freeze(['x-message-id', 'cloudEvents:id', 'ce_id']),
  clock: systemClock,
} as const satisfies Omit<ResolvedAmqpOptions, 'url' | Optional>)

/** Fills in the defaults. Fails with CONTRADICTORY_OPTIONS, naming the options. */
export function resolveAmqpOptions(options: AmqpOptions): ResolvedAmqpOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const resolved: ResolvedAmqpOptions = { ...AMQP_DEFAULTS, ...given, url: options.url }
  const wrong = contradiction(resolved)
  if (wrong !== undefined) throw new Failure('CONTRADICTORY_OPTIONS', wrong)
  return resolved
}

function contradiction({ url, tls, mechanism, username, password, ...options }: ResolvedAmqpOptions) {
  const isSecure = url.startsWith('amqps://')
  if (!URL.canParse(url) || !(isSecure || url.startsWith('amqp://')))
    return 'url must be like amqp://host:5672/vhost, or amqps:// for TLS.'
  if (tls !== undefined && !isSecure)
    return 'tls is set and url is not amqps://; the connection would not be encrypted.'
  if (mechanism === 'EXTERNAL' && !isSecure) return 'mechanism EXTERNAL takes amqps:// and a client certificate.'
  if ((username === undefined) !== (password === undefined)) return 'username and password are only of use together.'
  for (const name of ['heartbeatSeconds', 'maxUnconfirmed', 'deliveryLimit'] as const) {
    if (!Number.isInteger(options[name]) || options[name] < 1) return `${name} must be a whole number of at least 1.`
  }
  return undefined
}
