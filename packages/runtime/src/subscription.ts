import type { ConsumerContract } from './consumer-contract.ts'
import { dlqOf, LETTER_TOPIC } from './dead-letter.ts'
import { Failure } from './failure.ts'
import type { ConsumerOptions } from './options.ts'
import type { Capabilities, Subscription } from './transport.ts'

type Facts = Pick<ConsumerContract<unknown>, 'topic' | 'group' | 'dlq' | 'bindings'>

type Settings = Required<Pick<ConsumerOptions<never>, 'window' | 'from' | 'concurrency' | 'laneAttempts'>> &
  Pick<ConsumerOptions<never>, 'topics' | 'topicPattern'>

/** What the contract and the options ask of a transport. Refuses what contradicts itself, and what the transport cannot do. */
export function subscriptionOf(
  contract: Facts,
  settings: Settings,
  { topicPatterns }: Pick<Capabilities, 'topicPatterns'> = {},
): Subscription {
  const { topic, group } = contract
  const { topicPattern: pattern, topics = pattern === undefined ? [topic] : [] } = settings
  if (pattern !== undefined && topicPatterns === undefined)
    throw contradiction('topicPattern is set, and this transport cannot read by pattern; name the topics in topics.')
  const ending = group === undefined ? '' : `.${group}`
  // A channel's address may have parameters, which no topic's name can hold.
  const owner = pattern === undefined ? topic : topic.replace(/[{}]/g, '')
  const several = topicPatterns === true && (pattern !== undefined || topics.length > 1)
  const subscription = {
    address: topic,
    topics,
    ...(pattern === undefined ? {} : { pattern }),
    ...(group === undefined ? {} : { group }),
    dlq: contract.dlq ?? `${several ? LETTER_TOPIC : owner}${ending}.dlq`,
    retryTopic: `${owner}${ending}.retry`,
    from: settings.from,
    window: settings.window,
    bindings: contract.bindings ?? {},
  }
  refuseContradictions(subscription, settings)
  return subscription
}

function refuseContradictions(
  { topics, dlq, retryTopic }: Subscription,
  { window, concurrency, laneAttempts }: Settings,
): void {
  if (topics.some((topic) => topics.includes(dlqOf({ dlq }, topic))))
    throw contradiction(
      `The dead letter queue ${dlq} is the topic that is consumed: a dead letter would come back at once.`,
    )
  if (dlq === retryTopic) throw contradiction(`${dlq} is both the dead letter queue and the retry lane.`)
  for (const [name, value] of Object.entries({ window, concurrency, laneAttempts })) {
    if (!Number.isInteger(value) || value < 1)
      throw contradiction(`${name} is ${value}; it must be a whole number of at least 1.`)
  }
}

function contradiction(message: string): Failure {
  return new Failure('CONTRADICTORY_OPTIONS', message)
}
