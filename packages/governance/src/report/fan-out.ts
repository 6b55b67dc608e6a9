import type { Manifest } from '@longshore/manifest'
import { hasPii, piiOf } from '../pii.ts'
import { code, table } from './markdown.ts'

/** An event that several receivers read. */
export interface FanOut {
  readonly event: string
  readonly receivers: number
  readonly pii: boolean
  /** Copies of personal fields that the receivers keep together. */
  readonly exposedFields: number
}

/** Events with more than one receiver, the widest first. */
export function fanOuts(manifests: readonly Manifest[]): readonly FanOut[] {
  const wide = manifests.flatMap((manifest) => {
    const { receivers = 0 } = manifest.delivery.contract.metadata
    const exposedFields = receivers * piiOf(manifest).length
    return receivers > 1 ? [{ event: manifest.event.name, receivers, pii: hasPii(manifest), exposedFields }] : []
  })
  return wide.toSorted((a, b) => b.receivers - a.receivers)
}

export function renderFanOut(events: readonly FanOut[]): string {
  if (events.length === 0) return 'No event has more than one receiver.'
  const rows = events.map(({ event, receivers, pii, exposedFields }) => [
    code(event),
    String(receivers),
    pii ? `retained data and PII exposure times ${receivers}` : `retained data times ${receivers}`,
    pii ? String(exposedFields) : '',
  ])
  return table(['Event', 'Receivers', 'Effect', 'Copies of personal fields'], rows)
}
