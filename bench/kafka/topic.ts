/** Topics of 12 partitions for one measurement each, and their end. */
import { consume, type Transport } from '@longshore/runtime'
import { kafkaTransport } from '@longshore/transport-kafka/platformatic'
import { Admin } from '@platformatic/kafka'
import { orderBytes } from './work.ts'

export const PARTITIONS = 12

export interface BenchTopic {
  readonly name: string
  readonly transport: Transport
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const created: string[] = []

/** Groups that read it, their dead letters and retry lanes must have names that begin with its own. */
export async function createTopic(brokers: readonly string[]): Promise<BenchTopic> {
  const name = `bench-${process.pid}-${Date.now()}`
  created.push(name)
  const transport = kafkaTransport({ brokers, provision: 'all' })
  const contract = {
    urn: 'urn:events:bench:order:placed',
    topic: name,
    group: `${name}-setup`,
    pii: [],
    validate: () => [],
    bindings: { kafka: { partitions: PARTITIONS } },
  }
  const setup = consume(contract, transport, () => undefined, { log: quiet })
  await setup.start()
  await setup.stop()
  return { name, transport }
}

const BATCH = 5_000

export async function fill({ name: topic, transport }: BenchTopic, messages: number, keys: number): Promise<void> {
  for (let first = 0; first < messages; first += BATCH) {
    const count = Math.min(BATCH, messages - first)
    await transport.publish(
      Array.from({ length: count }, (_, index) => ({ topic, ...orderBytes(first + index, keys) })),
    )
  }
}

/** Deletes all topics made here, with what was made beside them, and the groups that have left them. */
export async function deleteTopics(brokers: readonly string[]): Promise<void> {
  const ours = (name: string) => created.some((topic) => name.startsWith(topic))
  if (created.length === 0) return
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [...brokers] })
  try {
    const topics = (await admin.listTopics()).filter(ours)
    if (topics.length > 0) await admin.deleteTopics({ topics })
    const groups = [...(await admin.listGroups({ states: ['EMPTY'] })).values()].map(({ id }) => id).filter(ours)
    if (groups.length > 0) await admin.deleteGroups({ groups })
  } catch (error) {
    console.error(`Could not delete ${created.join(', ')}:`, error)
  } finally {
    await admin.close()
  }
}
