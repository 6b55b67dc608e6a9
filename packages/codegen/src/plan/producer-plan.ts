import type { Manifest } from '@longshore/manifest'
import type { ConsumerTransport } from '../options.ts'
import { type ChannelPlan, type EventPlan, type OutputNames, planEvent, type TransportOf } from './channel-plan.ts'
import { idProperty, topicOf } from './consumer-facts.ts'

/** One event to print a producer for. */
export interface ProducerPlan {
  readonly event: EventPlan
  readonly transport: ConsumerTransport
  /** A consumer of the set has the event's types printed already. */
  readonly isConsumed: boolean
}

/** The events that the described application sends, named apart from all that is consumed. */
export function planProducers(
  manifests: readonly Manifest[],
  channels: readonly ChannelPlan[],
  transportOf: TransportOf,
  names: OutputNames,
): readonly ProducerPlan[] {
  const consumed = new Map(channels.flatMap(({ events }) => events.map((event) => [event.manifest, event] as const)))
  return manifests.flatMap((manifest) => {
    const transport = transportOf(manifest)
    if (transport === undefined || !manifest.channel.actions.includes('send')) return []
    const known = consumed.get(manifest)
    return [{ event: known ?? planEvent(manifest, names), transport, isConsumed: known !== undefined }]
  })
}

/** What a contract says of sending one event. */
export interface SendingFacts {
  /** Topic, queue, routing key or MQTT topic, with `{parameters}` as the contract has them. */
  readonly address: string
  /** AMQP: where it is published, when it is not straight into a queue. */
  readonly exchange: string | undefined
  /** Path of the member that orders events, and so is their key. */
  readonly key: string | undefined
  /** Path of the member that names the event itself. */
  readonly id: string | undefined
  /** The header by which consumers know the event among others of the channel. */
  readonly header: { readonly name: string; readonly value: string } | undefined
}

export function sendingFacts({ event: { manifest }, transport }: ProducerPlan): SendingFacts {
  const { topic, metadata } = manifest.delivery.contract
  const apart = manifest.channel.told_apart_by
  const exchange = transport === 'amqp' && metadata.exchange?.name !== '' ? metadata.exchange?.name : undefined
  const plain = transport === 'amqp' && exchange === undefined ? topicOf(manifest, 'amqp') : topic
  const routed = exchange === undefined || isPattern(metadata.routing_key) ? undefined : metadata.routing_key
  return {
    address: routed ?? (plain === '' ? manifest.event.name : plain),
    exchange,
    key: metadata.ordering_key,
    id: idProperty(manifest),
    header: apart?.kind === 'header' ? { name: apart.name, value: String(apart.value) } : undefined,
  }
}

/** A binding key that matches many routing keys is not one to send with. */
function isPattern(routingKey: string | undefined): boolean {
  return routingKey === undefined || /[*#]/.test(routingKey)
}
