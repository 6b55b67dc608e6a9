import { type Delivery, type Headers, type History, identityOf, originOf, type Source } from './delivery.ts'
import { errorType, type Failure, type FailureClass, type FailureCode, type FailureRecord } from './failure.ts'
import { cutToBytes, TRIMMED_HEADER, trimHeaders, trimmedNames } from './trim-headers.ts'

/** Names of the headers a dead letter carries beside the message's own. The value is never re-encoded. */
export const DEAD_LETTER_HEADERS = Object.freeze({
  originalTopic: 'x-original-topic',
  originalPartition: 'x-original-partition',
  originalOffset: 'x-original-offset',
  /** Unix milliseconds. */
  originalTimestamp: 'x-original-timestamp',
  originalKey: 'x-original-key',
  group: 'x-consumer-group',
  /** Tries made: the seeds' `processingAttempts`. */
  attempts: 'x-attempts',
  /** Tries beyond the first: the seeds' `retryCount`. */
  retryCount: 'x-retry-count',
  /** ISO 8601. */
  firstFailureAt: 'x-first-failure-at',
  lastFailureAt: 'x-last-failure-at',
  errorCode: 'x-error-code',
  errorClass: 'x-failure-class',
  /** Constructor name of what was thrown: the seeds' `errorType`. */
  errorType: 'x-error-type',
  /** Without values. */
  errorMessage: 'x-error-message',
  /** Cut to 4 KiB. */
  errorStack: 'x-error-stack',
  messageId: 'x-message-id',
  redriveCount: 'x-redrive-count',
  /** Names of own headers that were left out, as a JSON array. */
  trimmedHeaders: TRIMMED_HEADER,
  /** Unix milliseconds before which a delayed message is not handed over. */
  notBefore: 'x-not-before',
})

/** What the headers of a dead letter say. */
export interface DeadLetterDetails {
  readonly origin: Source
  readonly originalTimestampMs?: number
  readonly group?: string
  readonly attempts: number
  readonly firstFailureAt?: string
  readonly lastFailureAt?: string
  readonly errorCode?: FailureCode | (string & {})
  readonly errorClass?: FailureClass | (string & {})
  readonly errorType?: string
  readonly errorMessage?: string
  readonly errorStack?: string
  readonly messageId?: string
  readonly redriveCount: number
  readonly traceparent?: string
  /** Names of the message's own headers that are missing here, because all together were too large. */
  readonly trimmedHeaders?: readonly string[]
}

/** A dead letter as it lies in the queue. */
export interface DeadLetter {
  /** Its place in the DLQ: `user.created.dlq/0/17`. */
  readonly id: string
  readonly key: string | null
  /** Raw value, never re-encoded. */
  readonly value: Uint8Array | null
  readonly headers: Headers
  readonly details: DeadLetterDetails
  readonly status: 'waiting' | 'redriven' | 'quarantined'
}

/** The dead letters of one group. */
export interface DeadLetterQueue {
  /** Oldest first, up to the end as it was when reading began. */
  read(): AsyncIterable<DeadLetter>
  /**
   * Publishes the raw value to the group's own retry lane with its original identity and a redrive count one higher, and once that is
   * confirmed marks the letter as redriven. Repeating it is harmless: a redriven letter is not sent again.
   */
  redrive(letter: DeadLetter): Promise<void>
  /** Sets a letter aside: it is listed, but no longer redriven. */
  quarantine(letter: DeadLetter): Promise<void>
  close(): Promise<void>
}

const names = new Set<string>(Object.values(DEAD_LETTER_HEADERS))

/** The message's own headers, without those the runtime added. */
export function ownHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name)))
}

/** Stands, in the name of a dead letter queue, for the topic its letters come from. */
export const LETTER_TOPIC = '{topic}'

/** The dead letter queue of what was first read from that topic. */
export function dlqOf({ dlq }: { readonly dlq: string }, topic: string): string {
  return dlq.replaceAll(LETTER_TOPIC, topic)
}

const STACK_BYTES = 4 * 1_024
const MESSAGE_BYTES = 4 * 1_024
/** A key or an id that is longer is left out: cut off it would be another. The letter's own key is not touched. */
const NAME_BYTES = 8 * 1_024

/**
 * The headers a dead letter or a delayed message travels with: the message's own, plus where it came from and why. All values are
 * text; the key and the stack are left out where there is none. Nothing here comes from the payload. All together take at most 60 KiB:
 * of the message's own the largest are left out, and named in `x-trimmed-headers`.
 */
