import type { Manifest } from '@longshore/manifest'
import { type ChannelPlan, tellsOthers } from '../plan/channel-plan.ts'

/** What a reader of the consumer has to know: purpose, URN, PII, dead letters, order, and each warning with its advice. */
export function consumerComment(channel: ChannelPlan): string {
  const { events, transport } = channel
  const [{ manifest }] = events
  const purposes = events.map(({ manifest: { semantics }, name }) =>
    events.length === 1 ? sentence(semantics.purpose) : `- \`${name}\`: ${sentence(semantics.purpose)}`,
  )
  return [
    ...purposes,
    '',
    manifest.urn,
    pii(events),
    others(channel),
    ...delivery(manifest, transport),
    ...warnings(events),
  ]
    .filter((text) => text !== undefined)
    .join('\n')
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

function pii(events: ChannelPlan['events']): string | undefined {
  const fields = events.flatMap(({ manifest }) => manifest.schema.fields.filter((field) => field.pii))
  const named = new Map(
    fields.map(({ path, confidence }) => [path, `\`${path}\`${confidence === undefined ? '' : ` (${confidence})`}`]),
  )
  return named.size === 0 ? undefined : `PII: ${[...named.values()].join(', ')}.`
}

function others(channel: ChannelPlan): string | undefined {
  const { leftOut } = channel
  if (leftOut.length === 0) return undefined
  const fate = tellsOthers(channel)
    ? 'are counted and acknowledged'
    : 'go to the dead letters: nothing but its schema tells this event from them'
  return `Other messages of the channel, ${leftOut.map((name) => `\`${name}\``).join(', ')}, ${fate}.`
}

function delivery(manifest: Manifest, transport: ChannelPlan['transport']): readonly (string | undefined)[] {
  return [deadLetters(manifest), order(manifest), transport === 'amqp' ? prefetch(manifest) : undefined]
}

function prefetch({ delivery }: Manifest): string {
  const stated = delivery.contract.metadata.prefetch
  return stated === undefined
    ? 'Prefetch: 1, since the contract states none: one message after the other. State `prefetch` in its AMQP binding for more.'
    : `Prefetch: ${stated} unacknowledged at once.`
}

function deadLetters({ delivery }: Manifest): string {
  const { dlq } = delivery.contract
  return dlq === undefined
    ? 'Dead letters: none declared, so they go to the queue of the group.'
    : `Dead letters: \`${dlq}\`.`
}

function order({ patterns, delivery }: Manifest): string | undefined {
  const keyed = patterns.detected.find(({ pattern }) => pattern.endsWith('_ordering'))
  if (keyed !== undefined) return `Order: ${sentence(keyed.message)}`
  return delivery.contract.metadata.key === undefined ? undefined : 'Order: per message key.'
}

function warnings(events: ChannelPlan['events']): readonly string[] {
  const loud = events.flatMap(({ manifest }) =>
    manifest.patterns.detected.filter(({ severity }) => severity !== 'info'),
  )
  const lines = loud.map(
    ({ pattern, message, recommendation }) => `Warning: ${pattern}, ${sentence(message)} ${sentence(recommendation)}`,
  )
  return [...new Set(lines)]
}
