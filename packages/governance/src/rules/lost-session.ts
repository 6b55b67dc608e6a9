import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const lostSession: Rule = {
  code: 'lost_session',
  severities: ['warn'],
  about: 'An MQTT subscriber asks for QoS 1 or 2, and its session ends with the connection.',
  why: 'The broker forgets the subscription at every restart of the consumer. What is sent meanwhile is lost, whatever the QoS.',
  bad: `channels:
  temperature:
    address: sensors/temperature
    messages:
      temperature: { payload: { type: object, properties: { celsius: { type: number } } } }
servers:
  broker: { host: 'localhost:1883', protocol: mqtt, bindings: { mqtt: { cleanSession: true } } }
operations:
  record: { action: receive, channel: { $ref: '#/channels/temperature' }, bindings: { mqtt: { qos: 1 } } }
`,
  good: `channels:
  temperature:
    address: sensors/temperature
    messages:
      temperature: { payload: { type: object, properties: { celsius: { type: number } } } }
servers:
  broker: { host: 'localhost:1883', protocol: mqtt, bindings: { mqtt: { cleanSession: false, sessionExpiryInterval: 86400 } } }
operations:
  record: { action: receive, channel: { $ref: '#/channels/temperature' }, bindings: { mqtt: { qos: 1 } } }
`,
  check(manifest) {
    const { transport, metadata } = manifest.delivery.contract
    const ends =
      metadata.session_expiry === 0 || (metadata.clean_session === true && metadata.session_expiry === undefined)
    if (transport !== 'mqtt' || (metadata.qos ?? 0) === 0 || !ends) return []
    return [
      {
        message: `QoS ${metadata.qos} with a session that ends at disconnect: what is sent while the consumer is away is lost.`,
        fix: 'Set cleanSession: false and a sessionExpiryInterval longer than your longest outage, with a fixed client id.',
        pointer: channelPlace(manifest),
      },
    ]
  },
}
