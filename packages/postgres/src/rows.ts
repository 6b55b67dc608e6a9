import { Failure, type Headers, storable } from '@longshore/runtime'
import type { Row } from './database.ts'

/** Readers of single columns: what a database answers is unknown until it is looked at. */

export function text(row: Row, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : odd(column, 'text')
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column)
}

export function int8(row: Row, column: string): bigint {
  const value = row[column]
  return typeof value === 'bigint' ? value : odd(column, 'int8')
}

/** int4, or an int8 known to be small. */
export function count(row: Row, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : odd(column, 'a count')
}

export function bytesOrNull(row: Row, column: string): Uint8Array | null {
  const value = row[column]
  if (value === null) return null
  return value instanceof Uint8Array ? value : odd(column, 'bytea')
}

/** A column that is an array; what an int8 is in one differs from driver to driver. */
export function list(row: Row, column: string): readonly unknown[] {
  const value = row[column]
  return Array.isArray(value) ? value : odd(column, 'an array')
}

/** A message's id as a text column takes it: PostgreSQL holds no NUL. The inbox knows both by the same name. */
export function heldId(messageId: string): string {
  return messageId.includes('\u0000') ? storable(messageId) : messageId
}

/** Message headers, as {@link headersOf} reads them back. */
export function headersBase64(headers: Headers): string {
  return Buffer.from(JSON.stringify(headers)).toString('base64')
}

/** Column `headers`: JSON as bytes. */
export function headersOf(row: Row): Headers {
  const value: unknown = JSON.parse(Buffer.from(bytesOrNull(row, 'headers') ?? []).toString())
  if (typeof value !== 'object' || value === null) return odd('headers', 'a JSON object')
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function odd(column: string, wanted: string): never {
  throw new Failure(
    'CONTRADICTORY_OPTIONS',
    `Column ${column} is not ${wanted}: the tables are not those of this version.`,
  )
}
