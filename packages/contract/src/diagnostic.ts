/** How loud a finding is. Risk tiers map to it: critical and high to `error`, medium to `warn`, low to `info`. */
export type Severity = 'error' | 'warn' | 'info'

/** A place in a source text. */
export interface Location {
  /** Path as the user gave it, or the path of the referenced file relative to the working directory. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** 1-based, in UTF-16 code units. */
  readonly column: number
  /** RFC 6901 JSON Pointer inside `file`, `''` for the document itself. */
  readonly pointer: string
}

/**
 * One finding about a document, at design time. Design-time code never throws for a user's mistake: it returns a list of these,
 * one per mistake.
 */
export interface Diagnostic {
  /** Stable, lower snake case: `dangling_reference`, `missing_dlq`. Documented in docs/rules.md. */
  readonly code: string
  readonly severity: Severity
  /** What is wrong, with the names involved. Never a payload value. */
  readonly message: string
  /** What to do next, in the imperative. */
  readonly fix: string
  readonly at: Location
  /** 0 to 1 where the finding is a judgement, absent where it is a fact. */
  readonly confidence?: number
}
