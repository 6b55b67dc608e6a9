import type { Json, JsonObject, JsonSchema } from '@longshore/contract'

/** Where the schemas inside a schema are (JSON Schema draft 7 and 2020-12), apart from `$defs`, which only references reach. */

const IN_PLACE_LISTS = ['allOf', 'anyOf', 'oneOf'] as const
const IN_PLACE = ['not', 'if', 'then', 'else'] as const
const CHILD_LISTS = ['prefixItems'] as const
const CHILD_MAPS = ['properties', 'patternProperties'] as const
const CHILDREN = [
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'additionalItems',
  'unevaluatedItems',
  'contains',
] as const

/** Schemas that apply to the same value. */
export function inPlaceSchemas(schema: JsonObject): readonly JsonSchema[] {
  return [
    ...IN_PLACE_LISTS.flatMap((keyword) => schemaList(schema[keyword])),
    ...IN_PLACE.flatMap((keyword) => asSchemas(schema[keyword])),
    ...schemaMap(schema.dependentSchemas).map(([, part]) => part),
    ...schemaMap(schema.dependencies).map(([, part]) => part),
  ]
}

/** Schemas that apply to members, elements and names of the value. */
export function childSchemas(schema: JsonObject): readonly JsonSchema[] {
  return [
    ...CHILD_MAPS.flatMap((keyword) => schemaMap(schema[keyword]).map(([, child]) => child)),
    ...CHILD_LISTS.flatMap((keyword) => schemaList(schema[keyword])),
    ...(Array.isArray(schema.items) ? schemaList(schema.items) : asSchemas(schema.items)),
    ...CHILDREN.flatMap((keyword) => asSchemas(schema[keyword])),
  ]
}

/** The schemas in a list; what is none is left out. */
export function schemaList(value: Json | undefined): readonly JsonSchema[] {
  return Array.isArray(value) ? value.flatMap(asSchemas) : []
}

/** The schemas of a map with their names. */
export function schemaMap(value: Json | undefined): readonly (readonly [string, JsonSchema])[] {
  if (!isObject(value)) return []
  const entries: (readonly [string, JsonSchema])[] = []
  for (const name of Object.keys(value)) {
    const child = value[name]
    if (typeof child === 'boolean' || isObject(child)) entries.push([name, child])
  }
  return entries
}

function asSchemas(value: Json | undefined): readonly JsonSchema[] {
  return typeof value === 'boolean' || isObject(value) ? [value] : []
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
