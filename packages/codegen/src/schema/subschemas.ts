import type { Json, JsonObject, JsonSchema } from '@longshore/contract'

/** Where the schemas inside a schema are (JSON Schema draft 7 and 2020-12), apart from `$defs`, which only references reach. */

const IN_PLACE_LISTS = ['allOf', 'anyOf', 'oneOf'] as const
const IN_PLACE = ['not', 'if', 'then', 'else'] as const
const IN_PLACE_MAPS = ['dependentSchemas', 'dependencies'] as const
/** `items` is a list in draft 7, where 2020-12 has `prefixItems`. */
const CHILD_LISTS = ['prefixItems', 'items'] as const
const CHILD_MAPS = ['properties', 'patternProperties'] as const
const CHILDREN = [
  'items',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'additionalItems',
  'unevaluatedItems',
  'contains',
] as const

/** Adds the schemas that apply to the same value. */
export function addInPlaceSchemas(schema: JsonObject, found: JsonSchema[]): void {
  for (const keyword of IN_PLACE_LISTS) addList(schema[keyword], found)
  for (const keyword of IN_PLACE) addOne(schema[keyword], found)
  for (const keyword of IN_PLACE_MAPS) addMap(schema[keyword], found)
}

/** Adds the schemas that apply to members, elements and names of the value. */
export function addChildSchemas(schema: JsonObject, found: JsonSchema[]): void {
  for (const keyword of CHILD_MAPS) addMap(schema[keyword], found)
  for (const keyword of CHILD_LISTS) addList(schema[keyword], found)
  for (const keyword of CHILDREN) addOne(schema[keyword], found)
}

function addOne(value: Json | undefined, found: JsonSchema[]): void {
  if (typeof value === 'boolean' || isObject(value)) found.push(value)
}

function addList(value: Json | undefined, found: JsonSchema[]): void {
  if (Array.isArray(value)) for (const item of value) addOne(item, found)
}

function addMap(value: Json | undefined, found: JsonSchema[]): void {
  if (isObject(value)) for (const name of Object.keys(value)) addOne(value[name], found)
}

/** The schemas in a list; what is none is left out. */
export function schemaList(value: Json | undefined): readonly JsonSchema[] {
  const found: JsonSchema[] = []
  addList(value, found)
  return found
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

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
