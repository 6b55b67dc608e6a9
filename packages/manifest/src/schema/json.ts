import type { Json, JsonObject } from '@longshore/contract'

/** Readers of parsed JSON whose shape nobody has checked yet: each returns `undefined` when the value is of another kind. */

export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

export function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** A string with something in it. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** A finite number, also when the document wrote it as text: `"1000"`. */
export function asNumber(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined
}

/** A boolean, also when the document wrote it as text. */
export function asBoolean(value: Json | undefined): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === 'true') return true
  return value === 'false' ? false : undefined
}

/** Leaves out members that are `undefined`, so that absent facts stay absent in the written JSON. */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: { [key: string]: unknown } = {}
  for (const [key, member] of Object.entries(value)) if (member !== undefined) kept[key] = member
  return kept as { [K in keyof T]: Exclude<T[K], undefined> }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
