import type { Contract, Json, JsonObject } from '@longshore/contract'
import { asArray, asObject, asText } from '../schema/json.ts'
import { rememberedFor } from '../schema/remembered.ts'
import { bindingLayers, extensionValues, type Site } from './layers.ts'

/**
 * Name of the dead letter destination a document declares for an event; `undefined` when it declares none. The first of:
 * `x-delivery.dlq` and `x-dlq`, the `deadLetter` member proposed for operations, bindings (Kafka `errorTopic`, AMQP dead letter
 * exchange, SQS and SNS redrive policy), and a sibling channel named after the topic (`.DLT`, `-dlq`, `-error`).
 */
export function deadLettersOf(site: Site, topic: string): string | undefined {
  return declared(site, topic) ?? proposed(site) ?? bound(site) ?? sibling(site, topic)
}

function declared(site: Site, topic: string): string | undefined {
  const values = [
    ...extensionValues(site, 'x-dlq', 'dlq'),
    ...extensionValues(site, 'x-dead-letter-queue', 'deadLetter'),
  ]
  for (const value of values) {
    if (value === false || value === null) return undefined
    const name = value === true ? `${topic}.dlq` : destination(value)
    if (name) return name
  }
  return undefined
}

/** A destination written as its name, or as an object that names it. */
function destination(value: Json | undefined): string | undefined {
  const object = asObject(value)
  if (!object) return asText(value)
  const named = ['topic', 'queue', 'address', 'channel', 'name', 'exchange'].map((key) => destination(object[key]))
  return named.find(Boolean) ?? lastPart(object.$ref) ?? lastPart(object.arn)
}

/** The name at the end of a reference or an ARN. */
function lastPart(value: Json | undefined): string | undefined {
  return asText(value)?.split(/[/:]/).at(-1)
}

function proposed({ operations, contract }: Site): string | undefined {
  const names = operations.map(({ deadLetter }) => deadLetter?.channel ?? destination(deadLetter?.raw))
  const name = names.find((text) => text !== undefined)
  return contract.channels.find((channel) => channel.name === name)?.address ?? name
}

function bound(site: Site): string | undefined {
  const kafka = bindingLayers(site, 'kafka').map(({ errorTopic }) => destination(errorTopic))
  const amqp = bindingLayers(site, 'amqp', 'amqp1').map(deadLetterExchange)
  const aws = bindingLayers(site, 'sqs', 'sns').flatMap(redriveTargets)
  return [...kafka, ...amqp, ...aws].find(Boolean)
}

/** The seeds of a dead letter exchange: a member of the binding or of its queue, or a queue argument of RabbitMQ's. */
export function deadLetterExchange(binding: JsonObject): string | undefined {
  const queue = asObject(binding.queue) ?? {}
  const places = [binding, asObject(binding.arguments), queue, asObject(queue.arguments)]
  const names = ['dead_letter_exchange', 'deadLetterExchange', 'x-dead-letter-exchange']
  return places.flatMap((place) => names.map((name) => destination(place?.[name]))).find(Boolean)
}

function redriveTargets(binding: JsonObject): readonly (string | undefined)[] {
  const queues = [
    binding,
    asObject(binding.queue),
    ...[...asArray(binding.queues), ...asArray(binding.consumers)].map(asObject),
  ]
  return queues.map((queue) => destination(asObject(queue?.redrivePolicy)?.deadLetterQueue))
}

/** `orders.DLT`, `orders-error`, `orders_dead_letter`, … beside `orders`. */
function sibling({ contract }: Site, topic: string): string | undefined {
  return deadLetterChannels(contract).get(topic.toLowerCase())
}

/** Topic, in lower case, to the channel that is named after it for its dead letters. */
const deadLetterChannels = rememberedFor((contract: Contract): ReadonlyMap<string, string> => {
  const names = contract.channels.flatMap(({ address, name }) => (address === null ? [name] : [address, name]))
  const siblings = names.map((name) => [DEAD_LETTER_NAME.exec(name)?.[1]?.toLowerCase() ?? '', name] as const)
  return new Map(siblings.filter(([topic]) => topic !== '').toReversed())
})

const DEAD_LETTER_NAME =
  /^(.+?)[./_-]?(?:dlt|dlq|dead[._-]?letters?(?:[._-]?(?:queue|topic))?|errors?(?:[._-]?(?:queue|topic))?)$/i
