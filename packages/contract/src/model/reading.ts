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
  /** Every part met that another file defines: the schema of the document does not reach it. */
  readonly foreign: ForeignPart[]
  /** Every binding met, for their own check. */
  readonly bindings: Binding[]
  /** The same diagnostic at the same place counts once. */
  report(diagnostic: Diagnostic): void
}

/** Notes a part that another file defines. */
export function noteForeign({ root, foreign }: Reading, kind: ForeignPart['kind'], node: Node): void {
  if (node.source !== root.source) foreign.push({ kind, node })
}
