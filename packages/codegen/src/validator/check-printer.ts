import type { JsonSchema } from '@longshore/contract'
import type { Doc } from '../print/layout.ts'
import type { SchemaGraph } from '../schema/schema-graph.ts'
import type { Branch } from './statements.ts'
import type { Surroundings } from './surroundings.ts'

/** What the printers of object, array and in-place keywords may ask for. */
export interface CheckPrinter extends Surroundings {
  readonly graph: SchemaGraph
  /** The name of the function that checks `schema`; it is printed once. */
  checkOf(schema: JsonSchema, hint: string): string
  /** Whether there is nothing to check. */
  allowsAll(schema: JsonSchema): boolean
  /** Branches that check the variable `v`, found at `at`. None: everything is valid. */
  branches(schema: JsonSchema, v: string, at: Doc, hint: string): readonly Branch[]
}

/** A part of a function's body: another check of the same value, or statements that add to `found`. */
export type Part =
  | { readonly kind: 'check'; readonly name: string }
  | { readonly kind: 'statements'; readonly statements: readonly Doc[] }
