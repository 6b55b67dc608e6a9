import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const toldApartBySchema: Rule = {
  code: 'told_apart_by_schema',
  severities: ['warn'],
  about: 'Several events share a channel, and only their schemas tell them apart.',
  why: 'A consumer must try one schema after another. The first new optional field may send events to the wrong handler.',
  bad: `channels:
  orders:
    address: orders
    messages:
      placed: { payload: { type: object, properties: { orderId: { type: string } } } }
      cancelled: { payload: { type: object, properties: { orderId: { type: string }, reason: { type: string } } } }
    bindings: { kafka: {} }
`,
  good: `channels:
  orders:
    address: orders
    messages:
      placed:
        payload:
          type: object
          required: [type]
          properties: { type: { const: placed }, orderId: { type: string } }
      cancelled:
        payload:
          type: object
          required: [type]
          properties: { type: { const: cancelled }, orderId: { type: string }, reason: { type: string } }
    bindings: { kafka: {} }
`,
  check: (manifest) =>
    manifest.channel.told_apart_by?.kind === 'schema'
      ? [
          {
            message: 'Nothing but the schema tells the events of this channel apart.',
            fix: 'Give each a required property with a constant, for instance event_type, or a header.',
            pointer: channelPlace(manifest, 'messages'),
          },
        ]
      : [],
}
