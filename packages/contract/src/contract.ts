import type { Location } from './diagnostic.ts'

/** Any JSON value as parsed. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** JSON object with string keys. */
export type JsonObject = { readonly [key: string]: Json }

/** A JSON Schema object or boolean schema. In a contract every `$ref` points into the schema's own `$defs`. */
export type JsonSchema = boolean | JsonObject

/** Points at a node of a source file, to be turned into a line and a column by {@link Contract.locate}. */
export interface NodeRef {
  readonly file: string
  /** RFC 6901 JSON Pointer. */
  readonly pointer: string
}

/**
 * Protocol name to binding object, verbatim: `{ kafka: { key: … } }`. Unknown fields are kept. A schema that holds references is made
 * self-contained, as a payload's is.
 */
export type Bindings = { readonly [protocol: string]: JsonObject }

/** Every `x-…` member of an object, verbatim. */
export type Extensions = { readonly [name: `x-${string}`]: Json }

/**
 * An AsyncAPI 2.x or 3.x document, read into one model. References are followed, traits merged, names and positions kept.
 *
 * Actions are told from the point of view of the described application, as 3.x does. A 2.x `publish` therefore becomes `receive`
 * and a 2.x `subscribe` becomes `send`.
 */
export interface Contract {
  /** The document's path as given. */
  readonly file: string
  /** The `asyncapi` member: `2.6.0`, `3.0.0`. */
  readonly asyncapi: string
  /** Hex SHA-256 of the document's bytes, without referenced files. */
  readonly hash: string
  readonly id?: string
  readonly title: string
  readonly version: string
  readonly description?: string
  /** `info.contact.name`, else its e-mail. */
  readonly owner?: string
  readonly tags: readonly string[]
  readonly defaultContentType?: string
  readonly servers: readonly Server[]
  readonly channels: readonly Channel[]
  readonly extensions: Extensions
  /** Line and column of a node; the nearest known ancestor when the node itself has no text of its own. */
  locate(node: NodeRef): Location
}

export interface Server {
  readonly name: string
  /** Without scheme; in 2.x with the path, which `url` holds too. */
  readonly host: string
  /** Path on the host (3.x). */
  readonly pathname?: string
  /** As written: `kafka-secure`, `amqps`. */
  readonly protocol: string
  readonly protocolVersion?: string
  readonly description?: string
  /** Variables of `host` and `pathname`. */
  readonly variables: readonly Parameter[]
  readonly tags: readonly string[]
  readonly bindings: Bindings
  /** Types of the security schemes in force: `scramSha256`, `userPassword`. */
  readonly security: readonly string[]
  readonly extensions: Extensions
  readonly at: NodeRef
}

export interface Channel {
  /** Key in `channels`. In 2.x this is the address too. */
  readonly name: string
  /** `null` when unknown until run time (3.x). */
  readonly address: string | null
  readonly title?: string
  readonly description?: string
  readonly parameters: readonly Parameter[]
  /** Names of the servers it is limited to; empty means all. */
  readonly servers: readonly string[]
  readonly messages: readonly Message[]
  readonly operations: readonly Operation[]
  readonly bindings: Bindings
  readonly tags: readonly string[]
  readonly extensions: Extensions
  readonly at: NodeRef
}

export interface Parameter {
  readonly name: string
  readonly description?: string
  readonly enum?: readonly string[]
  readonly default?: string
  readonly location?: string
  readonly at: NodeRef
}

export interface Operation {
  /** Key in `operations` (3.x), else `operationId`, else `<channel>.publish`. */
  readonly name: string
  readonly action: 'send' | 'receive'
  readonly summary?: string
  readonly description?: string
  /** Names of the channel's messages it handles; empty means all. */
  readonly messages: readonly string[]
  readonly bindings: Bindings
  readonly tags: readonly string[]
  readonly reply?: { readonly channel?: string; readonly address?: string }
  /** Where and how a failed message is tried again, as proposed for 3.x (`retry` beside `reply`). */
  readonly retry?: Recovery
  /** Where a message goes that cannot be handled, as proposed for 3.x (`deadLetter` beside `reply`). */
  readonly deadLetter?: Recovery
  readonly extensions: Extensions
  readonly at: NodeRef
}

/** A path that a failed message takes. */
export interface Recovery {
  /** Name of the channel it takes. */
  readonly channel?: string
  /** The whole object as written: attempts, strategy, delays. */
  readonly raw: JsonObject
}

export interface Message {
  /** Its key on the channel (3.x), else `messageId` or `name`, else the name of the component it refers to. Unique in its channel. */
  readonly name: string
  /** The `name` member, when there is one: what the wire calls the event. */
  readonly wireName?: string
  /** Component name when the message comes from `components.messages`. */
  readonly component?: string
  readonly title?: string
  readonly summary?: string
  readonly description?: string
  readonly contentType?: string
  readonly payload?: Payload
  readonly headers?: Payload
  readonly correlationId?: { readonly location: string }
  readonly deprecated: boolean
  readonly bindings: Bindings
  readonly tags: readonly string[]
  readonly examples: readonly { readonly name?: string; readonly payload?: Json; readonly headers?: Json }[]
  readonly extensions: Extensions
  readonly at: NodeRef
}

export type SchemaFormat = 'json-schema' | 'openapi' | 'avro' | 'protobuf' | 'raml' | 'unknown'

/** A payload or header schema in whatever language the document uses. */
export interface Payload {
  readonly format: SchemaFormat
  /** The `schemaFormat` as written, when written. */
  readonly schemaFormat?: string
  /**
   * Self-contained JSON Schema: the root plus `$defs` under the contract's own names; recursion stays a `$ref`. Avro and OpenAPI
   * schemas are translated. Absent when the language is not analysed (Protobuf, RAML).
   */
  readonly schema?: JsonSchema
  /** The schema as the document has it, the references inside it not followed. The text itself for a `.proto` file. */
  readonly raw: Json
  /** Name under which the contract knows the root schema, when it has one. */
  readonly name?: string
  readonly at: NodeRef
}
