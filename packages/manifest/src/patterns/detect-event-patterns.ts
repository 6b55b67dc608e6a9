import type { Pattern } from '../manifest.ts'
import { deadLetterPatterns } from './dead-letter-patterns.ts'
import { evolutionPatterns } from './evolution-patterns.ts'
import { fanOutPatterns } from './fan-out-patterns.ts'
import { orderingPatterns } from './ordering-patterns.ts'
import type { PatternGroup, PatternInput } from './pattern-input.ts'
import { retryPatterns } from './retry-patterns.ts'

const GROUPS: readonly PatternGroup[] = [
  deadLetterPatterns,
  retryPatterns,
  orderingPatterns,
  fanOutPatterns,
  evolutionPatterns,
]

/** The delivery patterns of an event, in the order dead letters, retries, ordering, fan-out, evolution. */
export function detectEventPatterns(input: PatternInput): readonly Pattern[] {
  return GROUPS.flatMap((group) => group(input))
}
