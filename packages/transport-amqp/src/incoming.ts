import { type Assignment, type Headers, type Incoming, readHistory } from '@longshore/runtime'
import type { ConsumeMessage, Message } from 'amqplib'
import type { ResolvedAmqpOptions } from './options.ts'
import type { Feed } from './topology.ts'

/** RabbitMQ's own name for a time finer than the property `timestamp`, which counts seconds. */
export const TIMESTAMP_HEADER = 'timestamp_in_ms'

/** Where a delivery keeps the message it was made of, for its tag and its properties. A symbol, so that spreading copies it. */
const MESSAGE = Symbol('longshore.amqp.message')

interface AmqpIncoming extends Incoming {
  readonly [MESSAGE]: ConsumeMessage
}

/** How the messages of one subscription are read. */
export interface ReadingRules extends Pick<ResolvedAmqpOptions, 'keyHeaders' | 'messageIdHeaders' | 'clock'> {
  /** A place for a message without id: another at each call, so that no two are taken for one. */
  readonly strangerAt: () => bigint
}

/** A message as the runtime wants it. Own properties only: the pipeline copies deliveries by spreading. */
export function toIncoming(
  message: ConsumeMessage,
  { topic, isRetry }: Pick<Feed, 'topic' | 'isRetry'>,
  assignment: Assignment,
  rules: ReadingRules,
): Incoming {
  const headers = headersOf(message)
  const messageId = messageIdOf(message, headers, rules)
  const history = isRetry ? readHistory(headers) : undefined
  const body = message.content.length === 0 ? null : message.content
  const incoming: AmqpIncoming = {
    assignment,
    source: { topic, partition: 0, offset: messageId === undefined ? rules.strangerAt() : placeOf(messageId) },
    key: keyOf(headers, rules),
    headers,
    body,
    bytes: message.content.length,
    timestampMs: timestampOf(message) ?? rules.clock.now(),
    ...(messageId === undefined ? {} : { messageId }),
    [MESSAGE]: message,
  }
  return history === undefined ? incoming : { ...incoming, history }
}

/** The message a delivery was made of; `undefined` for one that did not come from here. */
export function messageOf(delivery: Incoming): ConsumeMessage | undefined {
  return MESSAGE in delivery ? (delivery as AmqpIncoming)[MESSAGE] : undefined
}

/** Headers as text, numbers and tables as JSON, and the two properties that say how to read the body. */
export function headersOf({ properties }: Pick<Message, 'properties'>): Headers {
  const headers: Record<string, string> = {}
  const { headers: table = {}, contentType, contentEncoding } = properties
  for (const name in table) if (name !== TIMESTAMP_HEADER) headers[name] = textOf(table[name])
  if (typeof contentType === 'string') headers['content-type'] ??= contentType
  if (typeof contentEncoding === 'string') headers['content-encoding'] ??= contentEncoding
  return headers
}

export function messageIdOf(
  { properties }: Pick<Message, 'properties'>,
  headers: Headers,
  { messageIdHeaders }: Pick<ReadingRules, 'messageIdHeaders'>,
): string | undefined {
  const { messageId } = properties
  if (typeof messageId === 'string' && messageId !== '') return messageId
  return firstOf(headers, messageIdHeaders)
}

export function keyOf(headers: Headers, { keyHeaders }: Pick<ReadingRules, 'keyHeaders'>): string | null {
  return firstOf(headers, keyHeaders) ?? null
}

function firstOf(headers: Headers, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

/** Above this a `timestamp` cannot be in seconds: it would be in the year 5138. */
const MOST_SECONDS = 100_000_000_000

function timestampOf({ properties: { headers, timestamp } }: Pick<Message, 'properties'>): number | undefined {
  const fine: unknown = headers?.[TIMESTAMP_HEADER]
  if (typeof fine === 'number') return fine
  if (typeof timestamp !== 'number') return undefined
  return timestamp < MOST_SECONDS ? timestamp * 1_000 : timestamp
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/**
 * A place for a message, of which AMQP knows none: 53 bits made of its id (cyrb53), so that it stays the same however often the message is
 * delivered, and a held or parked message is recognised when it comes again.
 */
export function placeOf(messageId: string): bigint {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < messageId.length; index++) {
    const unit = messageId.charCodeAt(index)
    high = Math.imul(high ^ unit, 2_654_435_761)
    low = Math.imul(low ^ unit, 1_597_334_677)
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  return BigInt(4_294_967_296 * (2_097_151 & low) + (high >>> 0))
}
