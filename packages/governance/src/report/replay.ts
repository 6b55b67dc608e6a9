import type { Manifest } from '@longshore/manifest'
import { hasPii } from '../pii.ts'
import { isCompacted, type Retention, retentionOf } from '../retention.ts'
import { code, table } from './markdown.ts'

/** An event whose replay brings back personal data. */
export interface ReplayRisk {
  readonly event: string
  readonly topic: string
  /** `cannot-forget`: compaction keeps the last event of each key. `replayable`: kept without end, or nobody knows how long. */
  readonly risk: 'cannot-forget' | 'replayable'
  readonly retention: Retention
}

/** Topics with personal data that a replay could bring back at any time. */
export function replayRisks(manifests: readonly Manifest[]): readonly ReplayRisk[] {
  return manifests.filter(hasPii).flatMap((manifest) => {
    const retention = retentionOf(manifest)
    if (!isCompacted(manifest) && retention.kind === 'bounded') return []
    const risk = isCompacted(manifest) ? 'cannot-forget' : 'replayable'
    return [{ event: manifest.event.name, topic: manifest.delivery.contract.topic, risk, retention }]
  })
}

export function renderReplay(events: readonly ReplayRisk[]): string {
  if (events.length === 0) return 'No topic brings back personal data after its retention.'
  const rows = events.map(({ event, topic, risk, retention }) => [
    code(event),
    code(topic),
    SAID[risk],
    retention.because,
  ])
  return table(['Event', 'Topic', 'Risk', 'Because'], rows)
}

const SAID = {
  'cannot-forget': '**cannot forget**: a person is gone only after a tombstone for each key and a run of the cleaner',
  replayable: '**replayable**: whoever starts from the beginning reads everything again',
} as const
