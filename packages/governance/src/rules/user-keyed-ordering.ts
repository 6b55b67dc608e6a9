import { patternRule } from '../pattern-rule.ts'

export const userKeyedOrdering = patternRule({
  code: 'user_keyed_ordering',
  severities: ['info'],
  about: 'The key names a person: events of one person stay in order.',
  why: 'Consumers may rely on it, so the key is part of the contract. It travels in the clear, also to the dead letter queue.',
  at: 'message',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
        bindings: { kafka: { key: { type: string, title: userId } } }
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
