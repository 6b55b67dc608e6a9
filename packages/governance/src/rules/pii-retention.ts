import { hasPii, listed, piiOf } from '../pii.ts'
import { channelPlace } from '../places.ts'
import { explainRetention, isCompacted, retentionOf, retentionRisk, SEVERITY_OF_RISK } from '../retention.ts'
import type { Rule } from '../rule.ts'

/** Compacted topics are left to `compacted_pii`: what they keep does not depend on age. */
export const piiRetention: Rule = {
  code: 'pii_retention',
  severities: ['error', 'warn', 'info'],
  about:
    'Personal data is kept by the broker: without end or for a time not said (critical, error), over 30 days (high, error), 7 to 30 days (medium, warn), less (low, info).',
  why: 'What is not kept cannot leak and need not be erased. Whoever replays the topic reads the data of people who are long gone.',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: { topicConfiguration: { retention.ms: -1 } } }
`,
  good: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { userId: { type: string, x-pii: false } } }
    bindings: { kafka: { topicConfiguration: { retention.ms: -1 } } }
`,
  check(manifest) {
    const retention = retentionOf(manifest)
    if (!hasPii(manifest) || isCompacted(manifest) || (retention.kind === 'bounded' && retention.ms === 0)) return []
    const risk = retentionRisk(retention)
    const basis = manifest.governance.policy.legal_basis
    const paths = listed(piiOf(manifest).map(({ path }) => path))
    const kept = retention.kind === 'unknown' ? 'for a time nobody declared' : explainRetention(retention)
    return [
      {
        severity: SEVERITY_OF_RISK[risk],
        message: `Personal data (${paths}) is kept ${kept}: ${risk} risk${basis ? ` (legal basis: ${basis})` : ''}.`,
        fix: FIX[risk],
        pointer: channelPlace(
          manifest,
          'bindings',
          manifest.delivery.contract.transport,
          'topicConfiguration',
          'retention.ms',
        ),
      },
    ]
  },
}

const FIX = {
  critical:
    'Declare a retention (Kafka: topicConfiguration.retention.ms, AMQP: a message TTL, else x-retention) of 30 days or less.',
  high: 'Keep it 30 days or less, or move the personal fields out of the event and keep a reference.',
  medium: 'Keep it under 7 days if replays allow.',
  low: 'Nothing to do. Keep it that short.',
} as const
