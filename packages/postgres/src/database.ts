/** One statement: parameters are `$1`, `$2`, …; a `name` lets the server prepare it once per connection. */
export interface Statement {
  readonly text: string
  readonly values?: readonly unknown[]
  readonly name?: string
}

/** Column name to value. int8 is a bigint, bytea a Uint8Array, json a parsed value, on every driver. */
export type Row = { readonly [column: string]: unknown }

/**
 * Something that runs statements. A handler's `context.tx` is one, inside the transaction of its claim: use that alone in a handler, for
 * handlers that each wait for a second connection may wait for one another.
 */
export interface Sql {
  /** Answers the rows of one statement; several statements without values may share one text, and answer none. Throws `DependencyDown` when the connection is lost, else the driver's own error. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

/** An open transaction. It ends when the function it was given to does; used later it throws. */
export interface Transaction extends Sql {}

/** PostgreSQL as this package needs it. */
export interface Database extends Sql {
  /** `postgres at localhost:5432/app`, `PGlite at ./data`: never a password. */
  readonly about: string
  /**
   * Runs `work` in a transaction: committed when it resolves, rolled back when it throws. `opening` travels in the same round trip as
   * `BEGIN`, and its rows are handed to `work`. When the answer to `COMMIT` is lost it throws `DependencyDown`: it may have happened.
   */
  transaction<Result>(
    work: (tx: Transaction, opened: readonly Row[]) => Promise<Result>,
    opening?: Statement,
  ): Promise<Result>
  close(): Promise<void>
}

/** What a transaction says that cannot be committed although its function resolved. */
export const SWALLOWED = 'A statement failed in the transaction and the failure was swallowed: nothing was committed.'
