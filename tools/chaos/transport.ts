import type { Transport } from '@longshore/runtime'

/** Short enough that a killed consumer is missed within seconds and the run gets somewhere between two strikes. */
const GROUP_TIMES = Object.freeze({ sessionTimeoutMs: 3_000, heartbeatIntervalMs: 500, rebalanceTimeoutMs: 5_000 })

/** Kafka through the driver of the run. */
export async function openTransport(
  driver: 'platformatic' | 'kafkajs',
  brokers: readonly string[],
): Promise<Transport> {
  const options = { brokers, clientId: 'chaos', provision: 'all', ...GROUP_TIMES } as const
  if (driver === 'kafkajs') return (await import('@longshore/transport-kafka/kafkajs')).kafkaTransport(options)
  return (await import('@longshore/transport-kafka/platformatic')).kafkaTransport(options)
}
