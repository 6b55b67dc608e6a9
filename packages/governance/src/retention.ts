import { type Severity, thousands } from '@longshore/contract'
import { type Manifest, parseRetention } from '@longshore/manifest'

/** How long a broker keeps an event, and what says so. */
export type Retention =
  | { readonly kind: 'bounded'; readonly ms: number; readonly because: string }
  | { readonly kind: 'infinite' | 'unknown'; readonly because: string }

/** What a retention means for personal data. */
export type Risk = 'critical' | 'high' | 'medium' | 'low'

const DAY_MS = 24 * 60 * 60 * 1_000

/** Over 30 days is high, 7 to 30 days medium, less is low; without end, or not said, is critical. */
export function retentionRisk(retention: Retention): Risk {
  if (retention.kind !== 'bounded' || retention.ms < 0) return 'critical'
  if (retention.ms > 30 * DAY_MS) return 'high'
  return retention.ms >= 7 * DAY_MS ? 'medium' : 'low'
}

export const SEVERITY_OF_RISK: { readonly [risk in Risk]: Severity } = Object.freeze({
  critical: 'error',
  high: 'error',
  medium: 'warn',
  low: 'info',
})

/**
 * Retention as declared; the transport decides where nothing is. What a person reviewed stands above all (it is `retention_ms`). A
 * manifest written by hand may say it as a text: `7d`, `PT24H`, `infinite`.
 */
export function retentionOf(manifest: Manifest): Retention {
  const { transport, metadata } = manifest.delivery.contract
  if (isCompacted(manifest) && !isDeleted(manifest)) {
    return { kind: 'infinite', because: 'log compaction keeps the last event of each key' }
  }
  const declared = parseRetention(metadata.retention_ms ?? metadata.retention)
  if (declared !== undefined) return kept(declared, 'declared as retention')
  if (metadata.ttl !== undefined) return kept(metadata.ttl, 'declared as message TTL')
  if (transport === 'mqtt') return mqttRetention(manifest)
  if (UNSTORED.has(transport)) return { kind: 'bounded', ms: 0, because: `${transport} keeps nothing` }
  return { kind: 'unknown', because: 'no retention is declared' }
}

/** Whether a topic's log is compacted, by itself or beside deletion by age. */
export function isCompacted({ delivery }: Manifest): boolean {
  return delivery.contract.metadata.cleanup_policy?.includes('compact') ?? false
}

/** `7 days`, `90 minutes`, `for ever`. */
export function describeRetention(retention: Retention): string {
  if (retention.kind !== 'bounded') return retention.kind === 'infinite' ? 'for ever' : 'unknown'
  return retention.ms === 0 ? 'not kept' : describeMs(retention.ms)
}

/** The same with its reason, where the number alone does not give it. */
export function explainRetention(retention: Retention): string {
  const text = describeRetention(retention)
  return retention.kind === 'bounded' && retention.ms > 0 ? text : `${text} (${retention.because})`
}

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['year', 365 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 60 * 60 * 1_000],
  ['minute', 60 * 1_000],
  ['second', 1_000],
]

/** The largest unit that gives a whole number; a year has 365 days. */
function describeMs(ms: number): string {
  const [name, unitMs] = UNITS.find(([, unit]) => ms % unit === 0) ?? ['ms', 1]
  const count = ms / unitMs
  return name === 'ms' || count === 1 ? `${count} ${name}` : `${thousands(count)} ${name}s`
}

/** Transports that hand a message over and keep none. */
const UNSTORED = new Set<string>(['ws', 'http'])

/** The largest value of the four bytes: a session that never expires (MQTT 5, section 3.1.2.11.2). */
const NEVER_EXPIRES = 0xffff_ffff

function mqttRetention({ delivery }: Manifest): Retention {
  const { retain, qos, clean_session: clean, session_expiry: expiry } = delivery.contract.metadata
  if (retain === true) return { kind: 'infinite', because: 'the broker retains the last message of each topic' }
  if (expiry === NEVER_EXPIRES) return { kind: 'infinite', because: 'the session never expires' }
  if (expiry !== undefined) return kept(expiry * 1_000, 'declared as session expiry')
  if (clean === true || qos === undefined || qos === 0)
    return { kind: 'bounded', ms: 0, because: 'no session keeps it' }
  return { kind: 'unknown', because: 'no session expiry is declared' }
}

function kept(ms: number, because: string): Retention {
  return ms < 0 ? { kind: 'infinite', because } : { kind: 'bounded', ms, because }
}

function isDeleted({ delivery }: Manifest): boolean {
  return delivery.contract.metadata.cleanup_policy?.includes('delete') ?? false
}
