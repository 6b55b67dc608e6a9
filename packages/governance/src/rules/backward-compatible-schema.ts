import { patternRule } from '../pattern-rule.ts'

export const backwardCompatibleSchema = patternRule({
  code: 'backward_compatible_schema',
  severities: ['info'],
  about: 'More than 70 % of the fields are optional.',
  why: 'The schema can change freely; in turn every reader must expect any field to be absent.',
  at: 'message',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload:
          type: object
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
