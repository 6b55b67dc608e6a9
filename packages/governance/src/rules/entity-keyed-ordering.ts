import { patternRule } from '../pattern-rule.ts'

export const entityKeyedOrdering = patternRule({
  code: 'entity_keyed_ordering',
  severities: ['info'],
  about: 'The key identifies something: events of one entity stay in order.',
  why: 'Consumers may rely on it, so the key is part of the contract.',
  at: 'message',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
        bindings: { kafka: { key: { type: string, title: orderId } } }
    bindings: { kafka: { partitions: 6 } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
    bindings: { kafka: { partitions: 1 } }
`,
})
