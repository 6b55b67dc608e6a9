import { messagePlace } from '../places.ts'
import type { Rule } from '../rule.ts'

/** Silent about languages that are not analysed: reading the document says so already, as `schema_not_analysed`. */
export const noPayloadSchema: Rule = {
  code: 'no_payload_schema',
  severities: ['info'],
  about: 'The payload has no schema.',
  why: 'No field was looked at. That no personal data was found says nothing here, and nothing can be validated.',
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
    if (payload !== undefined || format === 'protobuf' || format === 'raml') return []
    return [
      {
        message: 'The payload has no schema: whether it carries personal data is unknown.',
        fix: 'Describe the payload as JSON Schema or Avro.',
        pointer: messagePlace(manifest),
      },
    ]
  },
}
