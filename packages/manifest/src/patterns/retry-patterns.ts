import type { Pattern } from '../manifest.ts'
import type { PatternInput } from './pattern-input.ts'

/** Bounds of a sensible first wait: below it a retry meets the same fault, above it a key waits too long. */
const SHORTEST_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 60_000

/** Whether retries wait, wait sensibly, and end. */
export function retryPatterns({ delivery }: PatternInput): readonly Pattern[] {
  if (delivery.retry_policy === 'none') return []
  const backoffMs = delivery.metadata['retry.backoff.ms']
  const unbounded = delivery.transport === 'amqp' && !isBounded(delivery.metadata)
  return [
    ...(delivery.retry_policy === 'exponential' && backoffMs === undefined ? [WITHOUT_BACKOFF] : []),
    ...(backoffMs !== undefined && !isReasonable(backoffMs) ? [unreasonable(backoffMs)] : []),
    ...(unbounded ? [WITHOUT_BOUND] : []),
  ]
}

function isReasonable(backoffMs: number): boolean {
  return backoffMs >= SHORTEST_BACKOFF_MS && backoffMs <= LONGEST_BACKOFF_MS
}

function isBounded(metadata: PatternInput['delivery']['metadata']): boolean {
  return metadata['x-max-retries'] !== undefined || metadata['retry.max.attempts'] !== undefined
}

const WITHOUT_BACKOFF: Pattern = {
  pattern: 'exponential_without_backoff',
  confidence: 0.8,
  severity: 'warn',
  message: 'The retry policy is exponential, and no first wait is declared: each consumer chooses its own.',
  recommendation: 'Declare the first wait, for instance initialDelayMs: 1000.',
  metadata: {},
}

const WITHOUT_BOUND: Pattern = {
  pattern: 'retry_without_max_attempts',
  confidence: 0.8,
  severity: 'warn',
  message: 'Retries have no bound: an event that always fails is delivered for ever.',
  recommendation: 'Declare x-max-retries, or a delivery limit on a quorum queue.',
  metadata: {},
}

function unreasonable(backoffMs: number): Pattern {
  return {
    pattern: 'unreasonable_backoff',
    confidence: 0.75,
    severity: 'warn',
    message: `The first wait before a retry is ${backoffMs} ms, outside ${SHORTEST_BACKOFF_MS} to ${LONGEST_BACKOFF_MS} ms.`,
    recommendation: 'Start between 100 ms and 60 s; 1 s suits most services.',
    metadata: { 'retry.backoff.ms': backoffMs },
  }
}
