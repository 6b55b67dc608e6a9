import {
  DEAD_LETTER_HEADERS,
  deadLetterHeaders,
  type Headers,
  type Incoming,
  noteTrimmed,
  type Outcome,
  trimmedNames,
} from '@longshore/runtime'
import type { FetchedRecord, RawHeaders } from './driver.ts'
import { encodeHeaders, encodeKey, filterHeaders, headerBytes } from './headers.ts'
import { recordOf } from './incoming.ts'

/** Set on a letter whose value did not fit: it must be fetched from the original coordinates, which the other headers name. */
export const CLAIM_CHECK_HEADER = 'x-claim-check'
/** The size of that value. */
const ORIGINAL_BYTES_HEADER = 'x-original-bytes'

/** What travels to the DLQ or the retry lane: key and value as they came, never re-encoded. */
export interface Letter {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: RawHeaders
}

/** All headers of a letter together; more is trimmed, because some clients refuse it. */
const HEADERS_BYTES = 64 * 1_024

const runtimeNames = new Set<string>([...Object.values(DEAD_LETTER_HEADERS), CLAIM_CHECK_HEADER, ORIGINAL_BYTES_HEADER])

/** Whether the runtime, and not the publisher, wrote a header of this name. */
export function isRuntimeHeader(name: string): boolean {
  return runtimeNames.has(name)
}

/** The publisher's headers, byte for byte. */
export function ownHeaders(raw: RawHeaders): RawHeaders {
  return filterHeaders(raw, (name) => !isRuntimeHeader(name))
}

/**
 * The forms a failed delivery may take, largest first; the first that the broker accepts is sent:
 *
 * 1. value, own headers byte for byte, all of the runtime's;
 * 2. the same without the stack, the error's message cut to 256 characters;
 * 3. the same without the message's own headers, but for `traceparent` and the content type; the others are named;
 * 4. a claim check: no value, `x-claim-check: original` and the size it had. The value stays where it was first published, for as long
 *    as that topic retains it.
 */
export function lettersOf(
  delivery: Incoming,
  outcome: Exclude<Outcome, { kind: 'ack' }>,
  group: string | undefined,
  notBeforeMs?: number,
): readonly Letter[] {
  const record = recordOf(delivery)
  const written = deadLetterHeaders(delivery, outcome.failure, outcome.record, group)
  const trimmed = new Set(trimmedNames(written))
  const came = ownHeaders(record?.headers ?? encodeHeaders(delivery.headers))
  const own = filterHeaders(came, (name) => !trimmed.has(name))
  const added = {
    ...runtimeHeaders(written),
    ...(notBeforeMs === undefined ? {} : { [DEAD_LETTER_HEADERS.notBefore]: String(notBeforeMs) }),
  }
  const content = contentOf(delivery, record)
  const brief = withoutStack(added)
  const isKept = (name: string) => name === 'traceparent' || name === 'content-type'
  const few = filterHeaders(own, isKept)
  const noted = noteTrimmed(
    brief,
    Object.keys(delivery.headers).filter((name) => !isRuntimeHeader(name) && !isKept(name)),
  )
  const claim = { ...noted, [CLAIM_CHECK_HEADER]: 'original', [ORIGINAL_BYTES_HEADER]: String(delivery.bytes) }
  return [
    { ...content, headers: [...own, ...encodeHeaders(added)] },
    { ...content, headers: [...own, ...encodeHeaders(brief)] },
    { ...content, headers: [...few, ...encodeHeaders(noted)] },
    { ...content, value: null, headers: [...few, ...encodeHeaders(claim)] },
  ].filter(({ headers }, form) => form >= 2 || headerBytes(headers) <= HEADERS_BYTES)
}

function contentOf(delivery: Incoming, record: FetchedRecord | undefined): Pick<Letter, 'key' | 'value'> {
  return record ?? { key: encodeKey(delivery.key), value: delivery.body }
}

/** Only what the runtime adds: the message's own headers travel as the bytes they are. */
function runtimeHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isRuntimeHeader(name)))
}

function withoutStack(headers: Headers): Headers {
  const { errorStack, errorMessage } = DEAD_LETTER_HEADERS
  const { [errorStack]: _, ...rest } = headers
  return { ...rest, [errorMessage]: (headers[errorMessage] ?? '').slice(0, 256) }
}
