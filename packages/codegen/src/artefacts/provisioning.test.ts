import type { Manifest } from '@longshore/manifest'
import { loadAll } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { linesBetween, manifestOf } from '../../test/manifest-of.ts'
import type { GenerateOptions } from '../options.ts'
import { plan } from '../plan/plan.ts'

const ALL: GenerateOptions = { provision: ['script', 'strimzi', 'rabbitmq'], producers: true }
const print = (path: string, manifests: Parameters<typeof plan>[0], options: GenerateOptions = {}) =>
  plan(manifests, { ...ALL, ...options }).files.find((file) => file.path === path)?.text ?? ''
const kafka = manifestOf({
  delivery: { dlq: 'user.created.dlq' },
  metadata: { partitions: 6, replicas: 3, retention_ms: 86_400_000, cleanup_policy: ['delete'], groupId: 'users' },
})
const amqp = (metadata: Manifest['delivery']['contract']['metadata'], name = 'user.created') =>
  manifestOf({ name, delivery: { transport: 'amqp' }, metadata })

type Resource = { readonly kind: string; readonly metadata: { readonly name: string }; readonly spec: object }

/** The test's own documents hold nothing else. */
const resources = (text: string) => loadAll(text) as readonly Resource[]

describe('the printed provisioning script', () => {
  it('names topic, DLQ and retry lane with what the contract states', () => {
    expect(linesBetween(print('provision.ts', [kafka]), 'const kafka', 'topics:')).toEqual([
      'const kafka: readonly ProvisionRequest[] = [',
      '  {',
      "    topics: ['user.created'],",
    ])
    expect(print('provision.ts', [kafka])).toContain("    retryTopic: 'user.created.users.retry',\n")
    expect(print('provision.ts', [kafka])).toContain('partitions: 6, replicas: 3, retentionMs: 86_400_000')
  })

  it('uses the client the consumers use', () => {
    expect(print('provision.ts', [kafka], { client: 'kafkajs' })).toContain("'./support/transport-kafka/kafkajs.js'")
    expect(print('provision.ts', [kafka], { runtime: 'package' })).toContain(
      "'@longshore/transport-kafka/platformatic'",
    )
  })

  it('is not printed where nothing is to be created', () => {
    expect(print('provision.ts', [manifestOf({ delivery: { transport: 'mqtt' } })])).toBe('')
  })

  it('leaves out an address that is no topic, and says so', () => {
    const { diagnostics } = plan([manifestOf({ delivery: { topic: 'users.{region}' } })], ALL)
    expect(diagnostics.map(({ code }) => code)).toEqual(['not_provisioned'])
  })
})

