import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const transientQueue: Rule = {
  code: 'transient_queue',
  severities: ['warn'],
  about: 'An AMQP queue that promises delivery is not durable, or goes away with its consumer.',
  why: 'A restart of the broker, or of the only consumer, takes all waiting messages with it.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { amqp: { is: queue, queue: { name: order.placed, durable: false } } }
    x-dlq: order.placed.dlq
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { amqp: { is: queue, queue: { name: order.placed, durable: true } } }
    x-dlq: order.placed.dlq
`,
  check(manifest) {
    const { transport, guarantees, metadata } = manifest.delivery.contract
    const faults = [
      metadata.durable === false && 'not durable',
      metadata.auto_delete === true && 'deleted with its last consumer',
      metadata.exclusive === true && 'exclusive to one connection',
    ].filter((fault) => fault !== false)
    if (transport !== 'amqp' || guarantees === 'best-effort' || faults.length === 0) return []
    return [
      {
        message: `Delivery is promised ${guarantees}, and the queue is ${faults.join(' and ')}.`,
        fix: 'Use a durable queue that stays (durable: true, autoDelete: false, exclusive: false).',
        pointer: channelPlace(manifest, 'bindings', 'amqp', 'queue'),
      },
    ]
  },
}
