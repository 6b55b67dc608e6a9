import type { DeliveryMetadata, Manifest } from '@longshore/manifest'
import type { ConsumerTransport } from '../options.ts'

/** What a contract says of a transport, as the runtime's bindings have it; members it is silent on are absent. */
export type BindingFacts = {
  readonly kafka?: KafkaFacts
  readonly amqp?: AmqpFacts
  readonly mqtt?: MqttFacts
}

export type KafkaFacts = {
  readonly partitions?: number
  readonly replicas?: number
  /** -1 is for ever. */
  readonly retentionMs?: number
  readonly cleanupPolicy?: readonly CleanupPolicy[]
  readonly maxMessageBytes?: number
  readonly clientId?: string
}

export type AmqpFacts = {
  readonly exchange?: ExchangeFacts
  readonly queue?: string
  readonly routingKeys?: readonly string[]
  readonly durable?: boolean
  readonly exclusive?: boolean
  readonly autoDelete?: boolean
  readonly prefetch?: number
  readonly deadLetterExchange?: string
  readonly messageTtlMs?: number
}

export type MqttFacts = {
  readonly qos: 0 | 1 | 2
  readonly cleanStart?: boolean
  readonly sessionExpirySeconds?: number
  readonly sharedGroup?: string
  readonly retained?: 'handle' | 'skip'
}

export type ExchangeFacts = {
  readonly name: string
  readonly type: ExchangeType
}

type CleanupPolicy = 'delete' | 'compact'
type ExchangeType = (typeof EXCHANGE_TYPES)[number]

const EXCHANGE_TYPES = ['topic', 'direct', 'fanout', 'headers'] as const

/** `undefined` when the contract is silent on all of it. */
export function bindingFacts({ delivery, event }: Manifest, transport: ConsumerTransport): BindingFacts | undefined {
  const { metadata, topic } = delivery.contract
  if (transport === 'amqp') return { amqp: amqpFacts(metadata, topic === '' ? event.name : topic) }
  if (transport === 'mqtt') return { mqtt: mqttFacts(metadata) }
  const kafka = kafkaFacts(metadata)
  return Object.keys(kafka).length === 0 ? undefined : { kafka }
}

function kafkaFacts({
  partitions,
  replicas,
  retention_ms,
  cleanup_policy,
  max_message_bytes,
  clientId,
}: DeliveryMetadata): KafkaFacts {
  return {
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicas === undefined ? {} : { replicas }),
    ...(retention_ms === undefined ? {} : { retentionMs: retention_ms }),
    ...(cleanup_policy === undefined ? {} : { cleanupPolicy: cleanup_policy.filter(isCleanupPolicy) }),
    ...(max_message_bytes === undefined ? {} : { maxMessageBytes: max_message_bytes }),
    ...(clientId === undefined ? {} : { clientId }),
  }
}

function isCleanupPolicy(policy: string): policy is CleanupPolicy {
  return policy === 'delete' || policy === 'compact'
}

/**
 * With an exchange and no queue the consumers of a group get a queue of their own, which the runtime names. Exclusive and deleted by
 * itself is no queue unless that is stated, so that only `true` is of use.
 */
function amqpFacts(metadata: DeliveryMetadata, address: string): AmqpFacts {
  const { exchange, routing_key, durable, exclusive, auto_delete, prefetch, dead_letter_exchange, ttl } = metadata
  const queue = metadata.queue ?? (exchange === undefined || exchange.name === '' ? address : undefined)
  return {
    ...(exchange === undefined ? {} : { exchange: { name: exchange.name, type: exchangeType(exchange.type) } }),
    ...(queue === undefined ? {} : { queue }),
    ...(routing_key === undefined ? {} : { routingKeys: [routing_key] }),
    ...(durable === undefined ? {} : { durable }),
    ...(exclusive === true ? { exclusive } : {}),
    ...(auto_delete === true ? { autoDelete: true } : {}),
    prefetch: prefetch ?? DEFAULT_PREFETCH,
    ...(dead_letter_exchange === undefined ? {} : { deadLetterExchange: dead_letter_exchange }),
    ...(ttl === undefined ? {} : { messageTtlMs: ttl }),
  }
}

/** Messages of a queue one by one: the only order that holds whatever their keys are. */
const DEFAULT_PREFETCH = 1

function exchangeType(type: string): ExchangeType {
  return EXCHANGE_TYPES.find((known) => known === type) ?? 'topic'
}

function mqttFacts({ qos, clean_session, session_expiry, shared_group, retain }: DeliveryMetadata): MqttFacts {
  return {
    qos: qos ?? 0,
    ...(clean_session === undefined ? {} : { cleanStart: clean_session }),
    ...(session_expiry === undefined ? {} : { sessionExpirySeconds: session_expiry }),
    ...(shared_group === undefined ? {} : { sharedGroup: shared_group }),
    ...(retain === true ? { retained: 'handle' } : {}),
  }
}
