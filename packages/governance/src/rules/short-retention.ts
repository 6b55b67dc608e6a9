import { channelPlace } from '../places.ts'
import { describeRetention, retentionOf } from '../retention.ts'
import type { Rule } from '../rule.ts'

const NIGHT_MS = 12 * 60 * 60 * 1_000

export const shortRetention: Rule = {
  code: 'short_retention',
  severities: ['warn'],
  about: 'A topic that promises delivery keeps events for less than 12 hours.',
  why: 'A consumer that stops in the evening and is looked at in the morning has lost events, although nobody did anything wrong.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: { topicConfiguration: { retention.ms: 3600000 } } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: { topicConfiguration: { retention.ms: 604800000 } } }
`,
  check(manifest) {
    const { transport, guarantees } = manifest.delivery.contract
    const retention = retentionOf(manifest)
    const short = retention.kind === 'bounded' && retention.ms < NIGHT_MS
    if (transport !== 'kafka' || guarantees === 'best-effort' || !short) return []
    return [
      {
        message: `Events are kept ${describeRetention(retention)}: a consumer that is away longer loses some.`,
        fix: 'Keep events longer than your longest outage, three days cover a weekend; or promise best-effort only.',
        pointer: channelPlace(manifest, 'bindings', 'kafka', 'topicConfiguration', 'retention.ms'),
      },
    ]
  },
}
