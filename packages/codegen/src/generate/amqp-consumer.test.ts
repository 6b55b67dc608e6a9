import { describe, expect, it } from 'vitest'
import { manifestOf } from '../../test/manifest-of.ts'
import { generateAMQPConsumer, generateEventConsumer } from './generate-event-consumer.ts'

const onAmqp = (metadata: Parameters<typeof manifestOf>[0] = {}) =>
  manifestOf({ ...metadata, delivery: { transport: 'amqp' } })

describe('a printed RabbitMQ consumer', () => {
  it('consumes the queue of the contract', () => {
    expect(generateAMQPConsumer(onAmqp({ metadata: { queue: 'users' } }))).toContain("  topic: 'users',")
  })

  it('names the queue after the event when the contract names none', () => {
    expect(generateAMQPConsumer(manifestOf())).toContain("queue: 'user.created'")
  })

  it('holds the exchange with its type, and leaves the queue bound to it to the group', () => {
    const text = generateAMQPConsumer(onAmqp({ metadata: { exchange: { name: 'events', type: 'topic' } } }))
    expect(text).toContain("exchange: { name: 'events', type: 'topic' }")
    expect(text).not.toContain('queue:')
  })

  it('holds the routing key', () => {
    expect(generateAMQPConsumer(onAmqp({ metadata: { routing_key: 'user.*' } }))).toContain("routingKeys: ['user.*']")
  })

  it('has one message out at once, and says so, unless the contract allows more', () => {
    expect(generateAMQPConsumer(manifestOf())).toContain('prefetch: 1 ')
    expect(generateAMQPConsumer(manifestOf())).toContain(' * Prefetch: 1, since the contract states none: ')
    expect(generateAMQPConsumer(onAmqp({ metadata: { prefetch: 20 } }))).toContain('prefetch: 20 ')
  })

  it('holds the dead letter exchange and the time to live', () => {
    const text = generateAMQPConsumer(onAmqp({ metadata: { dead_letter_exchange: 'dlx', ttl: 60_000 } }))
    expect(text).toContain("deadLetterExchange: 'dlx'")
    expect(text).toContain('messageTtlMs: 60_000')
  })

  it('is chosen by the transport of the manifest', () => {
    expect(generateEventConsumer(onAmqp())).toContain('bindings: { amqp: ')
  })
})
