import { describe, expect, it } from 'vitest'
import { manifestOf } from '../../test/manifest-of.ts'
import type { GenerateOptions } from '../options.ts'
import { plan } from '../plan/plan.ts'

const print = (facts: Parameters<typeof manifestOf>[0] = {}, options: GenerateOptions = {}) =>
  plan([manifestOf(facts)], { brokerTests: true, ...options }).files.find(
    ({ path }) => path === 'user-created.consumer.broker.test.ts',
  )?.text ?? ''

describe('the printed test on a real broker', () => {
  it('runs what the consumer runs, under names of its own', () => {
    const text = print()
    expect(text).toContain("  topics: [topic],\n  group: 'test',\n")
    expect(text).toContain('  bindings: { kafka: { partitions: 1, retentionMs: HOUR_MS } },\n} as const\n')
    expect(text).toContain('const contract: ConsumerContract<UserCreated> = { ...userCreated, ...queue, topic }\n')
  })

  it.each([
    ['kafka', 'Kafka', 'KAFKA_BROKERS'],
    ['amqp', 'RabbitMQ', 'AMQP_URL'],
    ['mqtt', 'MQTT', 'MQTT_URL'],
  ] as const)('is skipped where the environment names no broker for %s', (transport, name, variable) => {
    expect(print({ delivery: { transport } })).toContain(
      `describe('UserCreatedConsumer on ${name}', { skip: !process.env.${variable} }, () => {`,
    )
  })

  it('is written for the runner of the other tests', () => {
    expect(print()).toContain("import { describe, expect, it } from 'vitest'")
    expect(print({}, { tests: 'node' })).toContain("import { deepEqual } from 'node:assert/strict'")
    expect(print({}, { tests: 'none' })).toBe('')
  })

  it('is printed on request only', () => {
    expect(print({}, { brokerTests: false })).toBe('')
  })
})
