/** What every reader of a part of the document is given. */
import type { Message } from '../contract.ts'
import type { Diagnostic } from '../diagnostic.ts'
import type { SchemaBundler } from '../payload/schema-bundle.ts'
import type { Graph } from '../references/graph.ts'
import type { Node } from '../source/source-file.ts'
import type { Binding } from '../validation/validate-bindings.ts'
import type { ForeignPart } from '../validation/validate-document.ts'

export interface Reading {
  readonly root: Node
  readonly graph: Graph
  readonly schemas: SchemaBundler
  /** Messages read so far, by the place that defines them. */
  readonly messages: Map<string, Omit<Message, 'name'>>
  /** Every part met where the schema of the document does not reach it. */
  readonly foreign: ForeignPart[]
  /** Every binding met, for their own check. */
  readonly bindings: Binding[]
  /** The same diagnostic at the same place counts once. */
  report(diagnostic: Diagnostic): void
}

/** Where the schema of the document expects parts of a kind, and has checked them as such. */
const HOMES: { readonly [kind in ForeignPart['kind']]: RegExp } = {
  servers: /^\/(components\/)?servers\/[^/]+$/,
  channels: /^\/(components\/)?channels\/[^/]+$/,
  operations: /^\/(components\/)?operations\/[^/]+$/,
  messages: /\/(messages\/[^/]+|message|oneOf\/\d+)$/,
}

/** Notes a part that stands in another file, or among parts of another kind. */
export function noteForeign({ root, foreign }: Reading, kind: ForeignPart['kind'], node: Node): void {
  if (node.source !== root.source || !HOMES[kind].test(node.pointer)) foreign.push({ kind, node })
}
