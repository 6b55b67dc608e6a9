import { describe, expect, it } from 'vitest'
import type { Delivery, DeliveryMetadata, Field } from '../manifest.ts'
import { detectEventPatterns } from './detect-event-patterns.ts'

describe('patterns of an event', () => {
  it.each<[string, Partial<Delivery>, boolean, string[]]>([
    ['personal data retried without a dead letter queue', { retry_policy: 'fixed' }, true, ['missing_dlq error 0.9']],
    ['other data retried without one', { retry_policy: 'fixed' }, false, []],
    ['a dead letter queue without retries', { dlq: 'd' }, true, ['dlq_without_retries warn 0.75']],
    ['all three', { dlq: 'd', retry_policy: 'fixed' }, true, ['dlq_configured info 0.95']],
  ])('dead letters: %s', (_, delivery, pii, found) => expect(detected(delivery, {}, pii)).toEqual(found))

  it.each<[string, Partial<Delivery>, DeliveryMetadata, string[]]>([
    ['exponential without a first wait', { retry_policy: 'exponential' }, {}, ['exponential_without_backoff warn 0.8']],
    ['a wait too short', { retry_policy: 'fixed' }, { 'retry.backoff.ms': 99 }, ['unreasonable_backoff warn 0.75']],
    ['the shortest sensible wait', { retry_policy: 'fixed' }, { 'retry.backoff.ms': 100 }, []],
    ['the longest sensible wait', { retry_policy: 'fixed' }, { 'retry.backoff.ms': 60_000 }, []],
    ['a wait too long', { retry_policy: 'fixed' }, { 'retry.backoff.ms': 60_001 }, ['unreasonable_backoff warn 0.75']],
    ['AMQP without a bound', { retry_policy: 'fixed', transport: 'amqp' }, {}, ['retry_without_max_attempts warn 0.8']],
    ['AMQP with a bound', { retry_policy: 'fixed', transport: 'amqp' }, { 'x-max-retries': 3 }, []],
  ])('retry: %s', (_, delivery, metadata, found) => expect(detected(delivery, metadata)).toEqual(found))

  it.each<[string, DeliveryMetadata, string[]]>([
    ['a key that names a person', { key: { properties: { userId: {} } } }, ['user_keyed_ordering info 0.8']],
    ['a property that names a person', { ordering_key: 'customerId' }, ['user_keyed_ordering info 0.8']],
    [
      'a key that names an entity',
      { key: { type: 'string', description: 'The order id' } },
      ['entity_keyed_ordering info 0.75'],
    ],
    ['any key', { key: { type: 'string' } }, ['keyed_ordering info 0.75']],
    ['several partitions without a key', { partitions: 2 }, ['multi_partition_no_key warn 0.85']],
    ['one partition without a key', { partitions: 1 }, []],
    ['a routing key', { routing_key: 'a.b' }, ['routing_key_ordering info 0.7']],
  ])('ordering: %s', (_, metadata, found) => expect(detected({}, metadata)).toEqual(found))

  it.each<[number, boolean, string[]]>([
    [1, true, []],
    [2, true, ['moderate_fanout info 0.7']],
    [3, true, ['moderate_fanout info 0.7']],
    [4, false, ['high_fanout info 0.75']],
    [8, true, ['high_fanout warn 0.75']],
  ])('fan-out: %i receivers', (receivers, pii, found) => expect(detected({}, { receivers }, pii)).toEqual(found))

  it.each([
    [1, 9, 'rigid_schema warn 0.75'],
    [2, 8, 'balanced_schema info 0.65'],
    [7, 3, 'balanced_schema info 0.65'],
    [8, 2, 'backward_compatible_schema info 0.7'],
  ])('evolution: %i optional and %i required fields', (optional, required, found) => {
    const fields = [...Array(optional).fill(field(false)), ...Array(required).fill(field(true))]
    expect(printed(detectEventPatterns({ delivery: delivery({}, {}), schema: schema(fields) }))).toEqual([found])
  })
})

function detected(parts: Partial<Delivery>, metadata: DeliveryMetadata, pii = false): readonly string[] {
  const fields = [field(true, pii), field(false)]
  const found = detectEventPatterns({ delivery: delivery(parts, metadata), schema: schema(fields) })
  return printed(found.filter(({ pattern }) => !pattern.endsWith('_schema')))
}

function printed(patterns: ReturnType<typeof detectEventPatterns>): readonly string[] {
  return patterns.map(({ pattern, severity, confidence }) => `${pattern} ${severity} ${confidence}`)
}

function delivery(parts: Partial<Delivery>, metadata: DeliveryMetadata): Delivery {
  return {
    transport: 'kafka',
    topic: 'user.created',
    retry_policy: 'none',
    guarantees: 'at-least-once',
    confidence: 0.99,
    evidence: [],
    metadata,
    ...parts,
  }
}

function schema(fields: readonly Field[]) {
  return { format: 'json-schema', fields, compatibility: { policy: 'backward' } } as const
}

function field(required: boolean, pii = false): Field {
  return { path: 'a', name: 'a', type: 'string', required, pii }
}
