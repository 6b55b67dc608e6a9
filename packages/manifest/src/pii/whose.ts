import type { PiiCandidate } from './candidate.ts'
import { type Bearer, bearerOfWords, isKnown } from './context.ts'
import type { Evidence, Reading } from './evidence.ts'
import { type Surroundings, surroundingsOf } from './surroundings.ts'

/** Whose data it is: by its own name, else by its description, else by what is around it. */
export function bearerFor(
  reading: Reading,
  { owners, besidePerson }: PiiCandidate,
  { described, description, words }: Evidence,
): Bearer {
  const { bearer, needs, category } = reading
  const surroundings = surroundingsOf(owners)
  if (category.endsWith('_id') && isOneOfHis(words, surroundings)) return 'person'
  if (isKnown(bearer)) return bearer
  if (needs === 'person' && bearer === 'unknown' && description?.concept.category !== category) return 'unknown'
  if (isKnown(described)) return described
  if (category.endsWith('_id') && isEventsOwn(words, surroundings)) return 'thing'
  if (needs === 'person' && bearer === 'unknown') return 'unknown'
  const around = needs === 'person' ? surroundings.near : surroundings.far
  return besidePerson && !isKnown(around) ? 'person' : around
}

/** In an object that is a person, the ids by which other systems know them: `person.crmId`, `customer.partyId`. */
function isOneOfHis(words: readonly string[], { own }: Surroundings): boolean {
  const system = words.length === 2 ? words[0] : undefined
  const bearer = bearerOfWords([system ?? ''])
  const abbreviated = bearer === 'maybe person' || (bearer === 'unknown' && system !== undefined && system.length <= 3)
  return abbreviated && own === 'person'
}

/** The bare `id` of a `UserEvent` is the event's, not the user's. */
function isEventsOwn(words: readonly string[], { inEvent }: Surroundings): boolean {
  return words.length === 1 && inEvent
}
