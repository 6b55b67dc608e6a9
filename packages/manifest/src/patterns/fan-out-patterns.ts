import type { Pattern } from '../manifest.ts'
import type { PatternInput } from './pattern-input.ts'

/** More receivers than this are a high fan-out. */
const MODERATE_RECEIVERS = 3

/** How many receivers keep their own copy of the event's data. */
export function fanOutPatterns({ delivery, schema }: PatternInput): readonly Pattern[] {
  const receivers = delivery.metadata.receivers ?? 0
  const pii = schema.fields.some((field) => field.pii)
  if (receivers > MODERATE_RECEIVERS) return [high(receivers, pii)]
  return receivers > 1 ? [moderate(receivers)] : []
}

function high(receivers: number, pii: boolean): Pattern {
  return {
    pattern: 'high_fanout',
    confidence: 0.75,
    severity: pii ? 'warn' : 'info',
    message: `${receivers} receivers: retained data${pii ? ' and PII exposure' : ''} times ${receivers}.`,
    recommendation: pii
      ? 'Send identifiers and let receivers that need more ask for it, or keep personal data in its own event.'
      : 'Keep the payload small and its schema compatible: every change reaches all receivers.',
    metadata: { receivers, pii },
  }
}

function moderate(receivers: number): Pattern {
  return {
    pattern: 'moderate_fanout',
    confidence: 0.7,
    severity: 'info',
    message: `${receivers} receivers read the event.`,
    recommendation: 'Tell all of them before the schema changes.',
    metadata: { receivers },
  }
}
