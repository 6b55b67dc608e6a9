import { describe, expect, it } from 'vitest'
import { channel, contract, message, payload } from '../../test/contract-builder.ts'
import type { Field, Manifest } from '../manifest.ts'
import { toManifests } from '../to-manifests.ts'
import { unusedReviews } from './apply-reviews.ts'
import type { Review } from './review.ts'

describe('a review', () => {
  it('rejects personal data, and the classification follows', () => {
    const manifest = reviewed({ kind: 'pii', field: 'email', decision: 'reject', reason: 'a mailing list' })
    expect(field(manifest, 'email')).toMatchObject({
      pii: false,
      evidence: ['review: no personal data (a mailing list)'],
    })
    expect(field(manifest, 'email')).not.toHaveProperty('confidence')
    expect(manifest.governance.policy.classification).toBe('internal')
  })

  it('confirms personal data with full confidence and keeps what was seen', () => {
    const manifest = reviewed({ kind: 'pii', field: 'email', decision: 'confirm', reason: 'asked the team' })
    expect(field(manifest, 'email')).toMatchObject({ pii: true, category: 'email', tier: 'explicit', confidence: 1 })
    expect(field(manifest, 'email')?.evidence).toEqual([
      'review: confirm (asked the team)',
      'name: email',
      'belongs to a person',
    ])
  })

  it('adds personal data, also where the schema is silent, and the patterns follow', () => {
    const manifest = reviewed(
      { kind: 'pii', field: 'email', decision: 'reject', reason: 'a mailing list' },
      { kind: 'pii', field: 'details.varde', decision: 'add', category: 'government_id', reason: 'free form' },
    )
    expect(field(manifest, 'details.varde')).toMatchObject({ name: 'varde', pii: true, category: 'government_id' })
    expect(manifest.patterns.detected.map(({ pattern }) => pattern)).toContain('missing_dlq')
  })

  it('decides transport and retention where the document does not say', () => {
    const manifest = reviewed(
      { kind: 'transport', event: 'user.*', transport: 'kafka', reason: 'docker-compose' },
      { kind: 'retention', retention: '30d', reason: 'broker default' },
    )
    const { transport, confidence, evidence, metadata } = manifest.delivery.contract
    expect({ transport, confidence, first: evidence[0] }).toEqual({
      transport: 'kafka',
      confidence: 1,
      first: 'kafka: review (docker-compose)',
    })
    expect(metadata).toMatchObject({ retention_ms: 30 * 24 * 60 * 60 * 1_000, retention_reason: 'broker default' })
  })

  it('reaches the events it names only', () => {
    const [manifest] = toManifests(document, {
      overrides: [{ kind: 'pii', event: 'order.*', field: '*', decision: 'reject', reason: 'none' }],
    })
    expect(manifest && field(manifest, 'email')?.pii).toBe(true)
  })

  it('that answers to nothing is named', () => {
    const gone: Review = { kind: 'pii', field: 'e_mail', decision: 'confirm', reason: 'misspelt' }
    const met: Review = { kind: 'pii', field: 'email', decision: 'confirm', reason: 'right' }
    expect(unusedReviews(toManifests(document), [gone, met])).toEqual([gone])
  })
})

const schema = { type: 'object', properties: { email: { type: 'string' }, details: { type: 'object' } } }
const document = contract({
  channels: [channel({ extensions: { 'x-retry': 3 }, messages: [message({ payload: payload(schema) })] })],
})

function reviewed(...overrides: readonly Review[]): Manifest {
  const [manifest] = toManifests(document, { overrides })
  if (!manifest) throw new Error('the contract has an event')
  return manifest
}

function field({ schema: { fields } }: Manifest, path: string): Field | undefined {
  return fields.find((each) => each.path === path)
}
