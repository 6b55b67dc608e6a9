/** RFC 6901 JSON Pointers, and the two safe ways to look inside a JSON value. */
import type { Json, JsonObject } from '../contract.ts'

/** The pointer one step below `pointer`. */
export function below(pointer: string, key: string | number): string {
  return `${pointer}/${typeof key === 'number' ? key : escapeToken(key)}`
}

/** `['channels', 'a/b']` for `/channels/a~1b`. */
export function tokensOf(pointer: string): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map(unescapeToken)
}

export function lastToken(pointer: string): string {
  return unescapeToken(pointer.slice(pointer.lastIndexOf('/') + 1))
}

/** How a person calls the node: `"title"`, `item 0 of "servers"`, `The document`. */
export function spoken(pointer: string): string {
  const last = lastToken(pointer)
  if (pointer === '') return 'The document'
  return /^\d+$/.test(last) ? `item ${last} of "${lastToken(pointer.slice(0, pointer.lastIndexOf('/')))}"` : `"${last}"`
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `Array.isArray` that keeps `readonly`. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** The member of an object or item of a list; never anything inherited, whatever the key is called. */
export function memberOf(value: Json | undefined, key: string | number): Json | undefined {
  if (isList(value)) return value[indexOf(key)]
  if (isObject(value) && Object.hasOwn(value, key)) return value[key]
  return undefined
}

function indexOf(key: string | number): number {
  return typeof key === 'number' || /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1
}

function escapeToken(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

function unescapeToken(token: string): string {
  return token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token
}
