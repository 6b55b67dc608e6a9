import type { ProvisionFacts } from '../plan/provisions.ts'
import { rabbitmqTopology } from '../plan/rabbitmq-topology.ts'

const VHOST = '/'

/** A file for `rabbitmqctl import_definitions`; `undefined` when no consumer is on RabbitMQ. */
export function printRabbitmqDefinitions(facts: readonly ProvisionFacts[]): string | undefined {
  const { exchanges, queues, bindings } = rabbitmqTopology(facts)
  if (exchanges.length + queues.length === 0) return undefined
  const definitions = {
    vhosts: [{ name: VHOST }],
    exchanges: exchanges.map(({ name, type }) => ({
      name,
      vhost: VHOST,
      type,
      durable: true,
      auto_delete: false,
      arguments: {},
    })),
    queues: queues.map(({ name, durable, autoDelete, arguments: args }) => ({
      name,
      vhost: VHOST,
      durable,
      auto_delete: autoDelete,
      arguments: args,
    })),
    bindings: bindings.map(({ exchange, queue, routingKey }) => ({
      source: exchange,
      vhost: VHOST,
      destination: queue,
      destination_type: 'queue',
      routing_key: routingKey,
      arguments: {},
    })),
  }
  return `${JSON.stringify(definitions, null, 2)}\n`
}
