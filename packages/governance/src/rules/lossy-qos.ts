import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const lossyQos: Rule = {
  code: 'lossy_qos',
  severities: ['warn'],
  about: 'An MQTT event is sent with QoS 0, and the contract wishes more: a guarantee, retries or a dead letter queue.',
  why: 'QoS 0 is fire and forget. A message lost on the way is never seen by the retries and the dead letter queue.',
  bad: `channels:
  temperature:
    address: sensors/temperature
    messages:
      temperature:
        payload: { type: object, properties: { celsius: { type: number } } }
    x-dlq: sensors/temperature/failed
operations:
  record: { action: receive, channel: { $ref: '#/channels/temperature' }, bindings: { mqtt: { qos: 0 } } }
`,
  good: `channels:
  temperature:
    address: sensors/temperature
    messages:
      temperature:
        payload: { type: object, properties: { celsius: { type: number } } }
    x-dlq: sensors/temperature/failed
operations:
  record: { action: receive, channel: { $ref: '#/channels/temperature' }, bindings: { mqtt: { qos: 1 } } }
`,
  check(manifest) {
    const { transport, guarantees, dlq, retry_policy, metadata } = manifest.delivery.contract
    const wishesMore = guarantees !== 'best-effort' || dlq !== undefined || retry_policy !== 'none'
    if (transport !== 'mqtt' || (metadata.qos ?? 0) > 0 || !wishesMore) return []
    return [
      {
        message: 'QoS 0 cannot keep what the contract wishes: messages may be lost before anyone has seen them.',
        fix: 'Use QoS 1 on both sides, or declare x-delivery: { guarantees: best-effort } and drop the dead letter queue.',
        pointer: channelPlace(manifest),
      },
    ]
  },
}
