import type { Manifest } from '@longshore/manifest'
import type { ChannelPlan } from './channel-plan.ts'

/** What a contract says of one consumed channel: the data of the printed `ConsumerContract`. */
export interface ConsumerFacts {
  readonly urn: string
  readonly topic: string
  readonly group: string
  readonly dlq?: string | undefined
  readonly retry?: RetryFacts | undefined
  readonly pii: readonly string[]
  readonly id?: string | undefined
  readonly bindings?: BindingFacts | undefined
}

export type RetryFacts = {
  readonly kind: 'exponential' | 'linear' | 'fixed'
  readonly attempts?: number | undefined
  readonly firstAfterMs?: number | undefined
}

/** Members of the runtime's bindings, by transport. */
export type BindingFacts = { readonly [transport: string]: { readonly [name: string]: BindingValue | undefined } }

type BindingValue = string | number | boolean | readonly string[] | { readonly name: string; readonly type: string }

export function consumerFacts({
  events,
  group,
  transport,
}: Pick<ChannelPlan, 'events' | 'group' | 'transport'>): ConsumerFacts {
  const [{ manifest }] = events
  return {
    urn: manifest.urn,
    topic: topicOf(manifest, transport),
    group,
    dlq: manifest.delivery.contract.dlq,
    retry: retryPolicy(manifest),
    pii: piiPaths(events.map((event) => event.manifest)),
    id: idProperty(manifest),
    bindings: bindings(manifest, transport),
  }
}

/** Topic, queue or filter. Parameters of an MQTT address become single-level wildcards. */
export function topicOf(manifest: Manifest, transport: ChannelPlan['transport']): string {
  const { topic, metadata } = manifest.delivery.contract
  const address = topic === '' ? manifest.event.name : topic
  if (transport === 'mqtt') return address.replace(/\{[^/}]*\}/g, '+')
  return transport === 'amqp' ? (metadata.queue ?? address) : address
}

/** Also what detected patterns advise: a bound where none is declared, a first wait where only the kind is. */
function retryPolicy({ delivery, patterns }: Manifest): RetryFacts | undefined {
  const { retry_policy: kind, metadata } = delivery.contract
  if (kind === 'none') return undefined
  const isUnbounded = patterns.detected.some(({ pattern }) => pattern === 'retry_without_max_attempts')
  const attempts = metadata['retry.max.attempts'] ?? metadata['x-max-retries'] ?? (isUnbounded ? 3 : undefined)
  return {
    kind,
    attempts: isCount(attempts) ? attempts : undefined,
    firstAfterMs: metadata['retry.backoff.ms'] ?? (kind === 'exponential' ? 1_000 : undefined),
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0
}

function piiPaths(manifests: readonly Manifest[]): readonly string[] {
  return [...new Set(manifests.flatMap(({ schema }) => schema.fields.filter(({ pii }) => pii).map(({ path }) => path)))]
}

/** A member that names the event itself. A plain `id` may be the entity's, so it counts only in a CloudEvents envelope. */
export function idProperty({ schema }: Manifest): string | undefined {
  const names = new Set(
    schema.fields.filter(({ path, type }) => !path.includes('.') && type === 'string').map(({ path }) => path),
  )
  if (names.has('specversion') && names.has('source') && names.has('id')) return 'id'
  return ['event_id', 'eventId', 'eventID', 'message_id', 'messageId'].find((name) => names.has(name))
}

function bindings(manifest: Manifest, transport: ChannelPlan['transport']): BindingFacts | undefined {
  const { metadata: m } = manifest.delivery.contract
  const members = {
    kafka: {
      partitions: m.partitions,
      replicas: m.replicas,
      retentionMs: m.retention_ms,
      cleanupPolicy: m.cleanup_policy?.filter((policy) => policy === 'delete' || policy === 'compact'),
      clientId: m.clientId,
    },
    amqp: {
      exchange: m.exchange === undefined ? undefined : { name: m.exchange.name, type: exchangeType(m.exchange.type) },
      queue: topicOf(manifest, 'amqp'),
      routingKeys: m.routing_key === undefined ? undefined : [m.routing_key],
      durable: m.durable,
      exclusive: m.exclusive,
      autoDelete: m.auto_delete,
      prefetch: m.prefetch ?? 1,
      deadLetterExchange: m.dead_letter_exchange,
      messageTtlMs: m.ttl,
    },
    mqtt: {
      qos: m.qos ?? 0,
      cleanStart: m.clean_session,
      sessionExpirySeconds: m.session_expiry,
      sharedGroup: m.shared_group,
      retained: m.retain === true ? 'handle' : undefined,
    },
  }[transport]
  const stated = Object.values(members).some((value) => value !== undefined)
  return stated ? { [transport]: members } : undefined
}

const EXCHANGE_TYPES = ['topic', 'direct', 'fanout', 'headers']

function exchangeType(type: string): string {
  return EXCHANGE_TYPES.includes(type) ? type : 'topic'
}
