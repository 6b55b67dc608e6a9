import { bearerOfWords } from './context.ts'
import type { Evidence, Reading } from './evidence.ts'
import { FIXTURES } from './lexicon/concept.ts'
import { type PhraseMatch, tellsAbout } from './phrases.ts'
import type { ValueMatch } from './values.ts'

/** All ways to understand a value by what was found about it; a name that tells about data leaves only the plainest shapes. */
export function readingsOf(evidence: Evidence): readonly Reading[] {
  const shown = evidence.values.map((value) => fromValue(value, evidence))
  const { words, name, typeName, container, description } = evidence
  if (!name && tellsAbout(words)) return shown.filter(({ confidence }) => confidence >= CERTAIN_SHAPE)
  return [
    ...(name ? [fromMatch(name, 'name')] : []),
    ...(typeName ? [fromMatch(typeName, 'type name')] : []),
    ...(container ? [fromMatch(container, 'container')] : []),
    ...(description && isTelling(description) ? [fromMatch(description, 'description')] : []),
    ...shown,
  ]
}

/** A single word in a text means little: whose it is must be said too, or the word must be clear by itself. */
function isTelling({ concept, phrase, bearer }: PhraseMatch): boolean {
  if (concept.needs) return bearer === 'person'
  return concept.not === undefined || phrase.includes(' ')
}

/** A shape of values that outweighs a name that tells about data. */
const CERTAIN_SHAPE = 0.95

/** What stands in for a name that says nothing is a little less sure. */
const WEIGHTS = { name: 1, 'type name': 0.97, container: 0.96, description: 0.96 } as const

function fromMatch({ concept, bearer, phrase }: PhraseMatch, kind: keyof typeof WEIGHTS): Reading {
  return { ...concept, confidence: concept.confidence * WEIGHTS[kind], bearer, evidence: `${kind}: ${phrase}` }
}

function fromValue({ category, confidence, evidence }: ValueMatch, { words, name }: Evidence): Reading {
  const not = category === 'ip_address' || category === 'device_id' ? FIXTURES : []
  return { category, confidence, not, bearer: name?.bearer ?? bearerOfWords(words.slice(0, -1)), evidence }
}
