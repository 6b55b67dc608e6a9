import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const unknownTransport: Rule = {
  code: 'unknown_transport',
  severities: ['warn'],
  about: 'Nothing in the document says how the event travels.',
  why: 'Retention, order and dead letters cannot be judged, and no consumer can be generated without being told the transport.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
`,
  good: `servers:
  production: { host: 'kafka.example.com:9092', protocol: kafka }
channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
`,
  check: (manifest) =>
    manifest.delivery.contract.transport === 'unknown'
      ? [
          {
            message: 'The transport is unknown: there is no server protocol and no binding.',
            fix: 'Add a server with its protocol, or a binding to the channel; or name the transport in longshore.yaml.',
            pointer: channelPlace(manifest),
          },
        ]
      : [],
}
