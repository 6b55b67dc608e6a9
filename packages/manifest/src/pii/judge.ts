import type { JsonObject } from '@longshore/contract'
import type { PiiTier } from '../manifest.ts'
import { asText } from '../schema/json.ts'
import type { PiiCandidate, PiiFinding } from './candidate.ts'
import { type Bearer, isKnown } from './context.ts'
import type { Evidence, Reading } from './evidence.ts'
import type { PhraseMatch } from './phrases.ts'
import { readingsOf } from './readings.ts'
import { surroundingsOf } from './surroundings.ts'
import { bearerFor } from './whose.ts'

/** Weighs the evidence: the surest kind that holds here, raised by what agrees with it and lowered by what speaks against it. */
export function judge(candidate: PiiCandidate, evidence: Evidence): PiiFinding | undefined {
  let best: Reading | undefined
  for (const reading of readingsOf(evidence)) {
    const weighed = weigh(reading, candidate, evidence)
    if (weighed && weighed.confidence > (best?.confidence ?? 0)) best = weighed
  }
  return best && finding(best, evidence)
}

function weigh(reading: Reading, candidate: PiiCandidate, evidence: Evidence): Reading | undefined {
  if (!fits(reading, candidate)) return undefined
  const bearer = bearerFor(reading, candidate, evidence)
  const confidence = agreed(
    reading.confidence * factorOf(reading, bearer, candidate),
    signsOf(reading, candidate, evidence, bearer),
  )
  return confidence >= LEAST ? { ...reading, confidence, bearer } : undefined
}

const LEAST = 0.7

/** How much of the confidence is left where the data belongs to such a bearer; 0 where it then is no personal data. */
function factorOf({ needs, not = ['animal'], category }: Reading, bearer: Bearer, candidate: PiiCandidate): number {
  if (isKnown(bearer) && not.includes(bearer)) return 0
  if (needs === 'person') return bearer === 'person' ? 1 : bearer === 'maybe person' ? doubtful(category) : 0
  if (needs === 'address' && !surroundingsOf(candidate.owners).inAddress && !/person/.test(bearer)) return 0
  return bearer === 'organisation' ? OF_A_GROUP : 1
}

/** An organisation's e-mail address is often somebody's. */
const OF_A_GROUP = 0.85

/** A name of an account or an agent is mostly somebody's; its id mostly is not. */
function doubtful(category: string): number {
  return category.endsWith('_id') ? 0 : 0.93
}

/** Independent signs that say the same bring the confidence nearer to certainty. */
function agreed(confidence: number, signs: number): number {
  return confidence === 0 ? 0 : CERTAIN - (CERTAIN - confidence) * DOUBT_LEFT ** signs
}

/** How many signs agree with a reading: other words and values of its kind, and a person around it who was not needed to find it. */
function signsOf(reading: Reading, { owners }: PiiCandidate, evidence: Evidence, bearer: Bearer): number {
  const { name, typeName, description, values } = evidence
  const others = [name, typeName, description].map((match) => match?.concept.category)
  const same = [...others, ...values.map(({ category }) => category)].filter(
    (category) => category === reading.category,
  )
  const needed = reading.needs === 'person' && reading.bearer !== 'person'
  const around = reading.needs === 'person' ? surroundingsOf(owners).far : bearer
  return Math.max(0, same.length - 1) + (!needed && OF_PEOPLE.has(around) ? 1 : 0)
}

/** A person, or an order, a payment, a visit: what people deal in holds their data. */
const OF_PEOPLE: ReadonlySet<Bearer> = new Set(['person', 'dealing'])

const CERTAIN = 0.99
const DOUBT_LEFT = 0.5

/** Whether the value can hold such data: no name is a number, and no e-mail address one of three fixed words. */
function fits({ category, value }: Reading, { type, schemas }: PiiCandidate): boolean {
  if (value === 'any') return true
  if (NEVER_NUMBERS.has(category) && NUMBER.test(type)) return false
  return !schemas.some((schema) => schema.enum !== undefined || isElse(category, schema))
}

const NUMBER = /^(integer|number)(\|null)?$/
const NEVER_NUMBERS = new Set('name email username image'.split(' '))
const TEXTS = new Set(
  'name email phone username postal_address government_id payment_card financial_account'.split(' '),
)

/** A format that says the value is something else: a name is no date, an e-mail address no UUID. */
function isElse(category: string, { format }: JsonObject): boolean {
  return TEXTS.has(category) && OTHER_FORMATS.has(asText(format) ?? '')
}

const OTHER_FORMATS = new Set('date date-time time duration uuid uri url uri-reference binary byte hostname'.split(' '))

function finding(best: Reading, { name, description, values }: Evidence): PiiFinding {
  const agrees = (match: PhraseMatch | undefined) => match?.concept.category === best.category
  const confidence = Math.round(Math.min(best.confidence, CERTAIN) * 100) / 100
  const evidence = [
    ...(name && agrees(name) ? [`name: ${name.phrase}`] : []),
    best.evidence,
    ...(description && agrees(description) ? [`description: ${description.phrase}`] : []),
    ...values.filter(({ category }) => category === best.category).map((value) => value.evidence),
    ...(best.bearer === 'person' ? ['belongs to a person'] : []),
  ]
  return { category: best.category, tier: tierOf(confidence), confidence, evidence: [...new Set(evidence)] }
}

function tierOf(confidence: number): PiiTier {
  if (confidence >= 0.95) return 'definite'
  return confidence >= 0.85 ? 'potential' : 'contextual'
}
