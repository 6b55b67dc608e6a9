import type { Json, JsonObject } from '@longshore/contract'
import { asArray, asObject, asText } from './json.ts'
import { rememberedFor } from './remembered.ts'

/**
 * How a value's type is written in a manifest: `string`, `string|null`, `array<object>`; `any` when the schema does not say.
 *
 * @param items what describes the items when the value is an array.
 */
export function valueType(schemas: readonly JsonObject[], items: readonly JsonObject[] = []): string {
  const [only] = schemas
  const names = schemas.length === 1 && only ? typesOf(only) : [...new Set(schemas.flatMap(typesOf))]
  if (names.length === 0) return 'any'
  if (items.length === 0) return names.join('|')
  return names.map((name) => (name === 'array' ? `array<${valueType(items)}>` : name)).join('|')
}

const typesOf = rememberedFor((schema: JsonObject): readonly string[] => {
  const stated = [asText(schema.type), ...asArray(schema.type).map(asText)].filter((type) => type !== undefined)
  const types = stated.length > 0 ? stated : impliedTypes(schema)
  return schema.nullable === true ? [...types, 'null'] : types
})

function impliedTypes(schema: JsonObject): readonly string[] {
  if (asObject(schema.properties) || asObject(schema.additionalProperties)) return ['object']
  if (schema.items !== undefined) return ['array']
  if (schema.const !== undefined) return [jsonType(schema.const)]
  return [...new Set(asArray(schema.enum).map(jsonType))]
}

function jsonType(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
