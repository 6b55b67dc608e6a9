import type { Manifest } from '@longshore/manifest'
import { type BindingFacts, bindingFacts } from './binding-facts.ts'
import type { ChannelPlan } from './channel-plan.ts'
import { keyIsPii } from './key-is-pii.ts'

/** What a contract says of one consumed channel: the data of the printed `ConsumerContract`. */
export interface ConsumerFacts {
  readonly urn: string
  readonly topic: string
  readonly group: string
  readonly dlq?: string | undefined
  readonly retry?: RetryFacts | undefined
  readonly pii: readonly string[]
  /** Said only where `pii` would not say it: of itself a key is personal where the event is. */
  readonly keyIsPii?: true | undefined
  readonly id?: string | undefined
  readonly bindings?: BindingFacts | undefined
}

export type RetryFacts = {
  readonly kind: 'exponential' | 'linear' | 'fixed'
  readonly attempts?: number | undefined
  readonly firstAfterMs?: number | undefined
  /** Longest single wait. */
  readonly capMs?: number | undefined
}

export function consumerFacts({
  events,
  group,
  transport,
}: Pick<ChannelPlan, 'events' | 'group' | 'transport'>): ConsumerFacts {
  const [{ manifest }] = events
  const manifests = events.map((event) => event.manifest)
  const pii = piiPaths(manifests)
  return {
    urn: manifest.urn,
    topic: topicOf(manifest, transport),
    group,
    dlq: manifest.delivery.contract.dlq,
    retry: retryPolicy(manifest),
    pii,
    keyIsPii: pii.length === 0 && keyIsPii(manifests) ? true : undefined,
    id: idProperty(manifest),
    bindings: bindingFacts(manifest, transport),
  }
}

/** The names a consumer goes by at its broker. */
export interface QueueFacts {
  readonly topics: readonly [string]
  readonly group: string
  readonly dlq: string
  readonly retryTopic: string
  readonly bindings: BindingFacts
}

/** As the runtime names what the contract leaves open. */
export function queueFacts({ topic, group, dlq, bindings = {} }: ConsumerFacts): QueueFacts {
  const owner = `${topic}.${group}`
  return { topics: [topic], group, dlq: dlq ?? `${owner}.dlq`, retryTopic: `${owner}.retry`, bindings }
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
    capMs: metadata['retry.backoff.max.ms'],
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0
}

/** Where personal data is, in all of these messages. */
export function piiPaths(manifests: readonly Manifest[]): readonly string[] {
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
