import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { FetchedRecord, RawHeaders } from './driver.ts'

/** The client groups the values of a name that comes twice and reads names as text: the order across names may change. */
export function toRecord({ offset, timestamp, key, value, headers }: KafkaMessage): FetchedRecord {
  return { offset: BigInt(offset), timestampMs: Number(timestamp), key, value, headers: toRawHeaders(headers) }
}

/** A null value becomes an empty one, because the client cannot send it. */
export function toClientHeaders(raw: RawHeaders): IHeaders {
  const headers: Record<string, Buffer[]> = {}
  for (const [name, value] of raw) {
    const text = bufferOf(name).toString()
    const values = Object.hasOwn(headers, text) ? (headers[text] ?? []) : []
    Object.defineProperty(headers, text, {
      value: [...values, bufferOf(value ?? EMPTY)],
      enumerable: true,
      configurable: true,
    })
  }
  return headers
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

const EMPTY = Buffer.alloc(0)
const NONE: RawHeaders = []

function toRawHeaders(headers: IHeaders | undefined): RawHeaders {
  const entries = Object.entries(headers ?? {})
  if (entries.length === 0) return NONE
  return entries.flatMap(([name, values]) =>
    [values].flat().map((value) => [Buffer.from(name), value === undefined ? null : Buffer.from(value)] as const),
  )
}
