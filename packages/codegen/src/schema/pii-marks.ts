import type { JsonObject, JsonSchema } from '@longshore/contract'
import type { Field } from '@longshore/manifest'
import { elementsOf } from './keywords.ts'
import { isSchema, type SchemaGraph, targetOf } from './schema-graph.ts'
import { isObject, schemaList, schemaMap } from './subschemas.ts'

/** What is said about each member that holds PII, by the schema whose `properties` declare it: `PII: email (0.99)`. */
export type PiiMarks = ReadonlyMap<JsonObject, ReadonlyMap<string, string>>

/** Finds the declarations of the PII fields of a manifest, through references, unions, arrays and maps. */
export function piiMarks(graph: SchemaGraph, fields: readonly Field[]): PiiMarks {
  const marks = new Map<JsonObject, Map<string, string>>()
  for (const field of fields) {
    if (!field.pii) continue
    const parts = field.path.replaceAll('[]', '.[]').split('.').filter(Boolean)
    mark(graph, graph.root, parts, (schema, name) => {
      const ofSchema = marks.get(schema) ?? new Map<string, string>()
      marks.set(schema, ofSchema.set(name, describePii(field)))
    })
  }
  return marks
}

/** `PII: email (0.99)` */
export function describePii({ category, confidence }: Field): string {
  return `PII${category === undefined ? '' : `: ${category}`}${confidence === undefined ? '' : ` (${confidence})`}`
}

/** Names may hold dots themselves, so every prefix of the remaining path that is a member is followed. */
function mark(
  graph: SchemaGraph,
  schema: JsonSchema,
  parts: readonly string[],
  found: (schema: JsonObject, name: string) => void,
): void {
  if (typeof schema === 'boolean' || parts.length === 0) return
  const [first, ...rest] = parts
  const target = targetOf(graph, schema)
  if (target !== undefined) mark(graph, target.schema, parts, found)
  for (const keyword of ['allOf', 'anyOf', 'oneOf'])
    for (const part of schemaList(schema[keyword])) mark(graph, part, parts, found)
  const properties = isObject(schema.properties) ? schema.properties : {}
  let name = ''
  for (let length = 1; length <= parts.length; length += 1) {
    name += (length === 1 ? '' : '.') + parts[length - 1]
    const member = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!isSchema(member)) continue
    if (length === parts.length) found(schema, name)
    else mark(graph, member, parts.slice(length), found)
  }
  if (first === '[]') {
    const elements = elementsOf(schema)
    for (const element of [...elements.first, elements.rest]) mark(graph, element, rest, found)
  }
  if (first !== '*') return
  const { additionalProperties } = schema
  if (typeof additionalProperties === 'object') mark(graph, { allOf: [additionalProperties] }, rest, found)
  for (const [, member] of schemaMap(schema.patternProperties)) mark(graph, member, rest, found)
}
