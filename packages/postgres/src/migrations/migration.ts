/** One step of the schema. Once released it is never changed; a correction is a step of its own. */
export interface Migration {
  /** Rises by one, from 1. */
  readonly version: number
  readonly about: string
  /** Statements for the schema whose quoted name is given. */
  readonly sql: (schema: string) => string
}
