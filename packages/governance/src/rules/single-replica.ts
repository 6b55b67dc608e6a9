import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const singleReplica: Rule = {
  code: 'single_replica',
  severities: ['warn'],
  about: 'A Kafka topic that promises delivery has one replica.',
  why: 'The loss of one broker is the loss of its partitions, and its restart an outage.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: { replicas: 1 } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: { replicas: 3 } }
`,
  check(manifest) {
    const { transport, guarantees, metadata } = manifest.delivery.contract
    if (transport !== 'kafka' || guarantees === 'best-effort' || metadata.replicas !== 1) return []
    return [
      {
        message: `Delivery is promised ${guarantees}, and the topic has one replica.`,
        fix: 'Use three replicas, and min.insync.replicas 2. For a broker on your own machine, leave replicas out.',
        pointer: channelPlace(manifest, 'bindings', 'kafka', 'replicas'),
      },
    ]
  },
}
