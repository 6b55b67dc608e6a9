import { patternRule } from '../pattern-rule.ts'

export const routingKeyOrdering = patternRule({
  code: 'routing_key_ordering',
  severities: ['info'],
  about: 'A routing key decides which queue gets the event, and so what stays in order.',
  why: 'Within a queue events stay in order only while a single consumer is active.',
  at: 'channel',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
    bindings: { amqp: { is: routingKey, routingKey: order.placed, exchange: { name: orders, type: topic } } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
    bindings: { amqp: { is: queue, queue: { name: order.placed } } }
`,
})
