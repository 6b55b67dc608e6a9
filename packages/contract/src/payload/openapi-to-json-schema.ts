/** The places where an OpenAPI 3.0 Schema Object is not JSON Schema. */
import type { Json, JsonObject } from '../contract.ts'
import { isList } from '../source/pointer.ts'

/** One schema, its parts already translated: `nullable`, boolean exclusive bounds and `example`. */
export function openapiToJsonSchema(schema: JsonObject): JsonObject {
  const { nullable, example, exclusiveMinimum, exclusiveMaximum, ...rest } = schema
  const translated: Record<string, Json> = { ...rest }
  exclusive(translated, 'minimum', 'exclusiveMinimum', exclusiveMinimum)
  exclusive(translated, 'maximum', 'exclusiveMaximum', exclusiveMaximum)
  if (example !== undefined) translated.examples = [example]
  return nullable === true ? orNull(translated) : translated
}

function exclusive(schema: Record<string, Json>, bound: string, keyword: string, value: Json | undefined): void {
  const limit = schema[bound]
  if (typeof value === 'number') schema[keyword] = value
  if (value !== true || limit === undefined) return
  schema[keyword] = limit
  delete schema[bound]
}

function orNull(schema: JsonObject): JsonObject {
  const { type, enum: values } = schema
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const withNull = isList(values) && !values.includes(null) ? { enum: [...values, null] } : {}
  return { ...schema, type: [type, 'null'], ...withNull }
}
