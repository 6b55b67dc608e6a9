import type { JsonObject, JsonSchema } from '@longshore/contract'
import { typesOf, valuesOf } from '../schema/keywords.ts'
import { dereference, type SchemaGraph } from '../schema/schema-graph.ts'
import { schemaList } from '../schema/subschemas.ts'

/** Which groups of keywords a schema has; each group is printed by a file of its own. */

const OBJECT_KEYWORDS = [
  'properties',
  'patternProperties',
  'required',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependencies',
  'dependentSchemas',
]
const ARRAY_KEYWORDS = ['prefixItems', 'items', 'minItems', 'maxItems', 'uniqueItems', 'contains']
const IN_PLACE_KEYWORDS = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'unevaluatedProperties', 'unevaluatedItems']

export function hasObjectKeywords(schema: JsonObject): boolean {
  const { additionalProperties } = schema
  return (
    OBJECT_KEYWORDS.some((keyword) => schema[keyword] !== undefined) ||
    (additionalProperties !== undefined && additionalProperties !== true)
  )
}

export function hasArrayKeywords(schema: JsonObject): boolean {
  return (
    ARRAY_KEYWORDS.some((keyword) => schema[keyword] !== undefined && schema[keyword] !== true) ||
    schema.uniqueItems === true
  )
}

export function hasInPlaceKeywords(graph: SchemaGraph, schema: JsonObject): boolean {
  if (typeof schema.$ref === 'string' && !graph.empty.has(schema)) return true
  return IN_PLACE_KEYWORDS.some((keyword) => schema[keyword] !== undefined)
}

/** The other half of `anyOf: [X, { type: 'null' }]`, when the schema says nothing else. */
export function nullableOf(graph: SchemaGraph, schema: JsonObject): JsonSchema | undefined {
  const keyword = schema.anyOf === undefined ? 'oneOf' : 'anyOf'
  const [first, second, ...more] = schemaList(schema[keyword])
  if (first === undefined || second === undefined || more.length > 0) return undefined
  if (
    typesOf(schema).length > 0 ||
    valuesOf(schema) !== undefined ||
    schema.allOf !== undefined ||
    schema.not !== undefined ||
    schema.if !== undefined
  )
    return undefined
  if (hasObjectKeywords(schema) || hasArrayKeywords(schema) || typeof schema.$ref === 'string') return undefined
  if (schema.anyOf !== undefined && schema.oneOf !== undefined) return undefined
  const other = isNull(second) ? first : isNull(first) ? second : undefined
  if (other === undefined || (keyword === 'oneOf' && !refusesNull(graph, other))) return undefined
  return other
}

function isNull(schema: JsonSchema): boolean {
  return (
    typeof schema !== 'boolean' &&
    schema.type === 'null' &&
    Object.keys(schema).every((name) => name === 'type' || name === 'description')
  )
}

function refusesNull(graph: SchemaGraph, schema: JsonSchema): boolean {
  const target = dereference(graph, schema)
  if (typeof target === 'boolean') return false
  const types = typesOf(target)
  return types.length > 0 && !types.includes('null')
}
