import { singular, wordsOf } from '../schema/names.ts'
import { type Bearer, bearerOfWords } from './context.ts'
import { ABOUT_WORDS } from './lexicon/bearers.ts'
import type { Concept } from './lexicon/concept.ts'
import { CONTACT } from './lexicon/contact.ts'
import { HEALTH_AND_PLACE } from './lexicon/health-and-place.ts'
import { IDENTITY } from './lexicon/identity.ts'
import { MONEY_AND_SECRETS } from './lexicon/money-and-secrets.ts'
import { OFFICIAL } from './lexicon/official.ts'

/** A kind of personal data found in words. */
export interface PhraseMatch {
  readonly concept: Concept
  /** The words that were met: `first name`. */
  readonly phrase: string
  /** Whose data the words around the phrase say it is. */
  readonly bearer: Bearer
}

/**
 * Reads a name or a noun phrase as one kind of personal data. The phrase must be the head: at the end (`newUserEmail`), apart from
 * words that carry a value (`emailValue`, `addressLine2`), or at the beginning before the one it belongs to (`nameAirport`,
 * `email_usuario`). Words that tell about data (`emailVerified`, `phoneModel`) are no head of personal data.
 */
export function matchPhrase(words: readonly string[]): PhraseMatch | undefined {
  const core = withoutCarriers(words)
  return matchEnd(words) ?? matchEnd(core) ?? matchStart(core)
}

/** Whether the last word tells about a piece of data, as in `emailTemplate`. */
export function tellsAbout(words: readonly string[]): boolean {
  const last = withoutCarriers(words).at(-1)
  return last !== undefined && ABOUT.has(last)
}

/** Words at either end that carry a value and do not change what it is. */
const CARRIERS = new Set(
  'value text string str raw plain field encrypted enc hash hashed masked normalized normalised full small medium large x'.split(
    ' ',
  ),
)

function withoutCarriers(words: readonly string[]): readonly string[] {
  let end = words.length
  while (end > 1 && isCarrier(words[end - 1])) end--
  const start = words[0] === 'x' && end > 1 ? 1 : 0
  return words.slice(start, end)
}

function isCarrier(word: string | undefined): boolean {
  return word !== undefined && (CARRIERS.has(word) || /^\d$/.test(word))
}

function matchEnd(words: readonly string[]): PhraseMatch | undefined {
  for (let length = Math.min(words.length, LONGEST); length > 0; length--) {
    const phrase = words.slice(words.length - length).join(' ')
    const concept = CONCEPTS.get(phrase)
    if (concept && !(concept.alone && length < words.length))
      return { concept, phrase, bearer: bearerOfWords(words.slice(0, words.length - length)) }
  }
  return undefined
}

function matchStart(words: readonly string[]): PhraseMatch | undefined {
  for (let length = Math.min(words.length - 1, LONGEST); length > 0; length--) {
    const phrase = words.slice(0, length).join(' ')
    const concept = CONCEPTS.get(phrase)
    const bearer = bearerOfWords(words.slice(length).toReversed())
    if (concept && !concept.alone && OWNERS_AFTER.has(bearer)) return { concept, phrase, bearer }
  }
  return undefined
}

/** Bearers that may follow: `nom_client`, `address_company`. After a thing, the thing is what is meant: `emailTemplate`. */
const OWNERS_AFTER: ReadonlySet<Bearer> = new Set(['person', 'maybe person', 'organisation'])

const LEXICON: readonly Concept[] = [...IDENTITY, ...CONTACT, ...OFFICIAL, ...MONEY_AND_SECRETS, ...HEALTH_AND_PLACE]

/** Phrase to concept. Where two concepts have a phrase, the surer one keeps it. */
const CONCEPTS: ReadonlyMap<string, Concept> = indexed()

function indexed(): ReadonlyMap<string, Concept> {
  const index = new Map<string, Concept>()
  for (const concept of LEXICON) {
    for (const phrase of concept.phrases.split(',').map(normalised)) {
      if ((index.get(phrase)?.confidence ?? 0) < concept.confidence) index.set(phrase, concept)
    }
  }
  return index
}

function normalised(phrase: string): string {
  return wordsOf(phrase).map(singular).join(' ')
}

const LONGEST = Math.max(...[...CONCEPTS.keys()].map((phrase) => phrase.split(' ').length))

const ABOUT: ReadonlySet<string> = new Set(ABOUT_WORDS.trim().split(/\s+/).map(singular))
