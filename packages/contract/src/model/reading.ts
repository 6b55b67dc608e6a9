/** What every reader of a part of the document is given. */
import type { Diagnostic } from '../diagnostic.ts'
import type { SchemaBundler } from '../payload/schema-bundle.ts'
import type { Graph } from '../references/graph.ts'
import type { Node } from '../source/source-file.ts'
import type { Binding } from '../validation/validate-bindings.ts'

export interface Reading {
  readonly root: Node
  readonly graph: Graph
  readonly schemas: SchemaBundler
  /** Every binding met, for their own check. */
  readonly bindings: Binding[]
  /** The same diagnostic at the same place counts once. */
  report(diagnostic: Diagnostic): void
}
