import { describe, expect, it } from 'vitest'
import type { Delivery, Manifest, ManifestSchema } from '../manifest.ts'
import { semverAdvice } from './change.ts'
import { diff } from './diff.ts'

describe('the difference between two contracts', () => {
  it('is nothing between a contract and itself', () => {
    expect(diff([event()], [event()])).toEqual([])
  })

  it('names events that came and went', () => {
    const other = { ...event(), urn: 'urn:events:identity:user:gone', event: { ...event().event, name: 'user.gone' } }
    expect(summary(diff([other], [event()]))).toEqual([
      'event user.gone . breaking major',
      'event user.created . full minor',
    ])
  })

  it('is measured against the compatibility that the old event promised', () => {
    const was = event({ payload: { enum: ['a'] } })
    const more = event({ payload: { enum: ['a', 'b'] } })
    const promised = (policy: ManifestSchema['compatibility']['policy']) => ({
      ...was,
      schema: { ...was.schema, compatibility: { policy } },
    })
    expect(semverAdvice(diff([promised('backward')], [more]))).toBe('minor')
    expect(semverAdvice(diff([promised('forward')], [more]))).toBe('major')
    expect(semverAdvice(diff([promised('full')], [more]))).toBe('major')
  })

  it('says which side breaks, and why', () => {
    const [change] = diff([event({ payload: person(['email']) })], [event({ payload: person(['email', 'name']) })])
    expect(change).toEqual({
      kind: 'payload',
      event: 'user.created',
      urn: 'urn:events:identity:user:created',
      path: 'name',
      pointer: '/schema/payload/$defs/Person/properties/name',
      schema: 'Person',
      compatibility: 'forward',
      breaks: 'reader',
      reason: 'new readers require it, and old data may lack it',
      undeclaredOnly: false,
      advice: 'major',
    })
  })

  it('counts a description as a patch, and a member added to an open object as minor', () => {
    const described = { ...person([]), description: 'who signed up' }
    expect(semverAdvice(diff([event({ payload: person([]) })], [event({ payload: described })]))).toBe('patch')
    expect(semverAdvice(diff([event({ payload: { type: 'object' } })], [event({ payload: person([]) })]))).toBe('minor')
  })

  it('covers headers, key, delivery and retention', () => {
    const was = event(
      { headers: { type: 'object' } },
      { dlq: 'user.created.dlq', metadata: { partitions: 3, retention_ms: 9 } },
    )
    const is = event(
      { headers: { type: 'object', required: ['traceparent'] } },
      { topic: 'users', metadata: { partitions: 6, retention_ms: 5, key: { type: 'string' } } },
    )
    expect(summary(diff([was], [is]))).toEqual([
      'headers user.created traceparent forward major',
      'key user.created . full minor',
      'delivery user.created topic breaking major',
      'delivery user.created dlq backward minor',
      'delivery user.created partitions full minor',
      'retention user.created retention_ms backward minor',
    ])
  })

  it('says that order per key is lost when a keyed topic gets more partitions', () => {
    const keyed = (partitions: number) => event({}, { metadata: { partitions, key: { type: 'string' } } })
    expect(diff([keyed(3)], [keyed(6)])[0]).toMatchObject({
      path: 'partitions',
      compatibility: 'backward',
      breaks: 'writer',
    })
  })
})

function summary(changes: ReturnType<typeof diff>): readonly string[] {
  return changes.map(({ kind, event, path, compatibility, advice }) =>
    [kind, event, path || '.', compatibility, advice].join(' '),
  )
}

function person(required: readonly string[]) {
  const Person = { type: 'object', properties: { email: { type: 'string' }, name: { type: 'string' } }, required }
  return { $ref: '#/$defs/Person', $defs: { Person } }
}

function event(schema: Partial<ManifestSchema> = {}, delivery: Partial<Delivery> = {}): Manifest {
  return {
    protocol: 'event-protocol/v1',
    urn: 'urn:events:identity:user:created',
    event: { name: 'user.created', version: '1.0.0', lifecycle: { status: 'active' } },
    semantics: { purpose: 'A user signed up.' },
    schema: { format: 'json-schema', fields: [], compatibility: { policy: 'backward' }, ...schema },
    delivery: { contract: { ...DELIVERY, ...delivery } },
    patterns: { detected: [] },
    governance: { policy: { classification: 'internal' } },
    channel: { name: 'userCreated', address: 'user.created', actions: ['receive'], parameters: [], siblings: [] },
    metadata: {
      source_type: 'asyncapi',
      source_version: '3.0.0',
      source_hash: '',
      source_file: 'a.yaml',
      pointer: '',
      tags: [],
    },
  }
}

const DELIVERY: Delivery = {
  transport: 'kafka',
  topic: 'user.created',
  retry_policy: 'none',
  guarantees: 'at-least-once',
  confidence: 0.99,
  evidence: [],
  metadata: {},
}
