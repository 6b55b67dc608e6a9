import { packagedSources, type Sources } from '../support/sources.ts'

const MASKING = 'packages/runtime/src/mask-pii.ts'

/** The text of a file without imports that exports `maskPII(value, paths)`: the one printed consumers log with. */
export function generatePIIMaskingUtil(sources: Sources = packagedSources()): string {
  return sources.read(MASKING)
}
