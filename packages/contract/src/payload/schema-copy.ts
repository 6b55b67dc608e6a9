/** Copies one JSON Schema of the graph, with every reference in it turned to a definition. */
import type { Json, JsonObject } from '../contract.ts'
import type { Graph } from '../references/graph.ts'
import { isList, isObject } from '../source/pointer.ts'
import type { Node } from '../source/source-file.ts'
import { openapiToJsonSchema } from './openapi-to-json-schema.ts'

/** A copied schema and the names of the definitions it refers to. */
export interface Definition {
  readonly schema: Json
  readonly needs: ReadonlySet<string>
}

/** A schema object of the document and its translation. */
export interface Copy {
  readonly copy: JsonObject
  readonly node: Node
}

export interface CopyContext {
  readonly graph: Graph
  readonly dialect: 'json-schema' | 'openapi'
  /** The definition a reference is turned to; `undefined` when it leads nowhere. */
  readonly define: (reference: Node) => string | undefined
  /** Called for every schema object, inner ones first. */
  readonly onCopy: (copy: Copy) => void
}

/** `$id`, anchors and nested definitions would change what `#/$defs/…` means; what refers to them refers to our `$defs` in the copy. */
const DROPPED = new Set(['$id', '$schema', '$anchor', '$defs', 'definitions'])
const DATA = new Set(['example', 'examples', 'default', 'const', 'enum'])
const MAPS_OF_SCHEMAS = new Set(['properties', 'patternProperties', 'dependencies', 'dependentSchemas'])

export function copySchema(start: Node, { graph, dialect, define, onCopy }: CopyContext): Definition {
  const needs = new Set<string>()
  return { schema: schema(start), needs }

  function schema(node: Node): Json {
    const { value } = node
    if (isList(value)) return graph.items(node).map(schema)
    if (!isObject(value)) return value
    const members = Object.fromEntries(graph.entries(node).flatMap(([key, member]) => keyword(node, key, member)))
    const copy = dialect === 'openapi' ? openapiToJsonSchema(members) : members
    onCopy({ copy, node })
    return copy
  }

  function keyword(node: Node, key: string, member: Node): readonly [string, Json][] {
    if (DROPPED.has(key)) return []
    if (key === '$ref' && typeof member.value === 'string') return reference(node)
    if (DATA.has(key) || key.startsWith('x-')) return [[key, member.value]]
    return [[key, MAPS_OF_SCHEMAS.has(key) && isObject(member.value) ? mapOfSchemas(member) : schema(member)]]
  }

  /** The names in it are the document's own: `x-request-id` is a property like any other. */
  function mapOfSchemas(node: Node): Json {
    return Object.fromEntries(graph.entries(node).map(([name, member]) => [name, schema(member)]))
  }

  /** A reference that leads nowhere allows everything; it has been reported already. */
  function reference(node: Node): readonly [string, Json][] {
    const name = define(node)
    if (name === undefined) return []
    needs.add(name)
    return [['$ref', `#/$defs/${name}`]]
  }
}
