import { startKafka } from '@longshore/brokers'
import type { Transport } from '@longshore/runtime'
import { Admin } from '@platformatic/kafka'
import { type ChaosBroker, type ChaosTransport, owned } from './transport.ts'

/** Short enough that a killed consumer is missed within seconds and the run gets somewhere between two strikes. */
const GROUP_TIMES = Object.freeze({ sessionTimeoutMs: 3_000, heartbeatIntervalMs: 500, rebalanceTimeoutMs: 5_000 })

/** Kafka through one of its clients: `kafka` is @platformatic/kafka. */
export function kafkaBy(client: 'kafka' | 'kafkajs'): ChaosTransport {
  return {
    startBroker: async ({ topic }, { willBeStruck }) => (willBeStruck ? owned(await startKafka()) : shared(topic)),
    open: ({ url }) => open(client, url.split(',')),
    bindings: ({ partitions }) => ({ kafka: { partitions, replicas: 1 } }),
    address: (topic) => ({ topic }),
    order: () => 'log',
  }
}

async function open(client: 'kafka' | 'kafkajs', brokers: readonly string[]): Promise<Transport> {
  const options = { brokers, clientId: 'chaos', provision: 'all', ...GROUP_TIMES } as const
  if (client === 'kafkajs') return (await import('@longshore/transport-kafka/kafkajs')).kafkaTransport(options)
  return (await import('@longshore/transport-kafka/platformatic')).kafkaTransport(options)
}

/** The one that others use too: only the run's topics go. */
function shared(topic: string): ChaosBroker {
  const url = process.env.KAFKA_BROKERS || '127.0.0.1:9092'
  const refuse = () => Promise.reject(new Error('The Kafka that others use is not struck.'))
  return {
    url,
    restart: refuse,
    crash: refuse,
    settled: () => Promise.resolve(),
    remove: () => deleteTopics(url.split(','), topic),
  }
}

async function deleteTopics(bootstrapBrokers: string[], prefix: string): Promise<void> {
  const admin = new Admin({ clientId: 'chaos', bootstrapBrokers })
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
    if (topics.length > 0) await admin.deleteTopics({ topics })
  } finally {
    await admin.close()
  }
}
