import { singularWordsOf } from '../schema/names.ts'
import { remembered } from '../schema/remembered.ts'
import { bearerOfWords, isPersonWord } from './context.ts'
import type { Concept } from './lexicon/concept.ts'
import { matchPhrase, type PhraseMatch } from './phrases.ts'

/** What a field's name says it is: a known phrase, the id of somebody, or somebody. */
export function matchName(name: string, type: string): PhraseMatch | undefined {
  return knownName(name) ?? matchRole(singularWordsOf(name), type)
}

const knownName = remembered((name) => matchWords(singularWordsOf(name)))

/** A known phrase, or the id of somebody. */
export function matchWords(words: readonly string[]): PhraseMatch | undefined {
  return matchPhrase(words) ?? matchId(words)
}

const ID: Concept = { category: 'user_id', confidence: 0.84, needs: 'person', value: 'any', phrases: '' }
const CUSTOMER_ID: Concept = { ...ID, category: 'customer_id' }
const ACTOR: Concept = { ...ID, confidence: 0.82 }
const SOMEBODY: Concept = { category: 'name', confidence: 0.87, needs: 'person', value: 'any', phrases: '' }

/** Heads that make an id of whoever stands before them: `patient_id`, `customerReference`, `kundennummer`. */
const ID_HEADS = new Set(
  'id ids identifier uuid guid uid oid fid number no num nr ref reference key code sub identity ident kennung'.split(
    ' ',
  ),
)
/** Heads that are an id without a word before them, when the object around is somebody: `user.id`. */
const ID_ALONE = new Set('id identifier uuid guid uid'.split(' '))
/** Words between somebody and the head that change nothing: `customer unique reference number`. */
const ID_FILLERS = new Set('unique reference identification external internal global legacy personal'.split(' '))
/** One word for the number of somebody, as Germanic languages join them. */
const JOINED =
  /^(user|customer|client|person|patient|member|owner|driver|player|student|account|employee|kunden|benutzer|nutzer|mitarbeiter|mitglieds|patienten|klant|gebruikers|kund|anvandar|bruker|kunde)(id|uuid|guid|nummer|nr|no|number)$/

function matchId(words: readonly string[]): PhraseMatch | undefined {
  const last = words.at(-1)
  if (last === undefined) return undefined
  if (words.length === 1 && JOINED.test(last)) return { concept: idOf(last), phrase: last, bearer: 'person' }
  if (!ID_HEADS.has(last)) return matchIdFirst(words)
  const before = words.slice(0, -1).filter((word) => !ID_FILLERS.has(word) && !ID_HEADS.has(word))
  const bearer = bearerOfWords(before)
  if (before.length === 0 && !ID_ALONE.has(last)) return undefined
  return { concept: idOf(before.join(' ')), phrase: last, bearer }
}

/** `id_usuario`, `idCliente`: Romance languages put the head first. */
function matchIdFirst(words: readonly string[]): PhraseMatch | undefined {
  const [first, ...rest] = words
  if (first === undefined || !ID_HEADS.has(first) || rest.length === 0) return undefined
  const bearer = bearerOfWords(rest)
  return bearer === 'person' ? { concept: idOf(rest.join(' ')), phrase: first, bearer } : undefined
}

function idOf(words: string): Concept {
  return /\b(customer|client|kund|klant|shopper|buyer)/.test(words) ? CUSTOMER_ID : ID
}

/** Somebody by role (`owner`, `assignee`), or whoever did it or is to do it (`createdBy`, `assignedTo`). A scalar holds an id, an object the person. */
function matchRole(words: readonly string[], type: string): PhraseMatch | undefined {
  const last = words.at(-1)
  const before = words.at(-2)
  if (last === undefined) return undefined
  const concept = type.includes('object') ? SOMEBODY : ACTOR
  if (isPersonWord(last)) return { concept, phrase: last, bearer: 'person' }
  const done = before !== undefined && /(ed|en|wn)$/.test(before) && !DONE_BY_SOFTWARE.has(before)
  const acted = (last === 'by' && done) || (last === 'to' && before === 'assigned')
  return acted ? { concept, phrase: `${before} ${last}`, bearer: 'person' } : undefined
}

const DONE_BY_SOFTWARE = new Set(
  'produced generated powered published emitted caused triggered hosted sourced provided supported sorted ordered grouped limited followed required blocked replaced superseded used'.split(
    ' ',
  ),
)
