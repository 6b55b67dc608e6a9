import type { Delivery, ManifestSchema, Pattern } from '../manifest.ts'

/** What of a manifest the patterns are read from. */
export interface PatternInput {
  readonly delivery: Delivery
  readonly schema: ManifestSchema
}

/** Finds the patterns of one group in an event. */
export type PatternGroup = (input: PatternInput) => readonly Pattern[]
