import type { KafkaFacts } from './binding-facts.ts'
import type { ProvisionFacts } from './provisions.ts'

/** A topic to be there; what is absent is the broker's default. */
export interface TopicDeclaration {
  readonly topic: string
  readonly partitions?: number
  readonly replicas?: number
  /** As Kafka names them: `retention.ms`. */
  readonly config: { readonly [name: string]: string | number }
}

/** Kafka's own default of `max.message.bytes`, and what the headers of a dead letter may add to its message. */
const DEFAULT_MESSAGE_BYTES = 1_048_588
const HEADROOM_BYTES = 128 * 1_024
const LETTER_RETENTION_MS = 30 * 24 * 60 * 60 * 1_000

/** The topics of an output folder, each once: as contracts state them, and the DLQs and retry lanes that belong to them. */
export function kafkaTopics(all: readonly ProvisionFacts[]): readonly TopicDeclaration[] {
  const onKafka = all.filter(({ transport }) => transport === 'kafka')
  const stated = new Map<string, TopicDeclaration>()
  for (const { topics, bindings } of onKafka)
    for (const topic of topics.filter((name) => !stated.has(name))) stated.set(topic, source(topic, bindings.kafka))
  const lanes = new Map<string, TopicDeclaration>()
  for (const { topics, bindings, dlq, retryTopic } of onKafka)
    for (const topic of [dlq, retryTopic].filter((name) => name !== undefined)) {
      const owner = topics.map((name) => stated.get(name)).find((found) => found !== undefined)
      lanes.set(topic, widest(lanes.get(topic), lane(topic, owner, bindings.kafka)))
    }
  return [...stated.values(), ...[...lanes.values()].filter(({ topic }) => !stated.has(topic))]
}

function source(topic: string, facts: KafkaFacts = {}): TopicDeclaration {
  const { partitions, replicas, retentionMs, cleanupPolicy, maxMessageBytes } = facts
  return {
    topic,
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicas === undefined ? {} : { replicas }),
    config: {
      ...(cleanupPolicy === undefined ? {} : { 'cleanup.policy': cleanupPolicy.join(',') }),
      ...(retentionMs === undefined ? {} : { 'retention.ms': retentionMs }),
      ...(maxMessageBytes === undefined ? {} : { 'max.message.bytes': maxMessageBytes }),
    },
  }
}

/** As many partitions as its topic, so that keys keep their order; room for the headers of a letter beside the largest message. */
function lane(topic: string, owner: TopicDeclaration | undefined, facts: KafkaFacts = {}): TopicDeclaration {
  const { partitions, replicas } = owner ?? {}
  const bytes = Math.max(facts.maxMessageBytes ?? 0, DEFAULT_MESSAGE_BYTES) + HEADROOM_BYTES
  return {
    topic,
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicas === undefined ? {} : { replicas }),
    config: { 'cleanup.policy': 'delete', 'retention.ms': LETTER_RETENTION_MS, 'max.message.bytes': bytes },
  }
}

/** A lane that several consumers name. */
function widest(one: TopicDeclaration | undefined, other: TopicDeclaration): TopicDeclaration {
  if (one === undefined) return other
  const partitions = Math.max(one.partitions ?? 1, other.partitions ?? 1)
  const bytes = Math.max(...[one, other].map(({ config }) => Number(config['max.message.bytes'])))
  return { ...one, partitions, config: { ...one.config, 'max.message.bytes': bytes } }
}
