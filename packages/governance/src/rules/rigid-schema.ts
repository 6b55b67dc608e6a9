import { patternRule } from '../pattern-rule.ts'

export const rigidSchema = patternRule({
  code: 'rigid_schema',
  severities: ['warn'],
  about: 'Less than 20 % of the fields are optional.',
  why: 'Hardly a field can be dropped without breaking readers that were promised it.',
  at: 'message',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload:
          type: object
          required: [orderId, total, currency, note]
          properties:
            orderId: { type: string }
            total: { type: number }
            currency: { type: string }
            note: { type: string }
    bindings: { kafka: {} }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload:
          type: object
          required: [orderId, total]
          properties:
            orderId: { type: string }
            total: { type: number }
            currency: { type: string }
            note: { type: string }
    bindings: { kafka: {} }
`,
})
