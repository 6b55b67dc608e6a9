import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes, Producer } from '@platformatic/kafka'
import { PlatformaticDriver } from '../src/platformatic-driver.ts'
import { type PlacedRecord, readTopic } from '../src/topic-reader.ts'
import { BROKERS, optionsForTests } from './broker-options.ts'

/** Kafka without our transport: what other programs do to a topic. */

export interface RawMessage {
  readonly key?: Buffer
  readonly value?: Buffer
  readonly headers?: readonly (readonly [name: string, value: Buffer])[]
  readonly timestamp?: bigint
}

const CLIENT = { clientId: 'tests', bootstrapBrokers: BROKERS }

/** Writes to partition 0. */
export async function sendRaw(topic: string, messages: readonly RawMessage[]): Promise<void> {
  const producer = new Producer(CLIENT)
  const encoded = messages.map(({ headers = [], ...message }) => ({
    ...message,
    topic,
    partition: 0,
    headers: new Map(headers.map(([name, value]) => [Buffer.from(name), value])),
  }))
  await producer.send({ messages: encoded, acks: -1 })
  await producer.close()
}

/** All records, oldest first. */
export async function readRaw(topic: string): Promise<readonly PlacedRecord[]> {
  const driver = new PlatformaticDriver(optionsForTests())
  const records: PlacedRecord[] = []
  for await (const record of readTopic(driver, topic)) records.push(record)
  await driver.close()
  return records
}

/** Writes each text in a transaction of its own to partition 0; those that begin with "aborted" are aborted. */
export async function inTransactions(topic: string, texts: readonly string[]): Promise<void> {
  const producer = new Producer({ ...CLIENT, idempotent: true, transactionalId: `tests-${topic}` })
  for (const text of texts) {
    const transaction = await producer.beginTransaction()
    await transaction.send({ messages: [{ topic, partition: 0, value: Buffer.from(text) }] })
    await (text.startsWith('aborted') ? transaction.abort() : transaction.commit())
  }
  await producer.close()
}

/** Deletes what lies below an offset of partition 0, as retention does. */
export function deleteBefore(topic: string, offset: bigint): Promise<void> {
  return administer(async (admin) => {
    await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset }] }] })
  })
}

/** Raises the number of partitions. */
export function addPartitions(topic: string, count: number): Promise<void> {
  return administer(async (admin) => {
    const { topics, brokers } = await admin.metadata({ topics: [topic] })
    const added = count - (topics.get(topic)?.partitionsCount ?? 0)
    // The client cannot leave the choice of brokers to Kafka.
    const assignments = Array.from({ length: added }, () => ({ brokerIds: [...brokers.keys()].slice(0, 1) }))
    await admin.createPartitions({ topics: [{ name: topic, count, assignments }] })
  })
}

/** The largest record the topic takes. */
export function limit(topic: string, bytes: number): Promise<void> {
  const configs = [
    { name: 'max.message.bytes', value: String(bytes), configOperation: IncrementalAlterConfigOperationTypes.SET },
  ]
  const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configs }]
  return administer((admin) => admin.incrementalAlterConfigs({ resources }))
}

/** Deletes the topics whose names begin so. */
export function deleteTopics(prefixes: readonly string[]): Promise<void> {
  return administer(async (admin) => {
    const topics = (await admin.listTopics()).filter((topic) => prefixes.some((prefix) => topic.startsWith(prefix)))
    if (topics.length > 0) await admin.deleteTopics({ topics })
  })
}

async function administer(action: (admin: Admin) => Promise<void>): Promise<void> {
  const admin = new Admin(CLIENT)
  try {
    await action(admin)
  } finally {
    await admin.close()
  }
}
