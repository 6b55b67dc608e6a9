import { patternRule } from '../pattern-rule.ts'

export const keyedOrdering = patternRule({
  code: 'keyed_ordering',
  severities: ['info'],
  about: 'There is a key: events with one key stay in order.',
  why: 'Consumers may rely on it, so the key is part of the contract. A title tells them what it is.',
  at: 'message',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
        bindings: { kafka: { key: { type: string } } }
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
