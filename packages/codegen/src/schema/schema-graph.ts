import type { JsonObject, JsonSchema } from '@longshore/contract'
import { addChildSchemas, addInPlaceSchemas } from './subschemas.ts'

/** A self-contained schema with its references followed, so that nothing else has to search or to fear a loop. */
export interface SchemaGraph {
  readonly root: JsonSchema
  /** What each `$ref` that is reached from the root leads to, by its text; in the order of first use. */
  readonly targets: ReadonlyMap<string, Target>
  /** `$ref` objects that lead nowhere, or back to themselves without entering the value: they allow everything. */
  readonly empty: ReadonlySet<JsonObject>
}

export interface Target {
  /** The last word of the reference: `Address` of `#/$defs/Address`. */
  readonly name: string
  readonly schema: JsonSchema
}

export const ROOT_REFERENCE = '#'

/** The graph of a schema; asked again for the same schema it answers with the same graph. */
export function schemaGraph(root: JsonSchema): SchemaGraph {
  if (typeof root === 'boolean') return { root, targets: new Map(), empty: new Set() }
  const graph = graphs.get(root) ?? buildGraph(root)
  graphs.set(root, graph)
  return graph
}

const graphs = new WeakMap<JsonObject, SchemaGraph>()

function buildGraph(root: JsonSchema): SchemaGraph {
  const targets = new Map<string, Target>()
  const empty = new Set<JsonObject>()
  const pending: JsonSchema[] = [root]
  for (let schema = pending.pop(); schema !== undefined; schema = pending.pop()) {
    if (typeof schema === 'boolean') continue
    for (const part of partsOf(schema)) pending.push(part)
    const reference = schema.$ref
    if (typeof reference !== 'string' || targets.has(reference)) continue
    const target = reference === ROOT_REFERENCE ? root : follow(root, reference)
    if (target === undefined) empty.add(schema)
    else {
      targets.set(reference, { name: lastWord(reference), schema: target })
      if (target !== root) pending.push(target)
    }
  }
  for (const schema of loops(root, targets)) empty.add(schema)
  return { root, targets, empty }
}

/** The schemas inside a schema, last one first; found once for a definition that many payloads share. */
function partsOf(schema: JsonObject): readonly JsonSchema[] {
  const known = parts.get(schema)
  if (known !== undefined) return known
  const found: JsonSchema[] = []
  addInPlaceSchemas(schema, found)
  addChildSchemas(schema, found)
  parts.set(schema, found.reverse())
  return found
}

const parts = new WeakMap<JsonObject, readonly JsonSchema[]>()

/** Whether references that are in both lead to the same schemas, so that a schema of both means the same in either. */
export function agree(left: SchemaGraph, right: SchemaGraph): boolean {
  if (left === right) return true
  const known = agreements.get(left) ?? new WeakMap<SchemaGraph, boolean>()
  const answer = known.get(right) ?? compareTargets(left, right)
  agreements.set(left, known.set(right, answer))
  return answer
}

/** Printers ask about the same two again and again. */
const agreements = new WeakMap<SchemaGraph, WeakMap<SchemaGraph, boolean>>()

function compareTargets(left: SchemaGraph, right: SchemaGraph): boolean {
  if (left.empty.size + right.empty.size > 0) return false
  for (const [reference, { schema }] of left.targets) {
    const other = right.targets.get(reference)
    if (other !== undefined && other.schema !== schema) return false
  }
  return true
}

/** The target of a schema's `$ref`; `undefined` when it has none or a void one. */
export function targetOf(graph: SchemaGraph, schema: JsonObject): Target | undefined {
  return typeof schema.$ref !== 'string' || graph.empty.has(schema) ? undefined : graph.targets.get(schema.$ref)
}

/** The schema itself, or what its reference leads to in the end when it says nothing beside the reference. */
export function dereference(graph: SchemaGraph, schema: JsonSchema): JsonSchema {
  let current = schema
  while (typeof current !== 'boolean' && typeof current.$ref === 'string') {
    const target = targetOf(graph, current)
    if (target === undefined) return true
    current = target.schema
  }
  return current
}

/** Whether a schema says nothing beside its reference. */
export function isBareReference(schema: JsonObject): boolean {
  return (
    typeof schema.$ref === 'string' && Object.keys(schema).every((name) => name === '$ref' || ANNOTATIONS.has(name))
  )
}

const ANNOTATIONS = new Set([
  'description',
  'title',
  '$comment',
  'examples',
  'example',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$defs',
  'definitions',
])

function follow(root: JsonSchema, reference: string): JsonSchema | undefined {
  if (!reference.startsWith('#/')) return undefined
  let node: unknown = root
  for (const part of reference.slice(2).split('/').map(decodePart)) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, part)) return undefined
    node = Reflect.get(node, part)
  }
  return isSchema(node) ? node : undefined
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value))
}

function lastWord(reference: string): string {
  return decodePart(reference.slice(reference.lastIndexOf('/') + 1))
}

function decodePart(part: string): string {
  return percentDecoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Depth first over references that stay at the same value (`$ref`, `allOf`, `anyOf`, …): one that leads back closes a loop. */
function loops(root: JsonSchema, targets: ReadonlyMap<string, Target>): ReadonlySet<JsonObject> {
  const closing = new Set<JsonObject>()
  const state = new Map<JsonSchema, 'open' | 'done'>()
  const visit = (start: JsonSchema): void => {
    state.set(start, 'open')
    for (const schema of inPlaceReferences(start)) {
      const target = targets.get(String(schema.$ref))?.schema
      if (target === undefined || typeof target === 'boolean') continue
      const seen = state.get(target)
      if (seen === 'open') closing.add(schema)
      else if (seen === undefined) visit(target)
    }
    state.set(start, 'done')
  }
  for (const schema of [root, ...[...targets.values()].map((target) => target.schema)]) {
    if (!state.has(schema)) visit(schema)
  }
  return closing
}

function inPlaceReferences(start: JsonSchema): readonly JsonObject[] {
  const references: JsonObject[] = []
  const pending = [start]
  for (let schema = pending.pop(); schema !== undefined; schema = pending.pop()) {
    if (typeof schema === 'boolean') continue
    if (typeof schema.$ref === 'string') references.push(schema)
    addInPlaceSchemas(schema, pending)
  }
  return references
}
