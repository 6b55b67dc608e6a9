import { patternRule } from '../pattern-rule.ts'

export const balancedSchema = patternRule({
  code: 'balanced_schema',
  severities: ['info'],
  about: 'Between 20 and 70 % of the fields are optional.',
  why: 'A healthy mix. New fields should be optional.',
  at: 'message',
  bad: `channels:
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
  good: `channels:
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
})
