import type { Json } from '@longshore/contract'
import type { Delivery, DeliveryMetadata } from '../manifest.ts'
import { asArray, asNumber, asObject, asText, compact } from '../schema/json.ts'
import { detectProtocolBindings, type TransportDetection } from '../transport/detect-protocol-bindings.ts'
import { amqpMetadata } from './amqp-metadata.ts'
import { deadLettersOf } from './dead-letters.ts'
import { kafkaMetadata } from './kafka-metadata.ts'
import { bindingLayers, deliveryExtensions, extensionValues, type Site } from './layers.ts'
import { mqttMetadata } from './mqtt-metadata.ts'
import { parseRetention } from './retention.ts'
import { retryOf } from './retry.ts'

/** How an event travels: transport, destination, dead letters, retries, guarantee and the transport's own facts. */
export function deliveryOf(site: Site): Delivery {
  const detection = detectProtocolBindings(site.contract, site.channel, site.message)
  const stated = statedTransport(site)
  const transport = stated ?? detection.transport
  const topic = topicOf(site, transport)
  const retry = retryOf(site)
  const metadata = metadataOf(site, transport, detection)
  return compact({
    transport,
    transports: detection.transports.length > 1 ? detection.transports : undefined,
    topic,
    dlq: deadLettersOf(site, topic),
    retry_policy: retry.policy,
    guarantees: guaranteesOf(site, transport, metadata),
    confidence: stated ? 0.99 : detection.confidence,
    evidence: stated ? [`${stated}: x-delivery`, ...detection.evidence] : detection.evidence,
    metadata: { ...metadata, ...retry.metadata },
  })
}

function statedTransport(site: Site): string | undefined {
  return deliveryExtensions(site)
    .map(({ transport }) => asText(transport))
    .find(Boolean)
}

/** A Kafka binding's topic or an AMQP binding's queue where the channel is one, else the address, else the channel's name. */
function topicOf(site: Site, transport: string): string {
  const { channel } = site
  const stated = deliveryExtensions(site)
    .map(({ topic }) => asText(topic))
    .find(Boolean)
  const bound =
    transport === 'kafka'
      ? bindingLayers(site, 'kafka')
          .map(({ topic }) => asText(topic))
          .find(Boolean)
      : undefined
  return stated ?? bound ?? channel.address ?? channel.name
}

function metadataOf(site: Site, transport: string, { tls, transports }: TransportDetection): DeliveryMetadata {
  const read = READERS[transport] ?? genericMetadata
  const others = transports.filter((other) => other !== transport).map((other) => READERS[other]?.(site) ?? {})
  const known = Object.assign({}, ...others.reverse(), read(site))
  return compact({ ...known, tls: tls || undefined, receivers: receiversOf(site), ...orderingOf(site), ...rest(site) })
}

const READERS: { readonly [transport: string]: (site: Site) => DeliveryMetadata } = {
  kafka: kafkaMetadata,
  amqp: amqpMetadata,
  amqp1: amqpMetadata,
  mqtt: mqttMetadata,
}

function genericMetadata(site: Site): DeliveryMetadata {
  return compact({
    retention_ms: extensionValues(site, 'x-retention', 'retention')
      .map(parseRetention)
      .find((ms) => ms !== undefined),
  })
}

/** Operations that receive the event, or the receivers a document lists in `x-consumers` or `x-subscribers`. */
function receiversOf(site: Site): number | undefined {
  const listed = [
    ...extensionValues(site, 'x-consumers', 'consumers'),
    ...extensionValues(site, 'x-subscribers', 'subscribers'),
  ]
  const counts = listed.map((value) => (Array.isArray(value) ? value.length : asNumber(value)))
  const receiving = site.operations.filter(({ action }) => action === 'receive').length
  const queues = bindingLayers(site, 'sns').map(({ consumers }) => asArray(consumers).length)
  const most = Math.max(receiving, ...queues, ...counts.filter((count) => count !== undefined))
  return most > 0 ? most : undefined
}

/** The payload property by which a document says events are ordered. */
function orderingOf(site: Site): { readonly ordering_key?: string } {
  const [value] = extensionValues(site, 'x-ordering', 'ordering')
  const key = asText(value) ?? asText(asObject(value)?.key)
  return key ? { ordering_key: key } : {}
}

/** Members of `x-delivery` that no reader knows are kept. */
function rest(site: Site): DeliveryMetadata {
  const members = deliveryExtensions(site).toReversed().flatMap(Object.entries)
  return Object.fromEntries(members.filter(([key]) => !READ.has(key)))
}

const READ = new Set(
  'transport topic dlq deadLetter retry retry_policy retention guarantees guarantee consumers subscribers ordering'.split(
    ' ',
  ),
)

function guaranteesOf(site: Site, transport: string, { qos }: DeliveryMetadata): Delivery['guarantees'] {
  const stated = deliveryExtensions(site).map(({ guarantees, guarantee }) => readGuarantee(guarantees ?? guarantee))
  return stated.find(Boolean) ?? usualGuarantee(site, transport, qos)
}

function readGuarantee(value: Json | undefined): Delivery['guarantees'] | undefined {
  const text = asText(value)?.toLowerCase().replaceAll(/[ _]/g, '-') ?? ''
  if (text === 'exactly-once' || text === 'at-least-once' || text === 'best-effort') return text
  return text === 'at-most-once' ? 'best-effort' : undefined
}

/** What a transport promises when the document adds nothing; where the transport is unknown, nothing is promised. */
function usualGuarantee(site: Site, transport: string, qos: number | undefined): Delivery['guarantees'] {
  if (transport === 'mqtt') return qos === 2 ? 'exactly-once' : qos === 1 ? 'at-least-once' : 'best-effort'
  const unconfirmed = transport === 'amqp' && bindingLayers(site, 'amqp').some(({ ack }) => ack === false)
  return KEPT_UNTIL_CONFIRMED.has(transport) && !unconfirmed ? 'at-least-once' : 'best-effort'
}

/** Transports that keep a message until its receiver has confirmed it. */
const KEPT_UNTIL_CONFIRMED = new Set(
  'kafka amqp amqp1 servicebus sqs sns pulsar googlepubsub jms solace ibmmq anypointmq'.split(' '),
)
