import { singular, wordsOf } from '../schema/names.ts'
import { ANIMAL, NEUTRAL, ORGANISATION, PERSON, PERSON_OR_NOT, THING } from './lexicon/bearers.ts'

/** Whose data something is: `unknown` when a word is met that is in no list, `none` when there is no word at all. */
export type Bearer = 'person' | 'maybe person' | 'organisation' | 'animal' | 'thing' | 'unknown' | 'none'

/** Whether a word, in lower case and singular, names a human being. */
export function isPersonWord(word: string): boolean {
  return BEARERS.get(word) === 'person'
}

/** What a single word of a name stands for; `none` for one that says nothing of whose data it is. */
export function bearerOf(word: string): Bearer {
  const known = BEARERS.get(word)
  if (known) return known
  return NEUTRAL_WORDS.has(word) || /^\d+$/.test(word) || word.length === 1 ? 'none' : 'unknown'
}

/**
 * Whose data words speak of. The last word that says something decides, as in `userDevice` (a device) and `UserRegistered` (a
 * user): English puts the head last, and participles say nothing.
 */
export function bearerOfWords(words: readonly string[]): Bearer {
  for (const word of words.toReversed()) {
    const bearer = bearerOf(word)
    if (bearer === 'unknown' && word.endsWith('ed')) continue
    if (bearer !== 'none') return bearer
  }
  return 'none'
}

/** Whose data the thing so named holds: words for its wrapping are no part, as in `UserCreatedEvent` (a user). */
function bearerOfName(name: string): Bearer {
  const words = wordsOf(name).map(singular)
  const inner = words.filter((word) => !WRAPPINGS.has(word))
  return bearerOfWords(inner.length > 0 ? inner : words)
}

const WRAPPINGS = new Set(
  'event message msg payload data info request response reply command query header body content envelope record dto model schema'.split(
    ' ',
  ),
)

/** The bearer the nearest enclosing level tells of; a level whose names say nothing is looked through. */
export function nearestBearer(levels: readonly (readonly string[])[]): Bearer {
  for (const names of levels) {
    const bearers = names.map(bearerOfName)
    const told =
      bearers.find((bearer) => bearer !== 'none' && bearer !== 'unknown') ?? bearers.find((bearer) => bearer !== 'none')
    if (told) return told
  }
  return 'none'
}

function wordList(text: string): readonly string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(singular)
}

const BEARERS: ReadonlyMap<string, Bearer> = new Map([
  ...wordList(THING).map((word) => [word, 'thing'] as const),
  ...wordList(ANIMAL).map((word) => [word, 'animal'] as const),
  ...wordList(ORGANISATION).map((word) => [word, 'organisation'] as const),
  ...wordList(PERSON_OR_NOT).map((word) => [word, 'maybe person'] as const),
  ...wordList(PERSON).map((word) => [word, 'person'] as const),
])

const NEUTRAL_WORDS: ReadonlySet<string> = new Set(wordList(NEUTRAL).filter((word) => !BEARERS.has(word)))
