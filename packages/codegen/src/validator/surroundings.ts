import type { Doc } from '../print/layout.ts'

/** What printing a condition needs from the file around it. */
export interface Surroundings {
  /** Code of a support function, which the file then imports. */
  use(name: string): string
  /** Code of a constant that holds `value`, a regular expression or a set, declared at the top of the file. */
  constant(hint: string, value: Doc): string
}
