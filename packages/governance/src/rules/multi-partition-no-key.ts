import { patternRule } from '../pattern-rule.ts'

export const multiPartitionNoKey = patternRule({
  code: 'multi_partition_no_key',
  severities: ['warn'],
  about: 'A topic has more than one partition, and events have no key.',
  why: 'Two events of one entity are read in any order: the update may come before the creation.',
  at: 'channel',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
    bindings: { kafka: { partitions: 6 } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
        bindings: { kafka: { key: { type: string, title: orderId } } }
    bindings: { kafka: { partitions: 6 } }
`,
})
