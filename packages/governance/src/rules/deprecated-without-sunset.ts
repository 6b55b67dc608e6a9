import type { Rule } from '../rule.ts'

export const deprecatedWithoutSunset: Rule = {
  code: 'deprecated_without_sunset',
  severities: ['info'],
  about: 'An event is deprecated, and nobody says until when it is sent.',
  why: 'Readers do not move without a date.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { x-deprecated: true, payload: { type: object, properties: { orderId: { type: string } } } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { x-deprecated: true, x-sunset: '2027-01-31', payload: { type: object, properties: { orderId: { type: string } } } }
`,
  check({ event, metadata }) {
    const { status, sunset_at: until } = event.lifecycle
    if (status !== 'deprecated' || until !== undefined) return []
    return [
      {
        message: 'The event is deprecated without a date.',
        fix: 'Add the date of its last day, x-sunset.',
        pointer: metadata.pointer,
      },
    ]
  },
}
