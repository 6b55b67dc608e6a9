import type { Headers } from './delivery.ts'

/** Names of a message's own headers that were left out of its copy, as a JSON array. */
export const TRIMMED_HEADER = 'x-trimmed-headers'

/**
 * What all headers of a copy may take together, names and values in UTF-8: 60 KiB. RabbitMQ's client refuses 64, and a transport adds a
 * few of its own.
 */
const HEADERS_BYTES = 60 * 1_024

/** The names may take so much; beyond it the last entry says how many more there are. */
const NAMES_BYTES = 4 * 1_024

/** Small, and of use to whoever reads the copy. */
const KEPT = new Set(['traceparent', 'content-type'])

/**
 * As many of a message's own headers as fit beside what is `added` to them: the largest are left out first, and named in
 * {@link TRIMMED_HEADER}. What is added always stays.
 */
export function trimHeaders(own: Headers, added: Headers): Headers {
  const all = { ...own, ...added }
  let excess = headersBytes(all) - HEADERS_BYTES
  if (excess <= 0) return all
  excess += NAMES_BYTES
  const trimmed: string[] = []
  const largestFirst = Object.entries(own).sort(([a, one], [b, other]) => bytesOf(b, other) - bytesOf(a, one))
  for (const [name, value] of largestFirst) {
    if (excess <= 0) break
    if (name in added || KEPT.has(name)) continue
    trimmed.push(name)
    excess -= bytesOf(name, value)
  }
  const gone = new Set(trimmed)
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => !gone.has(name)))
  return noteTrimmed({ ...kept, ...added }, trimmed)
}

/** Adds names to those of headers that were left out. A transport that has to leave out more says so with it. */
export function noteTrimmed(headers: Headers, names: readonly string[]): Headers {
  const all = [...new Set([...trimmedNames(headers), ...names])]
  if (all.length === 0) return headers
  const listed: string[] = []
  let room = NAMES_BYTES - 64
  for (const name of all) {
    room -= Buffer.byteLength(JSON.stringify(name)) + 1
    if (room < 0) break
    listed.push(name)
  }
  const more = all.length - listed.length
  return { ...headers, [TRIMMED_HEADER]: JSON.stringify(more === 0 ? listed : [...listed, `and ${more} more`]) }
}

/** What {@link noteTrimmed} wrote; empty where nothing was left out, or the header is odd. */
export function trimmedNames(headers: Headers): readonly string[] {
  const text = headers[TRIMMED_HEADER]
  if (text === undefined) return []
  try {
    const names: unknown = JSON.parse(text)
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
  } catch {
    return []
  }
}

/** Not less than any protocol's encoding takes. */
function headersBytes(headers: Headers): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + bytesOf(name, value), 0)
}

function bytesOf(name: string, value: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + 8
}

/** The longest beginning of a text that takes no more than `bytes` in UTF-8. */
export function cutToBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes))
  return text.slice(0, read)
}
