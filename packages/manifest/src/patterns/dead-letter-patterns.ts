import type { Pattern } from '../manifest.ts'
import type { PatternInput } from './pattern-input.ts'

/** Whether an event that fails for good ends where someone finds it. */
export function deadLetterPatterns({ delivery, schema }: PatternInput): readonly Pattern[] {
  const pii = schema.fields.filter((field) => field.pii).map(({ path }) => path)
  const retries = delivery.retry_policy !== 'none'
  if (delivery.dlq === undefined) return pii.length > 0 && retries ? [missing(pii)] : []
  if (!retries) return [withoutRetries(delivery.dlq)]
  return pii.length > 0 ? [configured(delivery.dlq, pii)] : []
}

function missing(pii: readonly string[]): Pattern {
  return {
    pattern: 'missing_dlq',
    confidence: 0.9,
    severity: 'error',
    message: `Personal data is retried, and no dead letter queue is declared: a failed event is lost or blocks the others.`,
    recommendation: 'Declare a dead letter queue with its retention, for instance x-dlq on the channel.',
    metadata: { pii },
  }
}

function withoutRetries(dlq: string): Pattern {
  return {
    pattern: 'dlq_without_retries',
    confidence: 0.75,
    severity: 'warn',
    message: `Dead letters go to ${dlq}, and no retry policy is declared: the first passing fault makes a dead letter.`,
    recommendation: 'Declare a retry policy, for instance x-retry: { backoff: exponential, maxAttempts: 3 }.',
    metadata: { dlq },
  }
}

function configured(dlq: string, pii: readonly string[]): Pattern {
  return {
    pattern: 'dlq_configured',
    confidence: 0.95,
    severity: 'info',
    message: `Personal data that cannot be processed goes to ${dlq} after the retries.`,
    recommendation: 'Give the dead letter queue its own retention and access rule: it holds personal data.',
    metadata: { dlq, pii },
  }
}
