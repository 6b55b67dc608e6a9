import type { Channel, Contract, JsonObject, Message } from '@longshore/contract'
import type { TransportEvidence } from './evidence.ts'
import { protocolOf } from './protocols.ts'

/** Third tier: fields that only one protocol has, content types, and words in names and texts about the channel. */
export function hintEvidence(contract: Contract, channel: Channel, message?: Message): readonly TransportEvidence[] {
  return [
    ...fieldHints(channel, message),
    ...contentTypeHints(message?.contentType ?? contract.defaultContentType),
    ...nameHints(channel),
    ...textHints(channel),
  ]
}

/** Members of extensions and of bindings under unknown names that are found in one protocol only. */
const FIELDS: readonly (readonly [transport: string, confidence: number, fields: readonly string[]])[] = [
  [
    'kafka',
    0.9,
    [
      'partitions',
      'topicConfiguration',
      'groupId',
      'x-partitions',
      'x-kafka-topic',
      'schemaRegistryUrl',
      'consumerGroup',
    ],
  ],
  [
    'amqp',
    0.9,
    ['routingKey', 'routing_key', 'x-routing-key', 'exchange', 'x-exchange', 'deliveryMode', 'x-dead-letter-exchange'],
  ],
  ['mqtt', 0.9, ['qos', 'x-qos', 'lastWill', 'cleanSession', 'sessionExpiryInterval', 'x-mqtt-topic']],
  ['nats', 0.9, ['x-nats-jetstream-stream', 'x-nats-subject', 'jetstream']],
  ['sqs', 0.85, ['visibilityTimeout', 'fifoQueue', 'redrivePolicy']],
]

function fieldHints(channel: Channel, message: Message | undefined): readonly TransportEvidence[] {
  const unknown = Object.entries(channel.bindings).filter(([name]) => !protocolOf(name))
  const objects: readonly JsonObject[] = [
    channel.extensions,
    ...(message ? [message.extensions] : []),
    ...channel.operations.map(({ extensions }) => extensions),
    ...unknown.map(([, binding]) => binding),
  ]
  const members = new Set(objects.flatMap(Object.keys))
  return FIELDS.flatMap(([transport, confidence, fields]) => {
    const found = fields.find((field) => members.has(field))
    return found ? [{ transport, confidence, about: `field ${found}` }] : []
  })
}

const CONTENT_TYPES: readonly (readonly [pattern: RegExp, transport: string])[] = [
  [/vnd\.kafka\b|vnd\.confluent\b/, 'kafka'],
  [/\bmqtt\b/, 'mqtt'],
  [/^text\/event-stream$/, 'http'],
]

function contentTypeHints(contentType: string | undefined): readonly TransportEvidence[] {
  if (!contentType) return []
  const hit = CONTENT_TYPES.find(([pattern]) => pattern.test(contentType))
  return hit ? [{ transport: hit[1], confidence: 0.8, about: `content type ${contentType}` }] : []
}

/** Words that, as a part of a channel's name, name its transport. A topic may be called `mqtt`, so one word alone is no name. */
const NAMES = new Map([
  ['sqs', 'sqs'],
  ['sns', 'sns'],
  ['kafka', 'kafka'],
  ['amqp', 'amqp'],
  ['rabbitmq', 'amqp'],
  ['mqtt', 'mqtt'],
  ['nats', 'nats'],
  ['jms', 'jms'],
  ['pubsub', 'googlepubsub'],
  ['websocket', 'ws'],
  ['websockets', 'ws'],
  ['ws', 'ws'],
  ['wss', 'ws'],
])

function nameHints(channel: Channel): readonly TransportEvidence[] {
  const address = channel.address ?? channel.name
  const parts = address.split(/[/:]+/).filter((part) => part !== '')
  const transport = parts.length > 1 ? parts.map((part) => NAMES.get(part.toLowerCase())).find(Boolean) : undefined
  const about = `name ${address}`
  if (transport) return [{ transport, confidence: 0.8, about }]
  return TOPIC_TREE.test(address) ? [{ transport: 'mqtt', confidence: DECIDES_BETWEEN_SERVERS, about }] : []
}

/** A tree of levels with a parameter or wildcard as one level, no leading slash: `fleet/{site}/{deviceId}/status`. */
const TOPIC_TREE = /^[^/\s.]+(\/[^/\s.]+)*\/(\{[^/}]+\}|\+|#)(\/|$)/

/** Too weak to name a transport, enough to choose between two servers that are declared. */
const DECIDES_BETWEEN_SERVERS = 0.4

/** Phrases by which people say in a title or description what a channel is. */
const TEXTS: readonly (readonly [pattern: RegExp, transport: string])[] = [
  [/\bweb ?sockets?\b/i, 'ws'],
  [/\bkafka (topic|stream)s?\b/i, 'kafka'],
  [/\b(rabbitmq|amqp) (queue|exchange|topic)s?\b/i, 'amqp'],
  [/\bmqtt topics?\b/i, 'mqtt'],
  [/\bnats (subject|stream)s?\b/i, 'nats'],
  [/\bsqs queues?\b/i, 'sqs'],
  [/\bsns topics?\b/i, 'sns'],
  [/\bpulsar topics?\b/i, 'pulsar'],
  [/\bredis (stream|channel)s?\b/i, 'redis'],
  [/\b(google )?(cloud )?pub\/?sub topics?\b/i, 'googlepubsub'],
]

function textHints({ title = '', description = '' }: Channel): readonly TransportEvidence[] {
  const text = `${title}\n${description}`
  const said = new Set(TEXTS.filter(([pattern]) => pattern.test(text)).map(([, transport]) => transport))
  const [only] = said
  return said.size === 1 && only ? [{ transport: only, confidence: 0.7, about: 'words of the channel' }] : []
}
