import type { Channel, Contract, Extensions, Json, JsonObject, Message, Operation, Server } from '@longshore/contract'
import { asObject } from '../schema/json.ts'

/** One event in its place: a message on a channel, with the operations that handle it and the servers it is on. */
export interface Site {
  readonly contract: Contract
  readonly channel: Channel
  /** Absent for a channel that has no message. */
  readonly message?: Message
  readonly operations: readonly Operation[]
  readonly servers: readonly Server[]
}

export function siteOf(contract: Contract, channel: Channel, message?: Message): Site {
  const handles = ({ messages }: Operation) => messages.length === 0 || !message || messages.includes(message.name)
  const isOn = ({ name }: Server) => channel.servers.length === 0 || channel.servers.includes(name)
  return {
    contract,
    channel,
    operations: channel.operations.filter(handles),
    servers: contract.servers.filter(isOn),
    ...(message && { message }),
  }
}

/**
 * The values of an extension on the message, its operations and the channel, in this order: what stands nearer to the event
 * overrides what stands further away. `x-delivery` may hold the same facts as one object: `x-delivery: { dlq, retry, … }`.
 */
export function extensionValues(site: Site, name: `x-${string}`, inDelivery: string): readonly Json[] {
  return extensionLayers(site).flatMap((extensions) => {
    const delivery = asObject(extensions['x-delivery'])
    return [delivery?.[inDelivery], extensions[name]].filter((value) => value !== undefined)
  })
}

/** All `x-delivery` objects, the nearest to the event first. */
export function deliveryExtensions(site: Site): readonly JsonObject[] {
  return extensionLayers(site)
    .map((extensions) => asObject(extensions['x-delivery']))
    .filter((delivery) => delivery !== undefined)
}

/** A protocol's bindings on the message, its operations and the channel, in this order. */
export function bindingLayers(site: Site, ...protocols: readonly string[]): readonly JsonObject[] {
  const { message, operations, channel } = site
  const bindings = [message, ...operations, channel].flatMap((place) =>
    protocols.map((protocol) => place?.bindings[protocol]),
  )
  return bindings.filter((binding) => binding !== undefined)
}

function extensionLayers({ message, operations, channel }: Site): readonly Extensions[] {
  return [
    ...(message ? [message.extensions] : []),
    ...operations.map(({ extensions }) => extensions),
    channel.extensions,
  ]
}
