/** What a rule is: data that says when it speaks, and the one function that looks. */
import type { Contract, NodeRef } from '../contract.ts'
import type { Severity } from '../diagnostic.ts'
import type { Reading } from '../model/reading.ts'
import type { AsyncApiLine } from '../model/traits.ts'

/** A rule about what the schema of AsyncAPI cannot say. */
export interface Rule {
  readonly code: string
  readonly severity: Severity
  /** One sentence for the list of rules. */
  readonly about: string
  /** What to do next, in the imperative. */
  readonly fix: string
  readonly check: (document: Document) => Iterable<Finding> | Promise<Iterable<Finding>>
}

export interface Document {
  readonly contract: Contract
  readonly line: AsyncApiLine
  /** For what the contract no longer shows: the text's own structure. */
  readonly reading: Reading
}

export interface Finding {
  readonly message: string
  readonly at: NodeRef
}
