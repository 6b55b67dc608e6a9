import { asText } from '../schema/json.ts'
import { singularWordsOf } from '../schema/names.ts'
import { annotationOf } from './annotations.ts'
import type { PiiCandidate, PiiFinding } from './candidate.ts'
import { describe } from './description.ts'
import type { Evidence } from './evidence.ts'
import { judge } from './judge.ts'
import { matchName } from './name.ts'
import { matchPhrase } from './phrases.ts'
import { surroundingsOf } from './surroundings.ts'
import { matchValues } from './values.ts'

/**
 * Judges one value, or takes the judgement of a value that is the same in all that counts: the events of a document share their
 * types, and a customer's address is met in each of them. What the document says itself (`x-pii`, `x-data-classification`, …) is final in both directions. Else the words
 * of its name, its description, format, pattern and examples are weighed, and whose data it is: a person's, or that of a thing.
 */
export function detectPii(candidate: PiiCandidate): PiiFinding | undefined {
  const [schema] = candidate.schemas
  if (schema === undefined) return judged(candidate)
  const context = contextOf(candidate)
  const ofSchema = known.get(schema) ?? new Map<string, Judgement>()
  const last = ofSchema.get(context)
  if (last !== undefined && isSameList(last.schemas, candidate.schemas)) return last.found
  const found = judged(candidate)
  known.set(schema, ofSchema.set(context, { schemas: candidate.schemas, found }))
  return found
}

interface Judgement {
  readonly schemas: PiiCandidate['schemas']
  readonly found: PiiFinding | undefined
}

/** By the first schema of the value, then by what else counts. */
const known = new WeakMap<object, Map<string, Judgement>>()

/** All that a judgement depends on but the schemas. */
function contextOf({ name, type, typeNames, owners, besidePerson }: PiiCandidate): string {
  const { holder, own, near, far, inAddress, inEvent } = surroundingsOf(owners)
  const told = saysNothing(name) ? holder : ''
  return JSON.stringify([name, type, typeNames, besidePerson, told, own, near, far, inAddress, inEvent])
}

function isSameList(one: readonly object[], other: readonly object[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}

function judged(candidate: PiiCandidate): PiiFinding | undefined {
  const annotation = annotationOf(candidate.schemas)
  if (annotation && !annotation.pii) return undefined
  const evidence = evidenceOf(candidate)
  const found = isSilent(evidence) || isFlag(candidate) ? undefined : judge(candidate, evidence)
  if (!annotation) return found
  const category = annotation.category ?? found?.category ?? likeliestCategory(evidence)
  return { category, tier: 'explicit', confidence: 0.99, evidence: [annotation.extension, ...(found?.evidence ?? [])] }
}

/** Most fields: nothing about them sounds personal. */
function isSilent({ name, typeName, container, description, values }: Evidence): boolean {
  return !(name || typeName || container || description) && values.length === 0
}

/** What data that is known to be personal looks like, whoever it belongs to. */
function likeliestCategory({ name, typeName, description }: Evidence): string {
  return (name ?? typeName ?? description)?.concept.category ?? 'personal_data'
}

const OF_PERSONS = new Set(['name', 'email', 'phone', 'date_of_birth', 'government_id'])

/** Whether a field shows that the object it is in is a person: `firstName`, `birthDate`, a plain `email`. */
export function showsPerson({ name }: PiiCandidate, found: PiiFinding | undefined): boolean {
  if (!found || !OF_PERSONS.has(found.category)) return false
  return found.evidence.includes(`name: ${singularWordsOf(name).join(' ')}`)
}

/** A yes or no, and a value that never changes, tell of nobody. */
function isFlag({ type, schemas }: PiiCandidate): boolean {
  return (
    type === 'boolean' ||
    type === 'boolean|null' ||
    type === 'null' ||
    schemas.some((schema) => schema.const !== undefined)
  )
}

function evidenceOf({ name, type, schemas, typeNames, owners }: PiiCandidate): Evidence {
  const { holder } = surroundingsOf(owners)
  const texts = schemas.find(({ description, title }) => asText(description) ?? asText(title))
  const text = asText(texts?.description) ?? asText(texts?.title) ?? ''
  const ownName = name === '*' ? holder : name
  const described = describe(text)
  return {
    words: singularWordsOf(ownName),
    name: matchName(ownName, type),
    container: PLAIN_VALUES.has(ownName.toLowerCase()) ? matchPhrase(singularWordsOf(holder)) : undefined,
    typeName: typeNames.map((typeName) => matchPhrase(singularWordsOf(typeName))).find(Boolean),
    description: described.match,
    described: described.bearer,
    values: matchValues(schemas),
  }
}

/** Whether what is around a value is read in place of its name. */
function saysNothing(name: string): boolean {
  return name === '*' || PLAIN_VALUES.has(name.toLowerCase())
}

/** Names that only say that this is the value of what is around it. */
const PLAIN_VALUES = new Set(
  'value url uri href src link text raw number formatted full display string content'.split(' '),
)
