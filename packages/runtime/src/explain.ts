import { resolveRetry } from './backoff.ts'
import type { ConsumerContract } from './consumer-contract.ts'
import type { ConsumerOptions } from './options.ts'
import type { Step } from './step.ts'
import type { Subscription, Transport } from './transport.ts'

export interface ExplainParts<Event> {
  readonly contract: ConsumerContract<Event>
  readonly transport: Pick<Transport, 'name' | 'capabilities'>
  readonly subscription: Subscription
  readonly settings: Required<
    Pick<
      ConsumerOptions<Event>,
      | 'concurrency'
      | 'window'
      | 'attemptTimeoutMs'
      | 'drainTimeoutMs'
      | 'laneAttempts'
      | 'effects'
      | 'leaseMs'
      | 'onDeadLetter'
    >
  > &
    Pick<ConsumerOptions<Event>, 'store' | 'parking'>
  /** What the broker said about the membership of the group; known once connected. */
  readonly member?: string | undefined
  readonly steps: readonly Pick<Step<never, never>, 'name' | 'about'>[]
}

/** What this consumer guarantees, in words a person on call can act on. */
export function explain<Event>(parts: ExplainParts<Event>): string {
  const { contract, transport, subscription, settings, steps } = parts
  const lines = [
    `${contract.urn}`,
    `  reads      ${sources(subscription)} on ${transport.name}, group ${subscription.group ?? 'none (commits nothing)'}`,
    ...(parts.member === undefined ? [] : [`  member     ${parts.member}`]),
    `  guarantee  ${guarantee(parts)}`,
    `  order      ${order(parts)}`,
    `  dead to    ${subscription.dlq}, confirmed before the original is let go`,
    `  redriven   through ${subscription.retryTopic}${subscription.group === undefined ? '' : ', which only this group reads'}`,
    ...givenUp(subscription).map((what) => `  gives up   ${what}`),
    `  PII        ${contract.pii.length === 0 ? 'none declared' : `${contract.pii.join(', ')} (masked in logs, true in the handler)`}`,
    `  bounds     ${settings.concurrency} handlers at once, ${settings.window} unsettled per partition, ${settings.attemptTimeoutMs / 1_000} s per attempt, ${settings.drainTimeoutMs / 1_000} s to drain`,
    ...prefetch(subscription),
    ...Object.entries(transport.capabilities.why).map(([ability, why]) => `  lacks      ${ability}: ${why}`),
    ...steps.map(({ name, about }, index) => `  ${index + 1}. ${name.padEnd(12)} ${about}`),
    `  ${steps.length + 1}. handle`,
  ]
  return lines.join('\n')
}

/** What a broker that counts unacknowledged messages hands out; 1 makes any concurrency idle. */
function prefetch({ bindings: { amqp } }: Subscription): readonly string[] {
  if (amqp?.prefetch === undefined) return []
  const remark =
    amqp.prefetch === 1 ? ': one message after the other; a higher prefetch lets keys run side by side' : ''
  return [`  prefetch   ${amqp.prefetch} unacknowledged at once${remark}`]
}

function sources({ topics, pattern }: Subscription): string {
  return [...topics, ...(pattern === undefined ? [] : [`every topic like ${pattern}`])].join(', ')
}

/** What a consumer of one topic in a group has, and this one has not. */
function givenUp({ group, pattern, retryTopic, topics }: Subscription): readonly string[] {
  const several = pattern !== undefined || topics.length > 1
  return [
    ...(several
      ? ['order between topics: it holds inside each partition, also for a key that several topics have']
      : []),
    ...(pattern === undefined ? [] : ['a say in what is read: each new topic that matches is, from its first message']),
    ...(group === undefined
      ? [
          'a position: each start reads anew, and what cannot be handled becomes a dead letter each time',
          'sharing: every process gets every message',
          `a retry lane of its own: every consumer of the topic without a group reads ${retryTopic}`,
        ]
      : []),
  ]
}

function guarantee<Event>({ subscription: { group }, settings }: ExplainParts<Event>): string {
  const { effects, leaseMs, store } = settings
  if (group === undefined) return 'best effort: without a group nothing is committed, each start begins anew'
  if (store !== undefined && effects === 'transactional')
    return `exactly-once for what the handler writes through context.tx, while ${store.inbox.about}; at-least-once for all else`
  if (store !== undefined)
    return `at-least-once, repeated only when the process dies within ${leaseMs / 1_000} s between effect and confirmation; ${store.inbox.about}`
  return 'at-least-once: settled only after the effect or the dead letter is confirmed; after a crash up to a window of messages comes again'
}

function order<Event>({ contract, transport, settings }: ExplainParts<Event>): string {
  const wanted = contract.order ?? 'key'
  if (wanted === 'none') return 'none asked for'
  if (!transport.capabilities.orderPerKey)
    return `per ${wanted} inside this consumer only; ${transport.name} does not order messages across a group`
  if (settings.onDeadLetter === 'holdKey')
    return `per ${wanted}, also behind a dead letter: what follows it waits until it is redriven`
  if (settings.store?.parking !== undefined && settings.parking !== false)
    return `per ${wanted}, also while it waits to be retried; a dead letter lets later ones of its ${wanted} go on`
  const { attempts } = resolveRetry(contract.retry)
  if (transport.capabilities.delayedRetry !== 'loses-order' || attempts === 1)
    return `per ${wanted}; a dead letter lets later ones of its ${wanted} go on`
  const fails = attempts > settings.laneAttempts ? `fails ${settings.laneAttempts} times or ` : ''
  return `per ${wanted}, until a failing message ${fails}holds up ${Math.ceil(settings.window / 2)} others: it is then held back and later ones of its ${wanted} overtake it`
}
