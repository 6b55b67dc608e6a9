import { asText } from '../schema/json.ts'
import { singularWordsOf } from '../schema/names.ts'
import { annotationOf } from './annotations.ts'
import type { PiiCandidate, PiiFinding } from './candidate.ts'
import { describe } from './description.ts'
import type { Evidence } from './evidence.ts'
import { judge } from './judge.ts'
import { matchName } from './name.ts'
import { matchPhrase } from './phrases.ts'
import { matchValues } from './values.ts'

/**
 * Judges one value. What the document says itself (`x-pii`, `x-data-classification`, …) is final in both directions. Else the words
 * of its name, its description, format, pattern and examples are weighed, and whose data it is: a person's, or that of a thing.
 */
export function detectPii(candidate: PiiCandidate): PiiFinding | undefined {
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
  const texts = schemas.find(({ description, title }) => asText(description) ?? asText(title))
  const text = asText(texts?.description) ?? asText(texts?.title) ?? ''
  const ownName = name === '*' ? (owners[0]?.[0] ?? '') : name
  const described = describe(text)
  return {
    words: singularWordsOf(ownName),
    name: matchName(ownName, type),
    container: PLAIN_VALUES.has(ownName.toLowerCase()) ? matchPhrase(singularWordsOf(owners[0]?.[0] ?? '')) : undefined,
    typeName: typeNames.map((typeName) => matchPhrase(singularWordsOf(typeName))).find(Boolean),
    description: described.match,
    described: described.bearer,
    values: matchValues(schemas),
  }
}

/** Names that only say that this is the value of what is around it. */
const PLAIN_VALUES = new Set(
  'value url uri href src link text raw number formatted full display string content'.split(' '),
)
