import type { Delivery, Manifest } from '@longshore/manifest'
import { describeRetention, type Retention, retentionOf } from '../retention.ts'
import { code, table } from './markdown.ts'

/** How one event travels. */
export interface DeliveryOverview {
  readonly event: string
  readonly urn: string
  readonly transport: string
  readonly topic: string
  readonly guarantees: Delivery['guarantees']
  readonly retention: Retention
}

export function deliveryOverview(manifest: Manifest): DeliveryOverview {
  const { transport, topic, guarantees } = manifest.delivery.contract
  return {
    event: manifest.event.name,
    urn: manifest.urn,
    transport,
    topic,
    guarantees,
    retention: retentionOf(manifest),
  }
}

export function renderDelivery(events: readonly DeliveryOverview[]): string {
  const transports = Map.groupBy(events, ({ transport }) => transport)
  const tally = [...transports]
    .map(([transport, { length }]) => `${length} on ${transport}`)
    .sort()
    .join(', ')
  const rows = events.map(({ event, transport, topic, guarantees, retention }) => [
    code(event),
    transport,
    code(topic),
    guarantees,
    describeRetention(retention),
  ])
  return [`${tally}.`, table(['Event', 'Transport', 'Topic or queue', 'Guarantee', 'Kept'], rows)].join('\n\n')
}
