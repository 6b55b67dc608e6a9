import type { ExchangeFacts } from './binding-facts.ts'
import type { ProvisionFacts } from './provisions.ts'
import { retryWaits } from './retry-waits.ts'

/** A queue as it is declared; the AMQP transport declares the same, and refuses one that differs. */
export interface QueueDeclaration {
  readonly name: string
  readonly durable: boolean
  readonly autoDelete: boolean
  readonly arguments: { readonly [name: string]: string | number | boolean }
}

export interface RabbitmqTopology {
  readonly exchanges: readonly ExchangeFacts[]
  readonly queues: readonly QueueDeclaration[]
  readonly bindings: readonly { readonly exchange: string; readonly queue: string; readonly routingKey: string }[]
}

/** The transport's defaults, which a definitions file has to state. */
const DELIVERY_LIMIT = 20
const LETTER_DELIVERY_LIMIT = 200_000
const LETTER_RETENTION_MS = 30 * 24 * 60 * 60 * 1_000

/** What the consumers of an output folder need at RabbitMQ. Queues of one consumer alone are left out: they go when it goes. */
export function rabbitmqTopology(all: readonly ProvisionFacts[]): RabbitmqTopology {
  const parts = all.filter(({ transport }) => transport === 'amqp').map(topologyOfOne)
  return {
    exchanges: unique(parts.flatMap(({ exchanges }) => exchanges)),
    queues: unique(parts.flatMap(({ queues }) => queues)),
    bindings: parts.flatMap(({ bindings }) => bindings),
  }
}

function topologyOfOne(facts: ProvisionFacts): RabbitmqTopology {
  const {
    topics: [topic],
    group,
    dlq,
    retryTopic,
    bindings,
    retry,
  } = facts
  const { amqp = {} } = bindings
  const exchange = amqp.exchange === undefined || amqp.exchange.name === '' ? undefined : amqp.exchange
  const exchanges = exchange === undefined ? [] : [exchange]
  if (group === undefined || dlq === undefined || retryTopic === undefined)
    return { exchanges, queues: [], bindings: [] }
  const queue = amqp.queue ?? (exchange === undefined ? topic : `${topic}.${group}`)
  const { deadLetterExchange } = amqp
  const isPrivate = amqp.exclusive === true || amqp.autoDelete === true
  const source = {
    ...deadLettering(dlq, deadLetterExchange),
    ...(amqp.messageTtlMs === undefined ? {} : { 'x-message-ttl': amqp.messageTtlMs }),
  }
  const bound = isPrivate ? [] : (amqp.routingKeys ?? [topic])
  return {
    exchanges,
    queues: [
      quorum(dlq, LETTER_DELIVERY_LIMIT, { 'x-message-ttl': LETTER_RETENTION_MS }),
      ...(isPrivate ? [] : [amqp.durable === false ? transient(queue, source) : quorum(queue, DELIVERY_LIMIT, source)]),
      quorum(retryTopic, DELIVERY_LIMIT, deadLettering(dlq)),
      ...(retry === undefined ? [] : retryWaits(retry).map((waitMs) => delay(retryTopic, waitMs))),
    ],
    bindings: [
      ...(exchange === undefined ? [] : bound.map((routingKey) => ({ exchange: exchange.name, queue, routingKey }))),
      ...(deadLetterExchange === undefined ? [] : [{ exchange: deadLetterExchange, queue: dlq, routingKey: dlq }]),
    ],
  }
}

type Arguments = QueueDeclaration['arguments']

function quorum(name: string, deliveryLimit: number, args: Arguments): QueueDeclaration {
  const safe = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }
  const deadLetters = 'x-dead-letter-exchange' in args ? safe : {}
  return {
    name,
    durable: true,
    autoDelete: false,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 10 * deliveryLimit, ...deadLetters, ...args },
  }
}

/** Where a message waits before it goes back to the retry lane. */
function delay(retryTopic: string, waitMs: number): QueueDeclaration {
  return quorum(`${retryTopic}.${waitMs}ms`, DELIVERY_LIMIT, {
    'x-message-ttl': waitMs,
    ...deadLettering(retryTopic),
  })
}

function transient(name: string, args: Arguments): QueueDeclaration {
  return { name, durable: false, autoDelete: false, arguments: args }
}

function deadLettering(dlq: string, exchange = ''): Arguments {
  return { 'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': dlq }
}

function unique<Named extends { readonly name: string }>(all: readonly Named[]): readonly Named[] {
  return [...new Map(all.map((each) => [each.name, each])).values()]
}
