import { parseRetention } from '../delivery/retention.ts'
import type { Delivery, Field, Manifest } from '../manifest.ts'
import { detectEventPatterns } from '../patterns/detect-event-patterns.ts'
import { classify } from '../policy.ts'
import type { PiiReview, Review } from './review.ts'

/**
 * The manifests as people have decided them. Later reviews win over earlier ones. Patterns and classification are read again,
 * because they follow from what was decided. Reviews that are about nothing change nothing: {@link unusedReviews} names them.
 */
export function applyReviews(manifests: readonly Manifest[], reviews: readonly Review[]): readonly Manifest[] {
  if (reviews.length === 0) return manifests
  return manifests.map((manifest) => {
    const about = reviews.filter((review) => isAbout(review, manifest))
    return about.length === 0 ? manifest : reread(about.reduce(apply, manifest))
  })
}

/** Reviews that no manifest answers to: the event or field is gone, or misspelt. */
export function unusedReviews(manifests: readonly Manifest[], reviews: readonly Review[]): readonly Review[] {
  return reviews.filter(
    (review) => !manifests.some((manifest) => isAbout(review, manifest) && meetsField(review, manifest)),
  )
}

function isAbout({ event }: Review, { urn, event: { name }, channel }: Manifest): boolean {
  if (event === undefined) return true
  const matches = wildcard(event)
  return [urn, name, channel.name, channel.address ?? ''].some((text) => matches(text))
}

function meetsField(review: Review, { schema }: Manifest): boolean {
  if (review.kind !== 'pii' || review.decision === 'add') return true
  const matches = wildcard(review.field)
  return pathsOf(schema).some((path) => matches(path))
}

function pathsOf({ fields, header_fields = [] }: Manifest['schema']): readonly string[] {
  return [...fields.map(({ path }) => path), ...header_fields.map(({ path }) => `headers.${path}`)]
}

function apply(manifest: Manifest, review: Review): Manifest {
  if (review.kind === 'pii') return withPii(manifest, review)
  const { contract } = manifest.delivery
  return {
    ...manifest,
    delivery: {
      contract: review.kind === 'transport' ? withTransport(contract, review) : withRetention(contract, review),
    },
  }
}

function withTransport(delivery: Delivery, { transport, reason }: Extract<Review, { kind: 'transport' }>): Delivery {
  const evidence = [`${transport}: review (${reason})`, ...delivery.evidence]
  return { ...delivery, transport, confidence: 1, evidence }
}

function withRetention(delivery: Delivery, { retention, reason }: Extract<Review, { kind: 'retention' }>): Delivery {
  const ms = parseRetention(retention)
  if (ms === undefined) return delivery
  return { ...delivery, metadata: { ...delivery.metadata, retention_ms: ms, retention_reason: reason } }
}

function withPii(manifest: Manifest, review: PiiReview): Manifest {
  const { fields, header_fields: headers } = manifest.schema
  const decided = (field: Field, path: string) => (wildcard(review.field)(path) ? decide(field, review) : field)
  const ofPayload = fields.map((field) => decided(field, field.path))
  const ofHeaders = headers?.map((field) => decided(field, `headers.${field.path}`))
  return {
    ...manifest,
    schema: {
      ...manifest.schema,
      fields: isMissing(manifest, review) ? [...ofPayload, added(review)] : ofPayload,
      ...(ofHeaders && { header_fields: ofHeaders }),
    },
  }
}

/** A field that people know and the schema does not describe, inside an open object. */
function isMissing({ schema }: Manifest, { decision, field }: PiiReview): boolean {
  return decision === 'add' && !field.includes('*') && !field.startsWith('headers.') && !pathsOf(schema).includes(field)
}

function added(review: PiiReview): Field {
  const name = review.field.replaceAll('[]', '').split('.').at(-1) ?? review.field
  return decide({ path: review.field, name, type: 'any', required: false, pii: true }, review)
}

function decide(field: Field, { decision, category, tier, reason }: PiiReview): Field {
  const { category: found, tier: _tier, confidence: _confidence, evidence = [], ...rest } = field
  if (decision === 'reject') return { ...rest, pii: false, evidence: [`review: no personal data (${reason})`] }
  return {
    ...rest,
    pii: true,
    category: category ?? found ?? 'personal_data',
    tier: tier ?? 'explicit',
    confidence: 1,
    evidence: [`review: ${decision} (${reason})`, ...evidence],
  }
}

function reread(manifest: Manifest): Manifest {
  const { schema, delivery, governance } = manifest
  const classification = classify(
    governance.policy.classification === 'pii' ? undefined : governance.policy.classification,
    schema.fields.some(({ pii }) => pii),
  )
  return {
    ...manifest,
    patterns: { detected: detectEventPatterns({ schema, delivery: delivery.contract }) },
    governance: { policy: { ...governance.policy, classification } },
  }
}

/** Matches whole texts; `*` stands for any text. */
function wildcard(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}$`, 's')
  return (text) => expression.test(text)
}
