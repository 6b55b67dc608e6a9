import type { Provisioned, ProvisionOptions, ProvisionRequest } from '@longshore/runtime'
import type { KafkaDriver, TopicDescription, TopicSpec } from './driver.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { create, DEFAULT_MESSAGE_BYTES, laneConfig, messageBytes, topicConfig } from './provision.ts'

/**
 * Creates the topics of consumers and producers that are not there, and compares those that are with what is stated. Alters nothing.
 * Fails with BROKER_REFUSED, naming the topic, when one may not be created.
 */
export async function provisionKafkaTopics(
  driver: KafkaDriver,
  wanted: readonly ProvisionRequest[],
  { deadLetterRetentionMs }: Pick<ResolvedKafkaOptions, 'deadLetterRetentionMs'>,
  { dryRun = false }: ProvisionOptions,
): Promise<readonly Provisioned[]> {
  const report: Provisioned[] = []
  const sources = new Map<string, Source>()
  for (const { topics, bindings } of wanted) {
    for (const topic of topics.filter((name) => !sources.has(name))) {
      const { partitions = 1, replicas = -1, maxMessageBytes = DEFAULT_MESSAGE_BYTES } = bindings.kafka ?? {}
      const spec = { topic, partitions, replicas, config: topicConfig(bindings.kafka ?? {}) }
      const found = await driver.describeTopic(topic)
      const made = found === undefined ? await make(driver, spec, dryRun) : undefined
      report.push(made ?? (await compareSource(driver, found ?? spec, spec, bindings.kafka)))
      const isThere = found ?? (dryRun ? undefined : await driver.describeTopic(topic))
      const bytes = isThere === undefined ? maxMessageBytes : await messageBytes(driver, topic)
      sources.set(topic, { ...(isThere ?? { partitions, replicas }), bytes })
    }
  }
  for (const spec of lanes(wanted, sources, deadLetterRetentionMs)) {
    const found = await driver.describeTopic(spec.topic)
    report.push(found === undefined ? await make(driver, spec, dryRun) : await compareLane(driver, found, spec))
  }
  return report
}

/** A topic that is read, and the largest record it takes. */
interface Source extends TopicDescription {
  readonly bytes: number
}

/** DLQs and retry lanes. One that several consumers name is as wide, and takes messages as large, as the largest of them needs. */
function lanes(
  wanted: readonly ProvisionRequest[],
  sources: ReadonlyMap<string, Source>,
  retentionMs: number,
): readonly TopicSpec[] {
  const read = new Map<string, Source[]>()
  for (const { topics, dlq, retryTopic } of wanted)
    for (const lane of [dlq, retryTopic].filter((name) => name !== undefined)) {
      const known = topics.map((topic) => sources.get(topic)).filter((source) => source !== undefined)
      read.set(lane, [...(read.get(lane) ?? []), ...known])
    }
  return [...read].map(([topic, of]) => ({
    topic,
    partitions: Math.max(1, ...of.map(({ partitions }) => partitions)),
    replicas: Math.max(-1, ...of.map(({ replicas }) => replicas)),
    config: laneConfig(
      of.map(({ bytes }) => bytes),
      retentionMs,
    ),
  }))
}

async function make(driver: KafkaDriver, spec: TopicSpec, dryRun: boolean): Promise<Provisioned> {
  const { topic: name, partitions, replicas, config } = spec
  if (!dryRun) await create(driver, spec)
  const settings = Object.entries(config).map(([setting, value]) => `${setting}: ${value}`)
  const replication = replicas < 0 ? [] : [`replicas: ${replicas}`]
  return {
    name,
    state: dryRun ? 'missing' : 'created',
    details: [`partitions: ${partitions}`, ...replication, ...settings],
  }
}

async function compareSource(
  driver: KafkaDriver,
  found: TopicDescription,
  { topic, config }: TopicSpec,
  { partitions, replicas }: { readonly partitions?: number; readonly replicas?: number } = {},
): Promise<Provisioned> {
  const details = [
    ...difference('partitions', partitions, found.partitions),
    ...difference('replicas', replicas, found.replicas),
  ]
  for (const [setting, stated] of Object.entries(config)) {
    const value = await driver.topicSetting(topic, setting)
    if (value !== undefined && inOrder(value) !== inOrder(stated)) details.push(...difference(setting, stated, value))
  }
  return compared(topic, details)
}

/** A wider lane and a higher limit do no harm. */
async function compareLane(driver: KafkaDriver, found: TopicDescription, spec: TopicSpec): Promise<Provisioned> {
  const { topic, partitions, config } = spec
  const bytes = await messageBytes(driver, topic)
  const policy = await driver.topicSetting(topic, 'cleanup.policy')
  const needed = Number(config['max.message.bytes'] ?? 0)
  return compared(topic, [
    ...(found.partitions < partitions ? [`partitions: at least ${partitions} needed, ${found.partitions} found`] : []),
    ...(bytes < needed ? [`max.message.bytes: at least ${needed} needed, ${bytes} found`] : []),
    ...(policy === undefined || inOrder(policy) === config['cleanup.policy']
      ? []
      : difference('cleanup.policy', config['cleanup.policy'], policy)),
  ])
}

function compared(name: string, details: readonly string[]): Provisioned {
  return { name, state: details.length === 0 ? 'as-stated' : 'differs', details }
}

function difference<Value>(setting: string, stated: Value | undefined, found: Value): readonly string[] {
  return stated === undefined || stated === found ? [] : [`${setting}: ${stated} stated, ${found} found`]
}

/** `delete,compact` is `compact,delete`. */
function inOrder(list: string): string {
  return list.split(',').sort().join(',')
}
