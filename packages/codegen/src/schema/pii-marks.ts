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
    mark(graph, graph.root, { parts, at: 0, seen: new Map() }, (schema, name) => {
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

/** A path, and how much of it has been followed. */
interface Way {
  readonly parts: readonly string[]
  readonly at: number
  /** How much of it was followed already when a schema was met. */
  readonly seen: Map<JsonObject, Set<number>>
}

type Found = (schema: JsonObject, name: string) => void

/** Names may hold dots themselves, so every beginning of the remaining path that is a member is followed. */
function mark(graph: SchemaGraph, schema: JsonSchema, way: Way, found: Found): void {
  const first = way.parts[way.at]
  if (typeof schema === 'boolean' || first === undefined || wasSeen(schema, way)) return
  const target = targetOf(graph, schema)
  if (target !== undefined) mark(graph, target.schema, way, found)
  for (const keyword of UNIONS)
    if (schema[keyword] !== undefined) for (const part of schemaList(schema[keyword])) mark(graph, part, way, found)
  if (isObject(schema.properties)) markMembers(graph, schema, schema.properties, way, found)
  const rest = { ...way, at: way.at + 1 }
  if (first === '[]') {
    const elements = elementsOf(schema)
    for (const element of [...elements.first, elements.rest]) mark(graph, element, rest, found)
  } else if (first === '*') {
    const { additionalProperties } = schema
    if (isSchema(additionalProperties)) mark(graph, additionalProperties, rest, found)
    for (const [, member] of schemaMap(schema.patternProperties)) mark(graph, member, rest, found)
  }
}

function wasSeen(schema: JsonObject, { at, seen }: Way): boolean {
  const positions = seen.get(schema) ?? new Set()
  seen.set(schema, positions)
  const known = positions.has(at)
  positions.add(at)
  return known
}

const UNIONS = ['allOf', 'anyOf', 'oneOf'] as const

function markMembers(graph: SchemaGraph, owner: JsonObject, properties: JsonObject, way: Way, found: Found): void {
  const { parts, at } = way
  let name = ''
  for (let end = at; end < parts.length; end += 1) {
    name += (end === at ? '' : '.') + parts[end]
    const member = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!isSchema(member)) continue
    if (end === parts.length - 1) found(owner, name)
    else mark(graph, member, { ...way, at: end + 1 }, found)
  }
}
