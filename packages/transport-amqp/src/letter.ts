import { randomUUID } from 'node:crypto'
import {
  DEAD_LETTER_HEADERS,
  deadLetterHeaders,
  type Headers,
  type Incoming,
  noteTrimmed,
  type Outcome,
  trimmedNames,
} from '@longshore/runtime'
import type { Message, Options } from 'amqplib'
import { bufferOf, type Envelope } from './envelope.ts'
import { messageOf } from './incoming.ts'

/** Tells the letters of one message apart: the id by which one is listed, shown and redriven. */
export const LETTER_ID_HEADER = 'x-letter-id'

/** Headers of a message as the client holds them: text, numbers, tables. */
type Table = { readonly [name: string]: unknown }

/** All headers of a message together must fit a frame; the client refuses more than this. */
const HEADERS_BYTES = 60 * 1_024

const runtimeNames = new Set<string>([...Object.values(DEAD_LETTER_HEADERS), LETTER_ID_HEADER])

/**
 * Written by the broker, and of no use in a copy: a copy with `CC` would go to more queues than meant, one with `x-death` might be taken
 * for a message that goes round in circles.
 */
const BROKER_HEADERS = /^(?:x-death|x-(?:first|last)-death-.*|x-opt-deaths|x-delivery-count|x-acquired-count|CC|BCC)$/

/** A dead letter: value and own headers as they came, and why it failed. */
export function letterOf(
  delivery: Incoming,
  { failure, record }: Extract<Outcome, { kind: 'dead-letter' }>,
  to: { readonly dlq: string; readonly group?: string },
): Envelope {
  const added = { ...deadLetterHeaders(delivery, failure, record, to.group), [LETTER_ID_HEADER]: randomUUID() }
  return copyOf(delivery, to.dlq, added)
}

/** A message that is to come back, not before `notBeforeMs`. */
export function delayedOf(
  delivery: Incoming,
  { failure, record }: Extract<Outcome, { kind: 'retry' }>,
  to: { readonly queue: string; readonly group: string | undefined; readonly notBeforeMs: number },
): Envelope {
  const headers = deadLetterHeaders(delivery, failure, record, to.group)
  return copyOf(delivery, to.queue, { ...headers, [DEAD_LETTER_HEADERS.notBefore]: String(to.notBeforeMs) })
}

/** The same message in another queue, its headers untouched but for those given. */
export function movedTo(
  routingKey: string,
  message: Pick<Message, 'content' | 'properties'>,
  added: Headers = {},
): Envelope {
  const headers = { ...withoutBrokers(message.properties.headers ?? {}), ...added }
  return { exchange: '', routingKey, content: message.content, properties: propertiesOf(message, headers) }
}

/** Whether the runtime, and not the publisher, wrote a header of this name. */
export function isRuntimeHeader(name: string): boolean {
  return runtimeNames.has(name)
}

/** The publisher's headers, and none of the broker's or of ours. */
export function ownTable(message: Pick<Message, 'properties'>): Table {
  return pick(message.properties.headers ?? {}, (name) => !isRuntimeHeader(name) && !BROKER_HEADERS.test(name))
}

function copyOf(delivery: Incoming, routingKey: string, all: Headers): Envelope {
  const message = messageOf(delivery)
  const added = Object.fromEntries(Object.entries(all).filter(([name]) => isRuntimeHeader(name)))
  const trimmed = new Set(trimmedNames(all))
  const came = message === undefined ? all : ownTable(message)
  const own = pick(came, (name) => !isRuntimeHeader(name) && !trimmed.has(name))
  const properties = propertiesOf(message, largestFitting(own, added))
  return { exchange: '', routingKey, content: message?.content ?? bufferOf(delivery.body), properties }
}

/** Everything; without the stack and the length of the error's message; without the message's own headers but for the trace and the key. */
function largestFitting(own: Table, added: Headers): Table {
  const { errorStack, errorMessage } = DEAD_LETTER_HEADERS
  const { [errorStack]: _, ...rest } = added
  const brief: Headers = { ...rest, [errorMessage]: (added[errorMessage] ?? '').slice(0, 256) }
  const few = pick(own, (name) => name === 'traceparent' || bytesOf(own[name]) <= 256)
  const missing = Object.keys(own).filter((name) => !(name in few))
  const forms = [
    { ...own, ...added },
    { ...own, ...brief },
    { ...few, ...noteTrimmed(brief, missing) },
  ]
  return forms.find((form) => bytesOf(form) <= HEADERS_BYTES) ?? noteTrimmed(brief, Object.keys(own))
}

/** Not less than the protocol's encoding takes, at the cost of a look at each header. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 5 + Buffer.byteLength(value)
  if (value instanceof Uint8Array) return 5 + value.length
  if (typeof value !== 'object' || value === null) return 16
  return Object.entries(value).reduce((sum, [name, item]) => sum + 1 + Buffer.byteLength(name) + bytesOf(item), 8)
}

/**
 * As they came, with four left out: an expiry would end the copy, the user must be the one who publishes, and priority and reply address
 * were for the first journey.
 */
function propertiesOf(message: Pick<Message, 'properties'> | undefined, headers: Table): Options.Publish {
  const { contentType, contentEncoding, correlationId, messageId, timestamp, type, appId } = message?.properties ?? {}
  const kept = { contentType, contentEncoding, correlationId, messageId, timestamp, type, appId }
  return { ...withoutUndefined(kept), headers, persistent: true, mandatory: true }
}

function withoutBrokers(table: Table): Table {
  return pick(table, (name) => !BROKER_HEADERS.test(name))
}

function pick(table: Table, keep: (name: string) => boolean): Table {
  return Object.fromEntries(Object.entries(table).filter(([name]) => keep(name)))
}

function withoutUndefined(table: Table): Table {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined))
}
