import { patternRule } from '../pattern-rule.ts'

export const moderateFanout = patternRule({
  code: 'moderate_fanout',
  severities: ['info'],
  about: 'Two or three receivers read the event.',
  why: 'A change of the schema must be agreed with each of them.',
  at: 'channel',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
    bindings: { kafka: {} }
operations:
  billing: { action: receive, channel: { $ref: '#/channels/orderPlaced' } }
  shipping: { action: receive, channel: { $ref: '#/channels/orderPlaced' } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
    bindings: { kafka: {} }
operations:
  billing: { action: receive, channel: { $ref: '#/channels/orderPlaced' } }
`,
})