describe('the printed Strimzi resources', () => {
  it('are a topic each for source, DLQ and retry lane, with room for a letter headers', () => {
    const topics = resources(print('strimzi.yaml', [kafka], { kafkaCluster: 'dora-kafka-cluster' })).slice(0, -1)
    expect(topics).toEqual([
      {
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaTopic',
        metadata: { name: 'user.created', labels: { 'strimzi.io/cluster': 'dora-kafka-cluster' } },
        spec: { partitions: 6, replicas: 3, config: { 'cleanup.policy': 'delete', 'retention.ms': 86_400_000 } },
      },
      ...['user.created.dlq', 'user.created.users.retry'].map((name) => ({
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaTopic',
        metadata: { name, labels: { 'strimzi.io/cluster': 'dora-kafka-cluster' } },
        spec: {
          partitions: 6,
          replicas: 3,
          config: { 'cleanup.policy': 'delete', 'retention.ms': 2_592_000_000, 'max.message.bytes': 1_179_660 },
        },
      })),
    ])
  })

  it('give the user of the consumers the rights they use, and no more', () => {
    const user = resources(print('strimzi.yaml', [kafka], { service: 'dora-agent-user' })).at(-1)
    const acl = (type: string, name: string, ...operations: readonly string[]) => ({
      resource: { type, name, patternType: 'literal' },
      operations,
    })
    expect(user?.metadata.name).toBe('dora-agent-user')
    expect(user?.spec).toEqual({
      authentication: { type: 'scram-sha-512' },
      authorization: {
        type: 'simple',
        acls: [
          acl('topic', 'user.created', 'Describe', 'DescribeConfigs', 'Read'),
          acl('topic', 'user.created.dlq', 'Describe', 'DescribeConfigs', 'Write'),
          acl('topic', 'user.created.users.retry', 'Describe', 'DescribeConfigs', 'Read', 'Write'),
          acl('group', 'users', 'Describe', 'Read'),
        ],
      },
    })
  })

  it('have names that Kubernetes takes, each its own, and keep the topic behind them', () => {
    const named = ['Job_Metrics', 'job-metrics'].map((name) => manifestOf({ name, actions: ['send'] }))
    const metrics = resources(print('strimzi.yaml', [...named, kafka])).filter(({ metadata }) =>
      metadata.name.startsWith('job-metrics'),
    )
    expect(metrics.map(({ metadata: { name }, spec }) => [name, spec])).toEqual([
      ['job-metrics', { topicName: 'Job_Metrics' }],
      ['job-metrics-2', { topicName: 'job-metrics' }],
    ])
  })

  it('let a contract say nothing but text', () => {
    const hostile = manifestOf({ metadata: { groupId: 'x"\n---\nkind: KafkaUser' }, delivery: { dlq: 'd' } })
    const printed = resources(print('strimzi.yaml', [hostile], { kafkaCluster: 'a: b\n- c' }))
    expect(printed.map(({ kind }) => kind)).toEqual(['KafkaTopic', 'KafkaTopic', 'KafkaTopic', 'KafkaUser'])
  })
})

describe('the printed RabbitMQ definitions', () => {
  const definitions = (...manifests: Parameters<typeof plan>[0]) =>
    JSON.parse(print('rabbitmq.definitions.json', manifests))

  it('bind the queue of the group to the exchange of the contract', () => {
    const { exchanges, bindings } = definitions(
      amqp({ exchange: { name: 'events', type: 'topic' }, routing_key: 'user.*', groupId: 'crm' }),
    )
    expect(exchanges).toEqual([
      { name: 'events', vhost: '/', type: 'topic', durable: true, auto_delete: false, arguments: {} },
    ])
    expect(bindings).toEqual([
      {
        source: 'events',
        vhost: '/',
        destination: 'user.created.crm',
        destination_type: 'queue',
        routing_key: 'user.*',
        arguments: {},
      },
    ])
  })

  it('declare quorum queues that dead-letter, the DLQ first', () => {
    const { queues } = definitions(amqp({ queue: 'users', ttl: 5_000 }))
    expect(queues.map(({ name }: { name: string }) => name)).toEqual([
      'users.identity.user-created.dlq',
      'users',
      'users.identity.user-created.retry',
    ])
    expect(queues[1].arguments).toEqual({
      'x-queue-type': 'quorum',
      'x-delivery-limit': 200,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'users.identity.user-created.dlq',
      'x-message-ttl': 5_000,
    })
  })

  it('have a queue for each wait that the contract can ask for', () => {
    const retrying = manifestOf({
      delivery: { transport: 'amqp', retry_policy: 'exponential' },
      metadata: { queue: 'users', 'retry.max.attempts': 3, 'retry.backoff.ms': 500 },
    })
    const retry = 'users.identity.user-created.retry'
    const waiting = definitions(retrying).queues.filter(({ name }: { name: string }) => name.startsWith(`${retry}.`))
    expect(waiting.map(({ name }: { name: string }) => name)).toEqual(
      ['250ms', '500ms', '1000ms'].map((wait) => `${retry}.${wait}`),
    )
    expect(waiting[0].arguments).toEqual({
      'x-queue-type': 'quorum',
      'x-delivery-limit': 200,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': retry,
      'x-message-ttl': 250,
    })
  })

  it('leave out a queue that goes with its consumer', () => {
    const { queues } = definitions(amqp({ queue: 'users', exclusive: true }))
    expect(queues.map(({ name }: { name: string }) => name)).not.toContain('users')
  })
})
