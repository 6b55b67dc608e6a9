import { RESERVED_WORDS, Scope } from '../names/scope.ts'
import { pascalCase } from '../names/words.ts'
import { dereference, ROOT_REFERENCE, type SchemaGraph } from '../schema/schema-graph.ts'

/** The type names of one event file: the event's own, those of the contract, and room for more. */
export interface TypeNames {
  /** `UserCreated`: what consumer and handler import. */
  readonly event: string
  /** The contract's name of the root schema; the event's own where it has none. */
  readonly root: string
  /** By the text of the `$ref`. */
  readonly byReference: ReadonlyMap<string, string>
  readonly scope: Scope
}

/** @param rootName The contract's name of the root schema. */
export function typeNames(graph: SchemaGraph, event: string, rootName: string | undefined): TypeNames {
  const scope = new Scope(RESERVED_WORDS)
  scope.take(event)
  scope.take(`${event}Headers`)
  const { root: schema } = graph
  const alias = typeof schema !== 'boolean' && dereference(graph, schema) !== schema
  const wanted = pascalCase(rootName ?? event)
  const root = alias || wanted === event ? event : scope.take(wanted)
  const byReference = new Map<string, string>()
  for (const [reference, target] of graph.targets) {
    const name = pascalCase(target.name)
    const isEvent = alias && name === event && dereference(graph, schema) === target.schema
    byReference.set(reference, target.schema === schema ? root : isEvent ? event : scope.take(name))
  }
  byReference.set(ROOT_REFERENCE, root)
  return { event, root, byReference, scope }
}
