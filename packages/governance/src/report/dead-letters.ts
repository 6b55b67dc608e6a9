import type { Delivery, Manifest } from '@longshore/manifest'
import { hasPii } from '../pii.ts'
import { code, table } from './markdown.ts'

/** What becomes of one event that fails. */
export interface DeadLetters {
  readonly event: string
  readonly dlq?: string
  readonly retryPolicy: Delivery['retry_policy']
  /** Total tries, the first included. */
  readonly attempts?: number
  readonly firstWaitMs?: number
  readonly pii: boolean
  /** Patterns that speak of it: `missing_dlq`, `dlq_configured`. */
  readonly patterns: readonly string[]
}

export function deadLetters(manifests: readonly Manifest[]): readonly DeadLetters[] {
  return manifests.map((manifest) => {
    const { dlq, retry_policy, metadata } = manifest.delivery.contract
    const attempts = metadata['retry.max.attempts']
    const firstWaitMs = metadata['retry.backoff.ms']
    return {
      event: manifest.event.name,
      ...(dlq !== undefined && { dlq }),
      retryPolicy: retry_policy,
      ...(attempts !== undefined && { attempts }),
      ...(firstWaitMs !== undefined && { firstWaitMs }),
      pii: hasPii(manifest),
      patterns: manifest.patterns.detected.map(({ pattern }) => pattern).filter((name) => PATTERNS.has(name)),
    }
  })
}

const PATTERNS = new Set([
  'missing_dlq',
  'dlq_without_retries',
  'dlq_configured',
  'exponential_without_backoff',
  'unreasonable_backoff',
  'retry_without_max_attempts',
])

export function renderDeadLetters(events: readonly DeadLetters[]): string {
  const declared = events.filter(({ dlq }) => dlq !== undefined).length
  const rows = events.map((event) => [
    code(event.event),
    event.dlq === undefined ? 'none' : code(event.dlq),
    retries(event),
    event.pii ? 'yes' : 'no',
    event.patterns.map(code).join(', '),
  ])
  return [
    `${declared} of ${events.length} events declare where their dead letters go.`,
    table(['Event', 'Dead letter queue', 'Retries', 'Personal data', 'Patterns'], rows),
  ].join('\n\n')
}

function retries({ retryPolicy, attempts, firstWaitMs }: DeadLetters): string {
  if (retryPolicy === 'none') return 'none'
  const bound = attempts === undefined ? 'no bound' : `${attempts} tries`
  return [retryPolicy, bound, ...(firstWaitMs === undefined ? [] : [`first wait ${firstWaitMs} ms`])].join(', ')
}
