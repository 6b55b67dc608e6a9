/** A topic of 12 partitions for one measurement. */
import { consume, type Transport } from '@longshore/runtime'
import { kafkaTransport } from '@longshore/transport-kafka/platformatic'
import { orderBytes } from './work.ts'

export interface BenchTopic {
  readonly name: string
  readonly transport: Transport
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

export async function createTopic(brokers: readonly string[]): Promise<BenchTopic> {
  const name = `bench-${Date.now()}`
  const transport = kafkaTransport({ brokers, provision: 'all' })
  const contract = {
    urn: 'urn:events:bench:order:placed',
    topic: name,
    group: `${name}-setup`,
    pii: [],
    validate: () => [],
    bindings: { kafka: { partitions: 12 } },
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
