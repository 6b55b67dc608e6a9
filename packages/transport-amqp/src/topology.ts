import { randomUUID } from 'node:crypto'
import { type AmqpBinding, Failure, type Subscription } from '@longshore/runtime'
import type { ResolvedAmqpOptions } from './options.ts'

/** A queue with all that its declaration says. */
export interface QueueSpec {
  readonly name: string
  readonly durable: boolean
  readonly exclusive: boolean
  readonly autoDelete: boolean
  readonly arguments: { readonly [name: string]: string | number | boolean }
}

/** A queue that is read, and the topic its messages are told to come from. */
export interface Feed {
  readonly topic: string
  readonly queue: QueueSpec
  /** Whether it is the group's own retry lane. */
  readonly isRetry: boolean
}

export interface Topology {
  readonly exchanges: readonly Exchange[]
  readonly dlq: QueueSpec
  readonly feeds: readonly Feed[]
  readonly bindings: readonly { readonly queue: string; readonly exchange: string; readonly routingKey: string }[]
}

/** `type` absent: it must be there. */
type Exchange = Partial<NonNullable<AmqpBinding['exchange']>> & { readonly name: string }

type Wanted = Pick<Subscription, 'topics' | 'group' | 'dlq' | 'retryTopic' | 'bindings'>
type Options = Pick<ResolvedAmqpOptions, 'queueType' | 'deliveryLimit' | 'deadLetterRetentionMs'>

/**
 * What a subscription needs at the broker.
 *
 * | the contract states       | the group reads                                                                    |
 * | ------------------------- | ---------------------------------------------------------------------------------- |
 * | nothing, or a queue       | that queue, else the one named like the topic; groups that name one queue share it |
 * | an exchange and no queue  | a queue of its own, `<topic>.<group>`, bound by routing keys, else by the topic    |
 * | an exchange, and no group | a queue that lives as long as the consumer: what is published meanwhile            |
 *
 * What the broker drops from these queues by itself (expired, delivered too often) goes to the DLQ too: queues without a dead letter
 * exchange do not exist here.
 */
export function topologyOf(wanted: Wanted, options: Options): Topology {
  const { amqp } = wanted.bindings
  const exchange = amqp?.exchange === undefined || amqp.exchange.name === '' ? undefined : amqp.exchange
  const feeds = wanted.topics.map((topic) => ({
    topic,
    queue: sourceQueue(queueName(wanted, topic, exchange !== undefined), wanted, options),
    isRetry: false,
  }))
  const retry = sharedQueue(wanted.retryTopic, deadLettering(wanted.dlq), options)
  const deadLetterExchange = amqp?.deadLetterExchange
  return {
    exchanges: [
      ...(exchange === undefined ? [] : [exchange]),
      ...(deadLetterExchange === undefined ? [] : [{ name: deadLetterExchange }]),
    ],
    dlq: letterQueue(wanted.dlq, options),
    feeds: [...feeds, { topic: wanted.retryTopic, queue: retry, isRetry: true }],
    bindings: [
      ...(exchange === undefined ? [] : feeds.flatMap((feed) => bindingsOf(feed, exchange.name, wanted))),
      ...(deadLetterExchange === undefined
        ? []
        : [{ queue: wanted.dlq, exchange: deadLetterExchange, routingKey: wanted.dlq }]),
    ],
  }
}

/** The dead letters, or those of them that were redriven or set aside. Looking at one counts as a delivery, hence no limit to speak of. */
export function letterQueue(name: string, options: Options): QueueSpec {
  const ttl = { 'x-message-ttl': options.deadLetterRetentionMs }
  return sharedQueue(name, ttl, { ...options, deliveryLimit: UNLIMITED })
}

/** Where a message waits for `afterMs` before it goes back to the retry lane. Nobody consumes it. */
export function delayQueue(retryQueue: string, afterMs: number, options: Options): QueueSpec {
  const waiting = { 'x-message-ttl': afterMs, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': retryQueue }
  return sharedQueue(`${retryQueue}.${afterMs}ms`, waiting, options)
}

const UNLIMITED = 200_000

/** The broker counts what no process died of as well, a channel given up or lost, so it may count further before it drops a message. */
const BROKERS_SHARE = 10

function queueName({ topics, group, bindings: { amqp } }: Wanted, topic: string, hasExchange: boolean): string {
  if (amqp?.queue !== undefined && topics.length === 1) return amqp.queue
  if (group !== undefined) return hasExchange ? `${topic}.${group}` : topic
  if (hasExchange) return `${topic}.${randomUUID()}`
  throw new Failure(
    'CONTRADICTORY_OPTIONS',
    `A consumer of the queue ${topic} takes its messages away from others; name a group, or an exchange to get copies from.`,
  )
}

function sourceQueue(name: string, { group, dlq, bindings: { amqp } }: Wanted, options: Options): QueueSpec {
  const isPrivate = group === undefined || amqp?.exclusive === true || amqp?.autoDelete === true
  const args = {
    ...deadLettering(dlq, amqp?.deadLetterExchange),
    ...(amqp?.messageTtlMs === undefined ? {} : { 'x-message-ttl': amqp.messageTtlMs }),
    ...(amqp?.singleActiveConsumer === true ? { 'x-single-active-consumer': true } : {}),
  }
  if (!isPrivate && amqp?.durable !== false) return sharedQueue(name, args, options)
  return {
    name,
    durable: amqp?.durable ?? !isPrivate,
    exclusive: group === undefined || amqp?.exclusive === true,
    autoDelete: group === undefined || amqp?.autoDelete === true,
    arguments: args,
  }
}

/** Durable and not exclusive. What a quorum queue dead-letters by itself it keeps until the copy is confirmed. */
function sharedQueue(name: string, args: QueueSpec['arguments'], { queueType, deliveryLimit }: Options): QueueSpec {
  const deadLetters = 'x-dead-letter-exchange' in args
  const quorum = {
    'x-queue-type': 'quorum',
    'x-delivery-limit': BROKERS_SHARE * deliveryLimit,
    ...(deadLetters ? { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' } : {}),
  }
  return {
    name,
    durable: true,
    exclusive: false,
    autoDelete: false,
    arguments: queueType === 'quorum' ? { ...quorum, ...args } : args,
  }
}

function deadLettering(dlq: string, exchange = ''): QueueSpec['arguments'] {
  return { 'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': dlq }
}

function bindingsOf({ topic, queue }: Feed, exchange: string, { topics, bindings: { amqp } }: Wanted) {
  const routingKeys = (topics.length === 1 ? amqp?.routingKeys : undefined) ?? [topic]
  return routingKeys.map((routingKey) => ({ queue: queue.name, exchange, routingKey }))
}
