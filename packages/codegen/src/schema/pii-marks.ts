import type { JsonObject, JsonSchema } from '@longshore/contract'
import type { Field } from '@longshore/manifest'
import { elementsOf } from './keywords.ts'
import { isSchema, type SchemaGraph, targetOf } from './schema-graph.ts'
import { isObject, schemaList, schemaMap } from './subschemas.ts'

/** What is said about each member that holds PII, by the schema whose `properties` declare it: `PII: email (0.99)`. */
export type PiiMarks = ReadonlyMap<JsonObject, ReadonlyMap<string, string>>

/** Finds the declarations of the PII fields of a manifest, through references, unions, arrays and maps: in one walk for all. */
export function piiMarks(graph: SchemaGraph, fields: readonly Field[]): PiiMarks {
  const walk: Walk = { graph, seen: new Map(), marks: new Map() }
  const paths = pathsOf(fields.filter(({ pii }) => pii))
  if (paths.inside.size > 0) mark(walk, graph.root, paths)
  return walk.marks
}

/** `PII: email (0.99)` */
export function describePii({ category, confidence }: Field): string {
  return `PII${category === undefined ? '' : `: ${category}`}${confidence === undefined ? '' : ` (${confidence})`}`
}

/** A part of a path and what follows it: `customer`, then `addresses`, then `[]`. */
interface Step {
  readonly inside: Map<string, Step>
  /** What is said of the field whose path ends here. */
  said?: string
}

function pathsOf(fields: readonly Field[]): Step {
  const start: Step = { inside: new Map() }
  for (const field of fields) {
    let step = start
    for (const part of field.path.replaceAll('[]', '.[]').split('.')) {
      if (part === '') continue
      const next: Step = step.inside.get(part) ?? { inside: new Map() }
      step.inside.set(part, next)
      step = next
    }
    step.said = describePii(field)
  }
  return start
}

interface Walk {
  readonly graph: SchemaGraph
  /** The steps that a schema was met at already: recursive types end there. */
  readonly seen: Map<JsonObject, Set<Step>>
  readonly marks: Map<JsonObject, Map<string, string>>
}

function mark(walk: Walk, schema: JsonSchema, at: Step): void {
  if (typeof schema === 'boolean' || at.inside.size === 0 || wasSeen(walk, schema, at)) return
  const target = targetOf(walk.graph, schema)
  if (target !== undefined) mark(walk, target.schema, at)
  for (const keyword of UNIONS)
    if (schema[keyword] !== undefined) for (const part of schemaList(schema[keyword])) mark(walk, part, at)
  if (isObject(schema.properties)) markMembers(walk, schema, schema.properties, at, '')
  const [element, value] = [at.inside.get('[]'), at.inside.get('*')]
  if (element !== undefined) {
    const { first, rest } = elementsOf(schema)
    for (const part of [...first, rest]) mark(walk, part, element)
  }
  if (value !== undefined) {
    const { additionalProperties } = schema
    if (isSchema(additionalProperties)) mark(walk, additionalProperties, value)
    for (const [, member] of schemaMap(schema.patternProperties)) mark(walk, member, value)
  }
}

const UNIONS = ['allOf', 'anyOf', 'oneOf'] as const

function wasSeen({ seen }: Walk, schema: JsonObject, at: Step): boolean {
  const steps = seen.get(schema) ?? new Set()
  seen.set(schema, steps)
  const known = steps.has(at)
  steps.add(at)
  return known
}

/** Names may hold dots themselves, so every beginning of the remaining path that is a member is followed. */
function markMembers(walk: Walk, owner: JsonObject, properties: JsonObject, at: Step, before: string): void {
  for (const [part, step] of at.inside) {
    const name = before + part
    const member = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (isSchema(member)) {
      if (step.said !== undefined) say(walk, owner, name, step.said)
      mark(walk, member, step)
    }
    if (step.inside.size > 0) markMembers(walk, owner, properties, step, `${name}.`)
  }
}

function say({ marks }: Walk, owner: JsonObject, name: string, text: string): void {
  const ofOwner = marks.get(owner) ?? new Map<string, string>()
  marks.set(owner, ofOwner.set(name, text))
}
