import type { Json, JsonSchema } from '@longshore/contract'

/**
 * One event of a contract as plain JSON: what it is called, what it carries, how it travels and what is risky about it.
 * Published with its own JSON Schema, so that a manifest written by hand validates too. Unknown extra keys are kept.
 */
export interface Manifest {
  readonly protocol: 'event-protocol/v1'
  /** `urn:events:{domain}:{entity}:{action}`; stable when the document's version, server or wording changes. */
  readonly urn: string
  readonly event: {
    /** `user.created` */
    readonly name: string
    readonly version: string
    readonly lifecycle: { readonly status: 'active' | 'deprecated'; readonly sunset_at?: string }
  }
  readonly semantics: { readonly purpose: string }
  readonly schema: ManifestSchema
  readonly delivery: { readonly contract: Delivery }
  readonly patterns: { readonly detected: readonly Pattern[] }
  readonly governance: { readonly policy: { readonly classification: Classification; readonly legal_basis?: string } }
  readonly channel: ManifestChannel
  readonly metadata: {
    readonly source_type: 'asyncapi'
    /** AsyncAPI version. */
    readonly source_version: string
    /** Hex SHA-256 of the document. */
    readonly source_hash: string
    /** File name of the document, without folders. */
    readonly source_file: string
    /** JSON Pointer of the message in the document. */
    readonly pointer: string
    readonly owner?: string
    readonly tags: readonly string[]
  }
}

export type Classification = 'internal' | 'confidential' | 'pii'

export interface ManifestSchema {
  readonly format: 'json-schema' | 'avro' | 'protobuf' | 'raml' | 'unknown'
  /** Self-contained: root plus `$defs` under the contract's own names. Absent when the language is not analysed. */
  readonly payload?: JsonSchema
  readonly headers?: JsonSchema
  /** The payload's type name in the contract, when it has one. */
  readonly name?: string
  /** Examples of the payload as the document gives them. */
  readonly examples?: readonly Json[]
  readonly fields: readonly Field[]
  /** Fields of the headers; absent when the document describes none. */
  readonly header_fields?: readonly Field[]
  readonly compatibility: { readonly policy: 'backward' | 'forward' | 'full' | 'none' }
}

export type PiiTier = 'explicit' | 'definite' | 'potential' | 'contextual'

export interface Field {
  /** `customer.addresses[].street`; `additionalProperties` are written `labels.*`. */
  readonly path: string
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly required: boolean
  readonly description?: string
  readonly pii: boolean
  /** For PII only, like the three below. */
  readonly category?: string
  readonly tier?: PiiTier
  /** 0 to 1. */
  readonly confidence?: number
  readonly evidence?: readonly string[]
}

export type TransportName =
  | 'kafka'
  | 'amqp'
  | 'mqtt'
  | 'nats'
  | 'redis'
  | 'sns'
  | 'sqs'
  | 'pulsar'
  | 'googlepubsub'
  | 'jms'
  | 'solace'
  | 'ibmmq'
  | 'stomp'
  | 'ws'
  | 'http'
  | 'anypointmq'
  | 'mercure'
  | 'unknown'
  | (string & {})

export interface Delivery {
  readonly transport: TransportName
  /** All transports of a channel that is on several, `transport` first; absent when there is one. */
  readonly transports?: readonly TransportName[]
  /** Topic, routing address or MQTT filter, with parameters as written: `sensors/{sensorId}/temperature`. */
  readonly topic: string
  /** Name of the declared dead letter destination. Absent: none is declared. */
  readonly dlq?: string
  readonly retry_policy: 'exponential' | 'linear' | 'fixed' | 'none'
  readonly guarantees: 'at-least-once' | 'exactly-once' | 'best-effort'
  /** 0 to 1: how sure the transport is. */
  readonly confidence: number
  readonly evidence: readonly string[]
  readonly metadata: DeliveryMetadata
}

/** Facts of the transport, named as the binding names them. All optional; unknown keys are kept. */
export interface DeliveryMetadata {
  readonly partitions?: number
  readonly replicas?: number
  /** The key's JSON Schema. */
  readonly key?: JsonSchema
  /** Milliseconds; -1 is for ever. */
  readonly retention_ms?: number
  readonly cleanup_policy?: readonly string[]
  /** Largest record batch of the topic, in bytes (`max.message.bytes`). */
  readonly max_message_bytes?: number
  readonly groupId?: string
  readonly clientId?: string
  /** Total tries, the first included. */
  readonly 'retry.max.attempts'?: number
  /** First wait in milliseconds. */
  readonly 'retry.backoff.ms'?: number
  /** Longest wait in milliseconds. */
  readonly 'retry.backoff.max.ms'?: number
  /** The payload property by which the document says events are ordered (`x-ordering`). */
  readonly ordering_key?: string
  readonly exchange?: { readonly name: string; readonly type: string }
  readonly queue?: string
  readonly routing_key?: string
  readonly durable?: boolean
  readonly exclusive?: boolean
  readonly auto_delete?: boolean
  readonly prefetch?: number
  readonly 'x-max-retries'?: number
  /** Milliseconds. */
  readonly ttl?: number
  readonly dead_letter_exchange?: string
  readonly qos?: 0 | 1 | 2
  readonly retain?: boolean
  readonly clean_session?: boolean
  /** Seconds, as MQTT counts them. */
  readonly session_expiry?: number
  readonly shared_group?: string
  /** The server asks for TLS. */
  readonly tls?: boolean
  /** Number of operations that receive the event. */
  readonly receivers?: number
  readonly [key: string]: Json | undefined
}

export interface Pattern {
  readonly pattern: string
  readonly confidence: number
  readonly severity: 'error' | 'warn' | 'info'
  readonly message: string
  readonly recommendation: string
  readonly metadata: { readonly [key: string]: Json }
}

export interface ManifestChannel {
  readonly name: string
  readonly address: string | null
  /** Whether the described application receives the event, sends it, or both. */
  readonly actions: readonly ('send' | 'receive')[]
  readonly parameters: readonly {
    readonly name: string
    readonly description?: string
    readonly enum?: readonly string[]
  }[]
  /** Names of the other events on the channel, without this one. */
  readonly siblings: readonly string[]
  /** How this event is told from its siblings; absent when it is alone. */
  readonly told_apart_by?: Discriminator
}

export type Discriminator =
  | { readonly kind: 'property'; readonly path: string; readonly value: string | number | boolean }
  | { readonly kind: 'header'; readonly name: string; readonly value: string | number | boolean }
  | { readonly kind: 'schema' }
