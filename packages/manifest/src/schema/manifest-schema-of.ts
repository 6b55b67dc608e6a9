import type { Channel, Json, Message, Payload } from '@longshore/contract'
import type { Field, ManifestSchema } from '../manifest.ts'
import type { PiiCandidate, PiiFinding } from '../pii/candidate.ts'
import { detectPii, showsPerson } from '../pii/detect-pii.ts'
import { flatten, type SchemaField } from './flatten.ts'
import { asText, compact } from './json.ts'
import { rememberedFor } from './remembered.ts'
import { valueType } from './value-type.ts'

/** What an event carries: payload and headers as schemas, and their fields one by one with what is personal among them. */
export function manifestSchemaOf(channel: Channel, message: Message | undefined): ManifestSchema {
  const around = namesAround(channel, message)
  const headers = fieldsOf(message?.headers, around)
  const examples = (message?.examples ?? [])
    .map(({ payload }) => payload)
    .filter((payload): payload is Json => payload !== undefined)
  return compact({
    format: formatOf(message?.payload),
    payload: message?.payload?.schema,
    headers: message?.headers?.schema,
    name: message?.payload?.name,
    examples: examples.length > 0 ? examples : undefined,
    fields: fieldsOf(message?.payload, around),
    header_fields: headers.length > 0 ? headers : undefined,
    compatibility: { policy: compatibilityOf(channel, message) },
  })
}

/** The personal fields of an event, payload first, then headers. */
export function detectEventPII(channel: Channel, message: Message): readonly Field[] {
  const { fields, header_fields: headers = [] } = manifestSchemaOf(channel, message)
  return [...fields, ...headers].filter(({ pii }) => pii)
}

type Names = readonly (readonly string[])[]

function namesAround(channel: Channel, message: Message | undefined): Names {
  const ofMessage = [message?.name, message?.component, message?.title].filter((name) => name !== undefined)
  return [ofMessage, [channel.address ?? channel.name]]
}

function fieldsOf(payload: Payload | undefined, around: Names): readonly Field[] {
  if (payload?.schema === undefined) return []
  const ownersOf = rememberedFor((owners: Names): Names => [...owners, ...around])
  const candidates = flatten(payload.schema, payload.name).map((field) => candidateOf(field, ownersOf(field.owners)))
  return innermost(withoutHesitation(candidates.map(detected)).map(toField))
}

/** Judges again what was not found beside fields that show a person: an `id` beside a `firstName` is that person's. */
function withoutHesitation(judged: readonly Judged[]): readonly Judged[] {
  const shown = judged.filter(({ candidate, found }) => showsPerson(candidate, found))
  const persons = new Set(shown.map(({ field }) => parentOf(field.path)))
  if (persons.size === 0) return judged
  return judged.map((each) => {
    if (each.found || !persons.has(parentOf(each.field.path))) return each
    return detected({ ...each, candidate: { ...each.candidate, besidePerson: true } })
  })
}

interface Judged {
  readonly field: SchemaField
  readonly candidate: PiiCandidate
  readonly found?: PiiFinding | undefined
}

function detected({ field, candidate }: Judged): Judged {
  return { field, candidate, found: detectPii(candidate) }
}

function candidateOf(field: SchemaField, owners: Names): Judged {
  const { name, schemas, items, typeNames } = field
  const candidate = {
    name,
    type: valueType(schemas, items),
    schemas: items.length > 0 ? [...schemas, ...items] : schemas,
    typeNames,
    owners,
  }
  return { field, candidate }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')))
}

/**
 * Personal data is marked where it is: an object is not marked for what its own fields are marked for. An object whose fields say
 * nothing, or that the document marks itself, stays marked as a whole.
 */
function innermost(fields: readonly Field[]): readonly Field[] {
  const holders = new Set(fields.filter(({ pii }) => pii).flatMap(({ path }) => enclosing(path)))
  return fields.map((field) => (field.tier !== 'explicit' && holders.has(field.path) ? withoutPii(field) : field))
}

/** `a.b[].c` is in `a` and `a.b`. */
function enclosing(path: string): readonly string[] {
  const ends = [...path.matchAll(/(\[\])*\./g)].map(({ index }) => index)
  return ends.map((end) => path.slice(0, end))
}

function withoutPii({
  category: _category,
  tier: _tier,
  confidence: _confidence,
  evidence: _evidence,
  ...told
}: Field): Field {
  return { ...told, pii: false }
}

function toField({ field, candidate, found }: Judged): Field {
  const { path, name, required, schemas } = field
  const { type } = candidate
  const format = asText(candidate.schemas.find((schema) => asText(schema.format))?.format)
  const description = asText(schemas.find((schema) => asText(schema.description))?.description)
  const told = { path, name, type, ...(format && { format }), required, ...(description && { description }) }
  return found ? { ...told, pii: true, ...found } : { ...told, pii: false }
}

/** OpenAPI's schema objects are translated by the importer and read as JSON Schema. */
function formatOf(payload: Payload | undefined): ManifestSchema['format'] {
  if (payload === undefined) return 'unknown'
  return payload.format === 'openapi' ? 'json-schema' : payload.format
}

/** What a document states in `x-compatibility`; `backward`, the registries' default, when it is silent. */
function compatibilityOf(channel: Channel, message: Message | undefined): ManifestSchema['compatibility']['policy'] {
  const stated = asText(message?.extensions['x-compatibility']) ?? asText(channel.extensions['x-compatibility'])
  const policy = stated?.toLowerCase().replace(/_transitive$/, '')
  return policy === 'forward' || policy === 'full' || policy === 'none' ? policy : 'backward'
}
