import type { ConsumerContract } from './consumer-contract.ts'
import { Failure } from './failure.ts'
import type { ConsumerOptions } from './options.ts'
import type { Subscription } from './transport.ts'

type Facts = Pick<ConsumerContract<unknown>, 'topic' | 'group' | 'dlq' | 'bindings'>

type Settings = Required<Pick<ConsumerOptions<never>, 'window' | 'from' | 'concurrency' | 'laneAttempts'>> &
  Pick<ConsumerOptions<never>, 'topics'>

/** What the contract and the options ask of a transport. Refuses what contradicts itself. */
export function subscriptionOf(contract: Facts, settings: Settings): Subscription {
  const { topic, group } = contract
  const owner = group === undefined ? topic : `${topic}.${group}`
  const subscription = {
    address: topic,
    topics: settings.topics ?? [topic],
    ...(group === undefined ? {} : { group }),
    dlq: contract.dlq ?? `${owner}.dlq`,
    retryTopic: `${owner}.retry`,
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
  if (topics.includes(dlq))
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