export function deadLetterHeaders(
  delivery: Delivery<unknown>,
  failure: Failure,
  record: FailureRecord,
  group?: string,
): Headers {
  const origin = originOf(delivery)
  const h = DEAD_LETTER_HEADERS
  const id = identityOf(delivery)
  const added = {
    [h.originalTopic]: origin.topic,
    [h.originalPartition]: String(origin.partition),
    [h.originalOffset]: String(origin.offset),
    [h.originalTimestamp]: String(delivery.timestampMs),
    ...(delivery.key === null || isTooLong(delivery.key) ? {} : { [h.originalKey]: delivery.key }),
    ...(group === undefined ? {} : { [h.group]: group }),
    [h.attempts]: String(record.attempts),
    [h.retryCount]: String(Math.max(0, record.attempts - 1)),
    [h.firstFailureAt]: new Date(record.firstFailureAtMs).toISOString(),
    [h.lastFailureAt]: new Date(record.lastFailureAtMs).toISOString(),
    [h.errorCode]: failure.code,
    [h.errorClass]: failure.class,
    [h.errorType]: errorType(failure.cause ?? failure),
    [h.errorMessage]: cutToBytes(failure.message, MESSAGE_BYTES),
    ...stackHeader(failure),
    ...(isTooLong(id) ? {} : { [h.messageId]: id }),
    [h.redriveCount]: String(delivery.history?.redriveCount ?? 0),
    ...trimmedBefore(delivery.headers),
  }
  return trimHeaders(ownHeaders(delivery.headers), added)
}

function isTooLong(name: string): boolean {
  return Buffer.byteLength(name) > NAME_BYTES
}

/** What an earlier copy of the message has lost is lost in the next one too. */
function trimmedBefore({ [TRIMMED_HEADER]: names }: Headers): Headers {
  return names === undefined ? {} : { [TRIMMED_HEADER]: cutToBytes(names, NAME_BYTES) }
}

/** Frames of what the handler threw. The first line of a stack is the message, which may quote a payload, so it is left out. */
function stackHeader({ cause }: Failure): Headers {
  const stack = cause instanceof Error ? cause.stack : undefined
  const frames = stack?.split('\n').filter((line) => line.trimStart().startsWith('at '))
  if (frames === undefined || frames.length === 0) return {}
  return { [DEAD_LETTER_HEADERS.errorStack]: cutToBytes(frames.join('\n'), STACK_BYTES) }
}

/** Reads {@link deadLetterHeaders} back. Headers that are missing or odd are treated as absent; `found` is where the letter lies. */
export function readDeadLetterDetails(headers: Headers, found: Source): DeadLetterDetails {
  const h = DEAD_LETTER_HEADERS
  return {
    origin: readOrigin(headers) ?? found,
    attempts: readCount(headers[h.attempts]) ?? 0,
    redriveCount: readCount(headers[h.redriveCount]) ?? 0,
    ...defined('originalTimestampMs', readCount(headers[h.originalTimestamp])),
    ...defined('group', headers[h.group]),
    ...defined('firstFailureAt', headers[h.firstFailureAt]),
    ...defined('lastFailureAt', headers[h.lastFailureAt]),
    ...defined('errorCode', headers[h.errorCode]),
    ...defined('errorClass', headers[h.errorClass]),
    ...defined('errorType', headers[h.errorType]),
    ...defined('errorMessage', headers[h.errorMessage]),
    ...defined('errorStack', headers[h.errorStack]),
    ...defined('messageId', headers[h.messageId]),
    ...defined('traceparent', headers.traceparent),
    ...(headers[TRIMMED_HEADER] === undefined ? {} : { trimmedHeaders: trimmedNames(headers) }),
  }
}

/**
 * The history of a message that comes back on a retry lane; `undefined` on a first delivery. A message that was redriven starts its
 * attempts anew, a delayed one goes on counting.
 */
export function readHistory(headers: Headers): History | undefined {
  const origin = readOrigin(headers)
  if (origin === undefined) return undefined
  const h = DEAD_LETTER_HEADERS
  const firstFailureAtMs = Date.parse(headers[h.firstFailureAt] ?? '')
  return {
    origin,
    attempts: readCount(headers[h.attempts]) ?? 0,
    redriveCount: readCount(headers[h.redriveCount]) ?? 0,
    ...(Number.isNaN(firstFailureAtMs) ? {} : { firstFailureAtMs }),
  }
}

/** The headers a redriven letter travels with: its identity and origin kept, its failure forgotten, its redrive count one higher. */
export function redriveHeaders(letter: DeadLetter): Headers {
  const { origin, messageId, originalTimestampMs, redriveCount } = letter.details
  const h = DEAD_LETTER_HEADERS
  return {
    ...ownHeaders(letter.headers),
    [h.originalTopic]: origin.topic,
    [h.originalPartition]: String(origin.partition),
    [h.originalOffset]: String(origin.offset),
    ...(originalTimestampMs === undefined ? {} : { [h.originalTimestamp]: String(originalTimestampMs) }),
    ...(messageId === undefined ? {} : { [h.messageId]: messageId }),
    [h.redriveCount]: String(redriveCount + 1),
    ...trimmedBefore(letter.headers),
  }
}

function readOrigin(headers: Headers): Source | undefined {
  const h = DEAD_LETTER_HEADERS
  const topic = headers[h.originalTopic]
  const partition = readCount(headers[h.originalPartition])
  const offset = headers[h.originalOffset]
  if (topic === undefined || partition === undefined || offset === undefined || !/^\d{1,19}$/.test(offset))
    return undefined
  return { topic, partition, offset: BigInt(offset) }
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function defined<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]?: Value })
}
