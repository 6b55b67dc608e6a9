import { singularWordsOf, wordsOf } from '../schema/names.ts'
import { rememberedFor } from '../schema/remembered.ts'
import type { PiiCandidate } from './candidate.ts'
import { type Bearer, nearestBearer } from './context.ts'

/** All that the names around a value tell about it; the same for every member of an object. */
export interface Surroundings {
  /** Name of what the value is in. */
  readonly holder: string
  /** Whose data that holds. */
  readonly own: Bearer
  /** The nearest of whom anything is known, up to the first level whose names are in no list. */
  readonly near: Bearer
  /** The same, past such levels too. */
  readonly far: Bearer
  /** It is a part of an address. */
  readonly inAddress: boolean
  /** It is in an envelope: what is there is about the event. */
  readonly inEvent: boolean
}

/** Read once for the members of one object, which have the same owners. */
export const surroundingsOf: (owners: PiiCandidate['owners']) => Surroundings = rememberedFor((owners) => {
  const [nearest = []] = owners
  return {
    holder: nearest[0] ?? '',
    own: nearestBearer([nearest], false),
    near: nearestBearer(owners, false),
    far: nearestBearer(owners, true),
    inAddress: owners.slice(0, 2).some((names) => names.some((name) => wordsOf(name).some(isAddressWord))),
    inEvent: nearest.some((name) => singularWordsOf(name).some(isEventWord)),
  }
})

function isAddressWord(word: string): boolean {
  return ADDRESS_WORDS.has(word)
}

function isEventWord(word: string): boolean {
  return EVENT_WORDS.has(word)
}

const ADDRESS_WORDS = new Set(
  'address addr adress adresse anschrift adres direccion indirizzo endereco residence domicile billing shipping delivery bill ship'.split(
    ' ',
  ),
)

const EVENT_WORDS = new Set(['event', 'envelope', 'notification'])
