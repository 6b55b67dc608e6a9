import type { Headers } from '@longshore/runtime'
import type { RawHeaders } from './driver.ts'

const encoder = new TextEncoder()
const NONE: Headers = Object.freeze({})

/** Header bytes as text. Of a name that comes twice the last wins, as in Kafka's own `lastHeader`; a null value is empty text. */
export function decodeHeaders(raw: RawHeaders): Headers {
  if (raw.length === 0) return NONE
  return Object.fromEntries(raw.map(([name, value]) => [text(name), value === null ? '' : text(value)]))
}

export function encodeHeaders(headers: Headers): RawHeaders {
  return Object.entries(headers).map(([name, value]) => [encoder.encode(name), encoder.encode(value)] as const)
}

/** The raw headers whose name passes, untouched. */
export function filterHeaders(raw: RawHeaders, keep: (name: string) => boolean): RawHeaders {
  return raw.filter(([name]) => keep(text(name)))
}

/** One header as text, the last of its name; `undefined` when there is none. */
export function headerText(raw: RawHeaders, wanted: string): string | undefined {
  const value = raw.filter(([name]) => text(name) === wanted).at(-1)?.[1]
  return value === undefined || value === null ? undefined : text(value)
}

/** Bytes the headers take, names and values. */
export function headerBytes(raw: RawHeaders): number {
  return raw.reduce((sum, [name, value]) => sum + name.length + (value?.length ?? 0), 0)
}

/** A key as text; `null` stays `null`. */
export function decodeKey(key: Uint8Array | null): string | null {
  return key === null ? null : text(key)
}

export function encodeKey(key: string | null | undefined): Uint8Array | null {
  return key === null || key === undefined ? null : encoder.encode(key)
}

/** UTF-8. Short strings decode several times faster from a Buffer, which is what the clients hand over, than by TextDecoder. */
function text(bytes: Uint8Array): string {
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString()
}
