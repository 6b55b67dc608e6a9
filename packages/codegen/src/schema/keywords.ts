import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import { isObject, schemaList } from './subschemas.ts'

/** Reads single keywords of a schema; one of a wrong type counts as absent. */

export type TypeName = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

/** In the order types are printed: `string | null`. */
const TYPE_NAMES: readonly TypeName[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

export function isOfType(value: Json, type: TypeName): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

/** The types a schema names, `nullable` included; empty when it names none. */
export function typesOf(schema: JsonObject): readonly TypeName[] {
  const { type, nullable } = schema
  if (typeof type === 'string' && nullable !== true) return ALONE.get(type) ?? NONE
  if (type === undefined) return NONE
  const named = Array.isArray(type) ? type : [type]
  const types = TYPE_NAMES.filter((type) => named.includes(type))
  const plain = types.includes('number') ? types.filter((type) => type !== 'integer') : types
  return nullable === true && plain.length > 0 && !plain.includes('null') ? [...plain, 'null'] : plain
}

const NONE: readonly TypeName[] = []
const ALONE: ReadonlyMap<string, readonly TypeName[]> = new Map(TYPE_NAMES.map((type) => [type, [type]]))

export function numberOf(schema: JsonObject, keyword: string): number | undefined {
  const value = schema[keyword]
  return typeof value === 'number' ? value : undefined
}

export function stringOf(schema: JsonObject, keyword: string): string | undefined {
  const value = schema[keyword]
  return typeof value === 'string' ? value : undefined
}

export function requiredOf(schema: JsonObject): readonly string[] {
  return stringsOf(schema.required)
}

export function stringsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? [...new Set(value.filter((item) => typeof item === 'string'))] : []
}

/** The allowed values of `enum`, or the one of `const`; `undefined` when neither is there. */
export function valuesOf(schema: JsonObject): readonly Json[] | undefined {
  if (schema.const !== undefined) return [schema.const]
  return Array.isArray(schema.enum) && schema.enum.length > 0 ? schema.enum : undefined
}

/** Elements by position, and those after them: draft 7 writes `items: […]` and `additionalItems`, 2020-12 `prefixItems` and `items`. */
export function elementsOf(schema: JsonObject): { readonly first: readonly JsonSchema[]; readonly rest: JsonSchema } {
  const rest = (value: Json | undefined): JsonSchema => (typeof value === 'boolean' || isObject(value) ? value : true)
  if (Array.isArray(schema.items)) return { first: schemaList(schema.items), rest: rest(schema.additionalItems) }
  return { first: schemaList(schema.prefixItems), rest: rest(schema.items) }
}

/** Bounds of numbers; `exclusiveMinimum: true` is how draft 4 and OpenAPI 3.0 say it. */
export function boundsOf(schema: JsonObject): {
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  readonly above?: number | undefined
  readonly below?: number | undefined
} {
  const minimum = numberOf(schema, 'minimum')
  const maximum = numberOf(schema, 'maximum')
  return {
    ...(schema.exclusiveMinimum === true
      ? { above: minimum }
      : { minimum, above: numberOf(schema, 'exclusiveMinimum') }),
    ...(schema.exclusiveMaximum === true
      ? { below: maximum }
      : { maximum, below: numberOf(schema, 'exclusiveMaximum') }),
  }
}

/** A compiled `pattern`: with the `u` flag, else without, as far as the engine takes it. */
export function regExpOf(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags)
    } catch {}
  }
  return undefined
}
