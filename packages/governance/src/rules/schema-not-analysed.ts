import { messagePlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const schemaNotAnalysed: Rule = {
  code: 'schema_not_analysed',
  severities: ['info'],
  about: 'The payload has no schema, or one in a language that is not analysed.',
  why: 'No field was looked at. That no personal data was found says nothing here.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { title: Order placed }
    bindings: { kafka: {} }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: {} }
`,
  check(manifest) {
    const { payload, format } = manifest.schema
    if (payload !== undefined) return []
    const message =
      format === 'protobuf' || format === 'raml'
        ? `The payload is ${format}, which is not analysed`
        : 'The payload has no schema'
    return [
      {
        message: `${message}: whether it carries personal data is unknown.`,
        fix: 'Describe the payload as JSON Schema or Avro, or name its personal fields in longshore.yaml.',
        pointer: messagePlace(manifest),
      },
    ]
  },
}
