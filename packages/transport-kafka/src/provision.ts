import { dlqOf, Failure, type KafkaBinding, type Subscription } from '@longshore/runtime'
import { brokerFailure } from './broker-failure.ts'
import type { KafkaDriver, TopicDescription, TopicSpec } from './driver.ts'
import type { ResolvedKafkaOptions } from './options.ts'

type ProvisionOptions = Pick<ResolvedKafkaOptions, 'provision' | 'deadLetterRetentionMs'>
type Wanted = Pick<Subscription, 'topics' | 'dlq' | 'retryTopic' | 'bindings'>

/** Kafka's own default of `max.message.bytes`, taken when the broker does not tell. */
export const DEFAULT_MESSAGE_BYTES = 1_048_588
/** What the headers of a dead letter may add to its message. */
const HEADROOM_BYTES = 128 * 1_024

/**
 * Sees to it that the topics of a subscription exist. The DLQ and the retry lane get as many partitions as the widest topic read, so that
 * keys keep their order, its replication, and its size limit plus 128 KiB for the headers. Fails with BROKER_REFUSED, naming the topic
 * and what to do.
 */
export async function provisionTopics(driver: KafkaDriver, wanted: Wanted, options: ProvisionOptions): Promise<void> {
  const sources = await Promise.all(wanted.topics.map((topic) => provisionSource(driver, topic, wanted, options)))
  const limits = await Promise.all(wanted.topics.map((topic) => messageBytes(driver, topic)))
  const lane = {
    partitions: Math.max(1, ...sources.map(({ partitions }) => partitions)),
    replicas: Math.max(1, ...sources.map(({ replicas }) => replicas)),
    config: laneConfig(limits, options.deadLetterRetentionMs),
  }
  for (const topic of new Set([...wanted.topics.map((source) => dlqOf(wanted, source)), wanted.retryTopic])) {
    if ((await driver.describeTopic(topic)) !== undefined) continue
    if (options.provision === 'none') throw missing(topic, "Create it, or set provision to 'dead-letters'.")
    await create(driver, { topic, ...lane })
  }
}

/** Settings of a DLQ or retry lane of topics that take messages as large as `limits`. */
export function laneConfig(limits: readonly number[], retentionMs: number): TopicSpec['config'] {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'max.message.bytes': String(Math.max(...limits, DEFAULT_MESSAGE_BYTES) + HEADROOM_BYTES),
  }
}

/** The largest record a topic takes, in bytes. */
export async function messageBytes(driver: KafkaDriver, topic: string): Promise<number> {
  const setting = Number(await driver.topicSetting(topic, 'max.message.bytes'))
  return Number.isSafeInteger(setting) && setting > 0 ? setting : DEFAULT_MESSAGE_BYTES
}

/** Creates a topic, or says which right is missing. */
export async function create(driver: KafkaDriver, spec: TopicSpec): Promise<void> {
  try {
    await driver.createTopic(spec)
  } catch (error) {
    const failure = brokerFailure(error, `creating topic ${spec.topic}`)
    if (failure.code !== 'BROKER_REFUSED') throw failure
    const advice = `${failure.message} Grant the right to create it, or create it with ${spec.partitions} partitions.`
    throw new Failure('BROKER_REFUSED', advice, { cause: error })
  }
}

async function provisionSource(
  driver: KafkaDriver,
  topic: string,
  { bindings: { kafka = {} } }: Wanted,
  { provision }: ProvisionOptions,
): Promise<TopicDescription> {
  const found = await driver.describeTopic(topic)
  if (found !== undefined) return found
  if (provision !== 'all') throw missing(topic, "Check its name, create it, or set provision to 'all'.")
  const { partitions = 1, replicas = -1 } = kafka
  await create(driver, { topic, partitions, replicas, config: topicConfig(kafka) })
  return (await driver.describeTopic(topic)) ?? { partitions, replicas: 1 }
}

/** The settings that a contract states, as Kafka names them. */
export function topicConfig({ retentionMs, cleanupPolicy, maxMessageBytes }: KafkaBinding): TopicSpec['config'] {
  return {
    ...(cleanupPolicy === undefined ? {} : { 'cleanup.policy': cleanupPolicy.join(',') }),
    ...(retentionMs === undefined ? {} : { 'retention.ms': String(retentionMs) }),
    ...(maxMessageBytes === undefined ? {} : { 'max.message.bytes': String(maxMessageBytes) }),
  }
}

function missing(topic: string, advice: string): Failure {
  return new Failure('BROKER_REFUSED', `Topic ${topic} does not exist. ${advice}`)
}
