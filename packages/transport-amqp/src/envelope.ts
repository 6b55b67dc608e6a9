import { randomUUID } from 'node:crypto'
import { DEAD_LETTER_HEADERS, type OutgoingMessage } from '@longshore/runtime'
import type { Options } from 'amqplib'
import { TIMESTAMP_HEADER } from './incoming.ts'
import type { ResolvedAmqpOptions } from './options.ts'

/** A message as it is given to the broker. */
export interface Envelope {
  /** `''`: the default exchange, whose routing keys are the names of queues. */
  readonly exchange: string
  readonly routingKey: string
  readonly content: Buffer
  readonly properties: Options.Publish
}

/** Bytes of the protocol's `shortstr`. */
const SHORT_BYTES = 255

/** What a publisher says of a message, persistent, with an id of its own and its time. */
export function envelopeOf(
  message: OutgoingMessage,
  { clock, keyHeaders: [keyHeader] }: Pick<ResolvedAmqpOptions, 'clock' | 'keyHeaders'>,
): Envelope {
  const { topic, key, value, exchange = '', headers = {} } = message
  const nowMs = clock.now()
  const messageId = message.messageId ?? headers[DEAD_LETTER_HEADERS.messageId] ?? randomUUID()
  const table: Record<string, string | number> = { ...headers, [TIMESTAMP_HEADER]: nowMs }
  if (key !== undefined && key !== null) table[keyHeader] = key
  const properties: Options.Publish = {
    persistent: true,
    mandatory: true,
    timestamp: Math.floor(nowMs / 1_000),
    headers: table,
  }
  if (fitsProperty(messageId)) properties.messageId = messageId
  else table[DEAD_LETTER_HEADERS.messageId] = messageId
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = headers
  if (contentType !== undefined) properties.contentType = contentType
  if (contentEncoding !== undefined) properties.contentEncoding = contentEncoding
  return { exchange, routingKey: topic, content: bufferOf(value), properties }
}

/** A longer id travels in a header. */
function fitsProperty(messageId: string): boolean {
  return messageId.length * 3 <= SHORT_BYTES || Buffer.byteLength(messageId) <= SHORT_BYTES
}

export function bufferOf(bytes: Uint8Array | null): Buffer {
  if (bytes === null) return Buffer.alloc(0)
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
