import type { JsonObject } from '@longshore/contract'
import type { PiiTier } from '../manifest.ts'
import { asText } from '../schema/json.ts'
import { wordsOf } from '../schema/names.ts'
import { type Bearer, nearestBearer } from './context.ts'
import type { PiiCandidate, PiiFinding } from './detect-pii.ts'
import { type PhraseMatch, tellsAbout } from './phrases.ts'
import type { ValueMatch } from './values.ts'

/** What was found about one value. */
export interface Evidence {
  /** Words of its name, singular. */
  readonly words: readonly string[]
  readonly name?: PhraseMatch | undefined
  readonly typeName?: PhraseMatch | undefined
  readonly description?: PhraseMatch | undefined
  /** Whose data the description says it is. */
  readonly described: Bearer
  readonly values: readonly ValueMatch[]
}

/** Weighs the evidence: the surest kind that holds here, raised by what agrees with it and lowered by what speaks against it. */
export function judge(candidate: PiiCandidate, evidence: Evidence): PiiFinding | undefined {
  const readings = readingsOf(evidence).map((reading) => weigh(reading, candidate, evidence))
  const [best] = readings.filter((reading) => reading !== undefined).sort((a, b) => b.confidence - a.confidence)
  return best && finding(best, evidence)
}

/** One way to understand the value. */
interface Reading {
  readonly category: string
  readonly confidence: number
  readonly needs?: 'person' | 'no thing' | 'address' | undefined
  readonly measure: boolean
  /** Whose it is by the words beside the phrase. */
  readonly bearer: Bearer
  readonly evidence: string
}

function readingsOf({ words, name, typeName, description, values }: Evidence): readonly Reading[] {
  const about = tellsAbout(words)
  const shown = values.map((value) => ({ ...value, measure: false, bearer: 'none' as const }))
  const byName = name ? [fromMatch(name, `name: ${name.phrase}`, 1)] : []
  if (about) return [...byName, ...shown.filter(({ confidence }) => confidence >= 0.95)]
  const byType = typeName && !name ? [fromMatch(typeName, `type name: ${typeName.phrase}`, 0.97)] : []
  const byText = description && !name ? [fromMatch(description, `description: ${description.phrase}`, 0.96)] : []
  return [...byName, ...byType, ...byText, ...shown]
}

function fromMatch({ concept, bearer }: PhraseMatch, evidence: string, weight: number): Reading {
  const { category, confidence, needs, value } = concept
  return { category, confidence: confidence * weight, needs, measure: value === 'any', bearer, evidence }
}

function weigh(reading: Reading, candidate: PiiCandidate, evidence: Evidence): Reading | undefined {
  if (!fits(reading, candidate)) return undefined
  const bearer = bearerFor(reading, candidate, evidence)
  const factor = factorOf(reading, bearer, candidate)
  const confidence = agreed(reading.confidence * factor, reading, evidence, bearer)
  return confidence >= LEAST ? { ...reading, confidence, bearer } : undefined
}

const LEAST = 0.7

/** Whose data it is: by its own name, else by its description, else by what is around it. */
function bearerFor(reading: Reading, { owners }: PiiCandidate, { described }: Evidence): Bearer {
  if (isKnown(reading.bearer)) return reading.bearer
  if (isKnown(described)) return described
  if (reading.bearer === 'unknown' && reading.needs === 'person') return 'unknown'
  return nearestBearer(owners)
}

function isKnown(bearer: Bearer): boolean {
  return bearer !== 'none' && bearer !== 'unknown'
}

/** How much of the confidence is left where the data belongs to such a bearer; 0 where it then is no personal data. */
function factorOf({ needs, category }: Reading, bearer: Bearer, candidate: PiiCandidate): number {
  if (needs === 'person') return PERSON_NEEDED[bearer]
  if (needs === 'no thing') return THING_EXCLUDED[bearer]
  if (needs === 'address') return isPartOfAddress(candidate) || bearer === 'person' ? THING_EXCLUDED[bearer] : 0
  return category === 'ip_address' || category === 'device_id' ? THING_EXCLUDED[bearer] : ALWAYS[bearer]
}

type Factors = { readonly [bearer in Bearer]: number }
const PERSON_NEEDED: Factors = {
  person: 1,
  'maybe person': 0.93,
  organisation: 0,
  animal: 0,
  thing: 0,
  unknown: 0,
  none: 0,
}
const THING_EXCLUDED: Factors = {
  person: 1,
  'maybe person': 0.98,
  organisation: 0.82,
  animal: 0,
  thing: 0,
  unknown: 0.98,
  none: 0.98,
}
const ALWAYS: Factors = {
  person: 1,
  'maybe person': 1,
  organisation: 0.85,
  animal: 0.9,
  thing: 0.97,
  unknown: 1,
  none: 1,
}

const ADDRESS_WORDS = new Set(
  'address addr adress adresse anschrift adres direccion indirizzo endereco residence domicile billing shipping location'.split(
    ' ',
  ),
)

function isPartOfAddress({ owners }: PiiCandidate): boolean {
  return owners.slice(0, 2).some((names) => names.some((name) => wordsOf(name).some((word) => ADDRESS_WORDS.has(word))))
}

/** Independent signs that say the same bring the confidence nearer to certainty. */
function agreed(confidence: number, reading: Reading, evidence: Evidence, bearer: Bearer): number {
  const { name, typeName, description, values } = evidence
  const others = [name, typeName, description].map((match) => match?.concept.category)
  const same = [...others, ...values.map(({ category }) => category)].filter(
    (category) => category === reading.category,
  ).length
  const signs = Math.max(0, same - 1) + (bearer === 'person' && reading.needs !== 'person' ? 1 : 0)
  return CERTAIN - (CERTAIN - confidence) * DOUBT_LEFT ** signs
}

const CERTAIN = 0.99
const DOUBT_LEFT = 0.6

/** Whether the value's type can hold such data: no name is a number, and no e-mail address one of three fixed words. */
function fits({ category, measure }: Reading, { type, schemas }: PiiCandidate): boolean {
  if (NEVER_NUMBERS.has(category) && /^(integer|number|long|int|float|double)(\|null)?$/.test(type) && !measure)
    return false
  return (
    !schemas.some((schema) => schema.enum !== undefined && !measure) &&
    !schemas.some((schema) => isElse(category, schema))
  )
}

const NEVER_NUMBERS = new Set('name email username image'.split(' '))
const TEXTS = new Set(
  'name email phone username postal_address government_id payment_card financial_account'.split(' '),
)

/** A format that says the value is something else: a name is no date, an e-mail address no UUID. */
function isElse(category: string, { format }: JsonObject): boolean {
  return TEXTS.has(category) && OTHER_FORMATS.has(asText(format) ?? '')
}

const OTHER_FORMATS = new Set('date date-time time duration uuid uri url uri-reference binary byte hostname'.split(' '))

function finding(best: Reading, { description, values }: Evidence): PiiFinding {
  const said = description?.concept.category === best.category ? [`description: ${description.phrase}`] : []
  const shown = values.filter(({ category }) => category === best.category).map(({ evidence }) => evidence)
  const whose = best.bearer === 'person' ? ['belongs to a person'] : []
  const confidence = Math.round(Math.min(best.confidence, CERTAIN) * 100) / 100
  return {
    category: best.category,
    tier: tierOf(confidence),
    confidence,
    evidence: [...new Set([best.evidence, ...said, ...shown, ...whose])],
  }
}

function tierOf(confidence: number): PiiTier {
  if (confidence >= 0.95) return 'definite'
  return confidence >= 0.85 ? 'potential' : 'contextual'
}
