import { singularWordsOf } from '../schema/names.ts'
import type { PiiCandidate } from './candidate.ts'
import { type Bearer, bearerOfWords, isKnown, nearestBearer } from './context.ts'
import type { Evidence, Reading } from './evidence.ts'

/** Whose data it is: by its own name, else by its description, else by what is around it. */
export function bearerFor(
  reading: Reading,
  { owners, besidePerson }: PiiCandidate,
  { described, description, words }: Evidence,
): Bearer {
  const { bearer, needs, category } = reading
  if (category.endsWith('_id') && isOneOfHis(words, owners)) return 'person'
  if (isKnown(bearer)) return bearer
  if (needs === 'person' && bearer === 'unknown' && description?.concept.category !== category) return 'unknown'
  if (isKnown(described)) return described
  if (category.endsWith('_id') && isEventsOwn(words, owners)) return 'thing'
  if (needs === 'person' && bearer === 'unknown') return 'unknown'
  const around = nearestBearer(owners, needs !== 'person')
  return besidePerson && !isKnown(around) ? 'person' : around
}

/** In an object that is a person, the ids by which other systems know them: `person.crmId`, `customer.partyId`. */
function isOneOfHis(words: readonly string[], owners: PiiCandidate['owners']): boolean {
  const system = words.length === 2 ? words[0] : undefined
  const bearer = bearerOfWords([system ?? ''])
  const abbreviated = bearer === 'maybe person' || (bearer === 'unknown' && system !== undefined && system.length <= 3)
  return abbreviated && nearestBearer(owners.slice(0, 1), false) === 'person'
}

/** The bare `id` of a `UserEvent` is the event's, not the user's. */
function isEventsOwn(words: readonly string[], owners: PiiCandidate['owners']): boolean {
  const [around = []] = owners
  return words.length === 1 && around.some((name) => singularWordsOf(name).some((word) => EVENTS.has(word)))
}

const EVENTS = new Set(['event', 'envelope', 'notification'])
