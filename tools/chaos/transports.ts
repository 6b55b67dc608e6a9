import type { TransportName } from './settings.ts'
import type { ChaosTransport } from './transport.ts'

/** Loads the file of a transport, and with it its client alone. */
export async function transportOf(name: TransportName): Promise<ChaosTransport> {
  if (name === 'amqp') return (await import('./amqp.ts')).amqp
  if (name === 'mqtt') return (await import('./mqtt.ts')).mqtt
  return (await import('./kafka.ts')).kafkaBy(name)
}
