import { singular, wordsOf } from '../schema/names.ts'
import { remembered, rememberedFor } from '../schema/remembered.ts'
import { BEARER_WORDS, type BearerClass, NEUTRAL_WORDS } from './lexicon/bearers.ts'

/** Whose data something is: `unknown` when a word is met that is in no list, `none` when there is no word that says anything. */
export type Bearer = BearerClass | 'unknown' | 'none'

/** Whether a word, in lower case and singular, names a human being. */
export function isPersonWord(word: string): boolean {
  return BEARERS.get(word) === 'person'
}

/** Whether something is known of whose data it is. */
export function isKnown(bearer: Bearer): bearer is BearerClass {
  return bearer !== 'none' && bearer !== 'unknown'
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

/**
 * Whose data the things around it hold, each level told by the names of one enclosing object, nearest first. A level whose names
 * say nothing is looked through; with `pastUnknown` also one whose names are in no list.
 */
export function nearestBearer(levels: readonly (readonly string[])[], pastUnknown: boolean): Bearer {
  for (const names of levels) {
    const bearer = bearerOfLevel(names)
    if (isKnown(bearer) || (!pastUnknown && bearer === 'unknown')) return bearer
  }
  return 'none'
}

/** Whose data an object holds by all its names; a thing only when no name says more. */
const bearerOfLevel = rememberedFor((names: readonly string[]): Bearer => {
  const bearers = names.map(bearerOfName)
  const known = bearers.filter(isKnown)
  return (
    known.find((bearer) => bearer !== 'thing') ?? known[0] ?? bearers.find((bearer) => bearer === 'unknown') ?? 'none'
  )
})

/** Whose data the thing so named holds: words for its wrapping are no part, as in `UserCreatedEvent` (a user). */
const bearerOfName = remembered(readName)

function readName(name: string): Bearer {
  const words = wordsOf(name).map(singular)
  const inner = words.filter((word) => !WRAPPINGS.has(word))
  if (inner.length > 0) return bearerOfWords(inner)
  return words.some((word) => NAMED_WRAPPINGS.has(word)) ? 'thing' : 'none'
}

function bearerOf(word: string): Bearer {
  const known = BEARERS.get(word)
  if (known) return known
  return NEUTRAL.has(word) || /^\d+$/.test(word) || word.length === 1 ? 'none' : 'unknown'
}

function wordList(text: string): readonly string[] {
  return text.trim().split(/\s+/).map(singular)
}

/** Where a word is in two lists, the earlier list has it. */
const BEARERS: ReadonlyMap<string, BearerClass> = new Map(
  (['thing', 'dealing', 'machine', 'place', 'animal', 'organisation', 'maybe person', 'person'] as const).flatMap(
    (bearer) => wordList(BEARER_WORDS[bearer]).map((word) => [word, bearer] as const),
  ),
)

const NEUTRAL: ReadonlySet<string> = new Set(wordList(NEUTRAL_WORDS))

const WRAPPINGS: ReadonlySet<string> = new Set(
  wordList(`event message msg payload data info request response reply command query header body content envelope record dto model schema
    type view object entity item element list notification root`),
)

/** Wrappings that have a name and an id of their own when nothing more is said: `event.name`. */
const NAMED_WRAPPINGS = new Set([
  'event',
  'message',
  'command',
  'request',
  'notification',
  'schema',
  'type',
  'entity',
  'object',
])
