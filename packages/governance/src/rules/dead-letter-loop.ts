import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const deadLetterLoop: Rule = {
  code: 'dead_letter_loop',
  severities: ['error'],
  about: 'The dead letter queue is the topic itself.',
  why: 'What cannot be processed comes back as a new event, for ever, and faster than people can react.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: {} }
    x-dlq: order.placed
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: {} }
    x-dlq: order.placed.dlq
`,
  check(manifest) {
    const { dlq, topic } = manifest.delivery.contract
    if (dlq === undefined || dlq !== topic) return []
    const message = `Dead letters of ${topic} go to ${topic}: each comes back as a new event.`
    return [
      {
        message,
        fix: `Name another destination, for instance ${topic}.dlq.`,
        pointer: channelPlace(manifest, 'x-dlq'),
      },
    ]
  },
}
