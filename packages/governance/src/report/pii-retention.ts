import type { Manifest } from '@longshore/manifest'
import { hasPii, piiOf } from '../pii.ts'
import {
  describeRetention,
  explainRetention,
  type Retention,
  type Risk,
  retentionOf,
  retentionRisk,
} from '../retention.ts'
import { code, plain, table } from './markdown.ts'

/** Where the personal data of one event is kept, and how long. */
export interface PiiRetention {
  readonly event: string
  readonly risk: Risk
  readonly retention: Retention
  /** Retention of the queue of its dead letters, where the contract describes that queue. */
  readonly deadLetters?: Retention
  /** Retention of its retry topic, where the contract describes that topic. */
  readonly retries?: Retention
  /** Why it may be kept, where the contract says so. */
  readonly legalBasis?: string
  readonly fields: readonly PersonalField[]
}

export interface PersonalField {
  readonly path: string
  readonly category?: string
  readonly confidence?: number
}

/** Events with personal data, the riskiest first. */
export function piiRetentions(manifests: readonly Manifest[]): readonly PiiRetention[] {
  const described = manifests.filter(hasPii).map((manifest) => piiRetention(manifest, manifests))
  return described.toSorted((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk))
}

const RISKS: readonly Risk[] = ['critical', 'high', 'medium', 'low']

function piiRetention(manifest: Manifest, all: readonly Manifest[]): PiiRetention {
  const { dlq, topic } = manifest.delivery.contract
  const { legal_basis: legalBasis } = manifest.governance.policy
  const retention = retentionOf(manifest)
  const deadLetters = dlq === undefined ? undefined : retentionAt(all, (other) => other === dlq)
  const retries = retentionAt(all, (other) => other.startsWith(`${topic}.`) && other.endsWith('.retry'))
  return {
    event: manifest.event.name,
    risk: retentionRisk(retention),
    retention,
    ...(deadLetters && { deadLetters }),
    ...(retries && { retries }),
    ...(legalBasis !== undefined && { legalBasis }),
    fields: piiOf(manifest).map(({ path, category, confidence }) => ({
      path,
      ...(category !== undefined && { category }),
      ...(confidence !== undefined && { confidence }),
    })),
  }
}

function retentionAt(all: readonly Manifest[], isWanted: (topic: string) => boolean): Retention | undefined {
  const found = all.find(({ delivery }) => isWanted(delivery.contract.topic))
  return found && retentionOf(found)
}

export function renderPiiRetention(events: readonly PiiRetention[]): string {
  if (events.length === 0) return 'No event carries personal data that could be found.'
  const rows = events.map(({ event, risk, retention, deadLetters, retries, legalBasis, fields }) => [
    code(event),
    `**${risk}**`,
    explainRetention(retention),
    retries ? describeRetention(retries) : 'not declared',
    deadLetters ? describeRetention(deadLetters) : 'not declared',
    legalBasis === undefined ? 'not declared' : plain(legalBasis),
    fields
      .map(({ path, confidence }) => (confidence === undefined ? code(path) : `${code(path)} ${confidence}`))
      .join(', '),
  ])
  return [
    'Critical: without end, or for a time nobody declared. High: over 30 days. Medium: 7 to 30 days. Low: less.',
    table(
      ['Event', 'Risk', 'Kept', 'Retry copy', 'Dead letters', 'Legal basis', 'Personal fields and confidence'],
      rows,
    ),
    COPIES,
  ].join('\n\n')
}

const COPIES = `A consumer's inbox and outbox hold copies too. They keep an entry longer than the source, its retries and its dead
letters together, so that nothing is done twice: their retention is at least the longest above, and must be counted when a person is
erased.`
