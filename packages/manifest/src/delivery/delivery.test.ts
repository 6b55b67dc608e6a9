import type { Channel } from '@longshore/contract'
import { describe, expect, it } from 'vitest'
import { channel, contract, message, operation, server } from '../../test/contract-builder.ts'
import type { Delivery } from '../manifest.ts'
import { deliveryOf } from './delivery.ts'
import { siteOf } from './layers.ts'

describe('the delivery of an event', () => {
  it('takes a topic with all its facts from Kafka bindings', () => {
    const topic = { 'cleanup.policy': ['delete'], 'retention.ms': 604_800_000 }
    const bindings = { kafka: { topic: 'users.v1', partitions: 3, replicas: 2, topicConfiguration: topic } }
    const group = { kafka: { groupId: { type: 'string', enum: ['user-service'] }, clientId: { const: 'user-client' } } }
    const key = { type: 'string', description: 'The user id.' }
    const found = delivery({
      bindings,
      operations: [operation({ bindings: group })],
      messages: [message({ bindings: { kafka: { key } } })],
    })
    expect(found).toMatchObject({ transport: 'kafka', topic: 'users.v1', guarantees: 'at-least-once' })
    expect(found.metadata).toEqual({
      partitions: 3,
      replicas: 2,
      key,
      retention_ms: 604_800_000,
      cleanup_policy: ['delete'],
      groupId: 'user-service',
      clientId: 'user-client',
      receivers: 1,
    })
  })

  it('takes exchange, queue and the members people add from AMQP bindings', () => {
    const amqp = {
      is: 'routingKey',
      exchange: { name: 'users', type: 'topic' },
      queue: { name: 'users.created', durable: true, exclusive: false, autoDelete: false },
      prefetch: 10,
      'x-max-retries': 3,
      ttl: '1d',
      dead_letter_exchange: 'users.dlx',
    }
    const found = delivery({ bindings: { amqp } })
    expect(found).toMatchObject({ transport: 'amqp', dlq: 'users.dlx', retry_policy: 'fixed' })
    expect(found.metadata).toMatchObject({
      exchange: { name: 'users', type: 'topic' },
      queue: 'users.created',
      routing_key: 'user.created',
      durable: true,
      exclusive: false,
      auto_delete: false,
      prefetch: 10,
      'x-max-retries': 3,
      'retry.max.attempts': 4,
      ttl: 86_400_000,
    })
  })

  it.each([
    [0, 'best-effort'],
    [1, 'at-least-once'],
    [2, 'exactly-once'],
  ])('promises with MQTT QoS %i %s', (qos, guarantees) => {
    expect(delivery({ operations: [operation({ bindings: { mqtt: { qos, retain: true } } })] })).toMatchObject({
      guarantees,
      metadata: { qos, retain: true },
    })
  })

  it('reads MQTT sessions from the server', () => {
    const mqtt = { clientId: 'sensors', cleanSession: false, sessionExpiryInterval: 3_600 }
    const found = delivery({}, [server('mqtts', { bindings: { mqtt } })])
    expect(found.metadata).toEqual({ clientId: 'sensors', clean_session: false, session_expiry: 3_600, tls: true })
  })

  it('lets the message override the operation, and the operation the channel', () => {
    const layers = {
      extensions: { 'x-dlq': 'of-channel', 'x-retry': { backoff: 'linear', maxAttempts: 2, initialDelayMs: 100 } },
      operations: [operation({ extensions: { 'x-dlq': 'of-operation' } })],
      messages: [
        message({ extensions: { 'x-delivery': { dlq: 'of-message', guarantees: 'exactly once', owner: 'us' } } }),
      ],
    }
    expect(delivery(layers)).toMatchObject({
      dlq: 'of-message',
      retry_policy: 'linear',
      guarantees: 'exactly-once',
      metadata: { 'retry.max.attempts': 2, 'retry.backoff.ms': 100, owner: 'us' },
    })
    expect(delivery({ ...layers, messages: [message()] }).dlq).toBe('of-operation')
  })

  it.each<[string, Partial<Channel>, string]>([
    ['errorTopic of the Kafka binding', { bindings: { kafka: { errorTopic: 'users.errors' } } }, 'users.errors'],
    ['true, which means the usual name', { extensions: { 'x-dlq': true } }, 'user.created.dlq'],
    ['an object that names it', { extensions: { 'x-dlq': { topic: 'users-dead' } } }, 'users-dead'],
    [
      'an SQS redrive policy',
      { bindings: { sqs: { queue: { redrivePolicy: { deadLetterQueue: { arn: 'arn:aws:sqs:eu:1:dead' } } } } } },
      'dead',
    ],
    ['a queue argument', { bindings: { amqp: { queue: { arguments: { 'x-dead-letter-exchange': 'dlx' } } } } }, 'dlx'],
  ])('finds the dead letter queue in %s', (_, parts, dlq) => expect(delivery(parts).dlq).toBe(dlq))

  it('follows the `retry` and `deadLetter` proposed for operations', () => {
    const recovery = {
      deadLetter: { channel: 'dead', raw: {} },
      retry: { raw: { strategy: 'linear', maxAttempts: 5 } },
    }
    const dead = channel({ name: 'dead', address: 'users.dead' })
    expect(delivery({ operations: [operation(recovery)] }, [], [dead])).toMatchObject({
      dlq: 'users.dead',
      retry_policy: 'linear',
      metadata: { 'retry.max.attempts': 5 },
    })
  })

  it.each(['user.created.DLT', 'user.created-dlq', 'user.created_error', 'user.created.dead-letter'])(
    'finds the dead letter queue in the sibling channel %s',
    (address) => expect(delivery({}, [], [channel({ name: 'other', address })]).dlq).toBe(address),
  )

  it('takes no dead letter queue from a channel that only sounds alike', () => {
    expect(delivery({}, [], [channel({ name: 'other', address: 'user.created.error-report' })]).dlq).toBeUndefined()
  })

  it('reads retry topics of the Kafka binding as attempts', () => {
    expect(delivery({ bindings: { kafka: { retryTopic: ['r1', 'r2'] } } })).toMatchObject({
      retry_policy: 'fixed',
      metadata: { 'retry.max.attempts': 3 },
    })
  })

  it('counts retries after the first try as one attempt more', () => {
    const extensions = {
      'x-retry': { strategy: 'exponential', maxRetries: 3, backoff: { delay: '1s', maxDelay: 'PT30S' } },
    }
    expect(delivery({ extensions })).toMatchObject({
      retry_policy: 'exponential',
      metadata: { 'retry.max.attempts': 4, 'retry.backoff.ms': 1_000, 'retry.backoff.max.ms': 30_000 },
    })
  })
})

function delivery(
  parts: Partial<Channel>,
  servers: Parameters<typeof contract>[0]['servers'] = [],
  others: readonly Channel[] = [],
): Delivery {
  const own = channel(parts)
  const whole = contract({ channels: [own, ...others], servers: servers ?? [] })
  return deliveryOf(siteOf(whole, own, own.messages[0]))
}
