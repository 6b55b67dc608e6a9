import type { Diagnostic } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'
import type { ConsumerTransport } from '../options.ts'
import { type BindingFacts, bindingFacts } from './binding-facts.ts'
import type { ChannelPlan } from './channel-plan.ts'
import { consumerFacts, queueFacts, type RetryFacts } from './consumer-facts.ts'
import type { ProducerPlan } from './producer-plan.ts'

/** What has to be at a broker for one consumer; without `group`, `dlq` and `retryTopic` for one producer. */
export interface ProvisionFacts {
  readonly transport: ConsumerTransport
  readonly topics: readonly [string]
  readonly group?: string
  readonly dlq?: string
  readonly retryTopic?: string
  readonly bindings: BindingFacts
  /** The waits the contract asks for; absent: it leaves them to the runtime. */
  readonly retry?: RetryFacts | undefined
}

export interface Provisions {
  readonly facts: readonly ProvisionFacts[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Consumers first: what they say of a topic is more than what a producer of it does. */
export function provisionsOf(channels: readonly ChannelPlan[], producers: readonly ProducerPlan[]): Provisions {
  const consumed = channels.map((channel) => {
    const facts = consumerFacts(channel)
    const { transport, events } = channel
    return { manifest: events[0].manifest, facts: { transport, retry: facts.retry, ...queueFacts(facts) } }
  })
  const sent = producers.flatMap(({ event: { manifest }, transport }) => {
    const facts = sending(manifest, transport)
    return facts === undefined ? [] : [{ manifest, facts }]
  })
  const all = [...consumed, ...sent].filter(({ facts: { transport } }) => transport !== 'mqtt')
  const nameless = all.filter(({ facts }) => !isName(facts.topics[0], facts.transport))
  return {
    facts: all.filter((each) => !nameless.includes(each)).map(({ facts }) => facts),
    diagnostics: nameless.map(({ manifest, facts }) => withParameters(manifest, facts.topics[0])),
  }
}

/** Where a producer publishes; what is behind an exchange is its consumers' affair, and so is a queue. */
function sending(manifest: Manifest, transport: ConsumerTransport): ProvisionFacts | undefined {
  const { topic } = manifest.delivery.contract
  const topics = [topic === '' ? manifest.event.name : topic] as const
  const { kafka, amqp } = bindingFacts(manifest, transport) ?? {}
  if (transport === 'kafka') return { transport, topics, bindings: kafka === undefined ? {} : { kafka } }
  const exchange = amqp?.exchange
  return exchange === undefined || exchange.name === ''
    ? undefined
    : { transport, topics, bindings: { amqp: { exchange } } }
}

/** What Kafka allows as a topic; RabbitMQ takes any text, of which only parameters are to be filled in first. */
function isName(topic: string, transport: ConsumerTransport): boolean {
  return transport === 'kafka' ? /^[A-Za-z0-9._-]{1,249}$/.test(topic) : !/[{}]/.test(topic)
}

function withParameters({ metadata }: Manifest, topic: string): Diagnostic {
  return {
    code: 'not_provisioned',
    severity: 'info',
    message: `${topic} is no name that a broker could have, so nothing is printed that creates it.`,
    fix: 'Fill in its parameters: create each topic, and name them in the option topics of the consumer.',
    at: { file: metadata.source_file, line: 1, column: 1, pointer: metadata.pointer },
  }
}
