import { describe, expect, it } from 'vitest'
import { kafkaTransport as throughKafkajs } from './kafkajs.ts'
import { type KafkaOptions, resolveKafkaOptions } from './options.ts'

describe('the Kafka options', () => {
  it.each<[string, Partial<KafkaOptions>]>([
    ['brokers', { brokers: [] }],
    ['heartbeatIntervalMs', { sessionTimeoutMs: 6_000, heartbeatIntervalMs: 4_000 }],
    ['consumer.session.timeout.ms', { groupProtocol: 'consumer', sessionTimeoutMs: 6_000 }],
    ['consumer.heartbeat.interval.ms', { groupProtocol: 'consumer', heartbeatIntervalMs: 1_000 }],
  ])('refuse what cannot be meant, naming %s', (named, given) => {
    const options = { brokers: ['a:9092'], ...given }
    expect(() => resolveKafkaOptions(options)).toThrow(expect.objectContaining({ code: 'CONTRADICTORY_OPTIONS' }))
    expect(() => resolveKafkaOptions(options)).toThrow(named)
  })

  it('refuse the consumer protocol through kafkajs, which does not know it', () => {
    expect(() => throughKafkajs({ brokers: ['a:9092'], groupProtocol: 'consumer' })).toThrow('kafkajs')
  })
})
