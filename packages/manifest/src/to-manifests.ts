import { basename } from 'node:path'
import type { Channel, Contract, Message } from '@longshore/contract'
import { deliveryOf } from './delivery/delivery.ts'
import { siteOf } from './delivery/layers.ts'
import { eventName, eventOf, purposeOf } from './event.ts'
import type { Manifest, ManifestChannel } from './manifest.ts'
import { detectEventPatterns } from './patterns/detect-event-patterns.ts'
import { policyOf } from './policy.ts'
import { applyReviews } from './reviews/apply-reviews.ts'
import type { Review } from './reviews/review.ts'
import { asText, compact } from './schema/json.ts'
import { manifestSchemaOf } from './schema/manifest-schema-of.ts'
import { toldApart } from './told-apart.ts'
import { generateEventURN } from './urn/generate-event-urn.ts'

export interface ManifestOptions {
  /** Decisions of people that stand above what is detected. Default: none. */
  readonly overrides?: readonly Review[]
}

/**
 * One manifest per channel and message, in the document's order. The same contract always gives the same bytes. Events that would
 * get one URN are told apart by their message's name, else by a number.
 */
export function toManifests(contract: Contract, { overrides = [] }: ManifestOptions = {}): readonly Manifest[] {
  const manifests = contract.channels.flatMap((channel) =>
    channel.messages.map((message) => toManifest(contract, channel, message)),
  )
  return applyReviews(withUniqueUrns(manifests), overrides)
}

function withUniqueUrns(manifests: readonly Manifest[]): readonly Manifest[] {
  const taken = new Map<string, number>()
  return manifests.map((manifest) => {
    const times = (taken.get(manifest.urn) ?? 0) + 1
    taken.set(manifest.urn, times)
    return times === 1 ? manifest : { ...manifest, urn: `${manifest.urn}-${times}` }
  })
}

function toManifest(contract: Contract, channel: Channel, message: Message): Manifest {
  const schema = manifestSchemaOf(channel, message)
  const delivery = deliveryOf(siteOf(contract, channel, message))
  return {
    protocol: 'event-protocol/v1',
    urn: urnOf(contract, channel, message),
    event: eventOf(contract, channel, message),
    semantics: { purpose: purposeOf(channel, message) },
    schema,
    delivery: { contract: delivery },
    patterns: { detected: detectEventPatterns({ delivery, schema }) },
    governance: { policy: policyOf(contract, channel, message, schema.fields) },
    channel: channelOf(channel, message),
    metadata: metadataOf(contract, channel, message),
  }
}

function urnOf({ title }: Contract, channel: Channel, message: Message): string {
  const naming = { channel: channel.address ?? channel.name, title }
  return generateEventURN(channel.messages.length > 1 ? { ...naming, message: message.name } : naming)
}

function channelOf(channel: Channel, message: Message): ManifestChannel {
  const siblings = channel.messages.filter((other) => other !== message)
  return compact({
    name: channel.name,
    address: channel.address,
    actions: [...new Set(channel.operations.filter(handles(message)).map(({ action }) => action))],
    parameters: channel.parameters.map(({ name, description, enum: allowed }) =>
      compact({ name, description, enum: allowed }),
    ),
    siblings: siblings.map((sibling) => eventName(channel, sibling)),
    told_apart_by: toldApart(message, siblings),
  })
}

function handles({ name }: Message): (operation: Channel['operations'][number]) => boolean {
  return ({ messages }) => messages.length === 0 || messages.includes(name)
}

function metadataOf(contract: Contract, channel: Channel, message: Message): Manifest['metadata'] {
  return compact({
    source_type: 'asyncapi' as const,
    source_version: contract.asyncapi,
    source_hash: contract.hash,
    source_file: basename(contract.file),
    pointer: message.at.pointer,
    owner: asText(message.extensions['x-owner']) ?? asText(channel.extensions['x-owner']) ?? contract.owner,
    tags: [...new Set([...message.tags, ...channel.tags, ...contract.tags])],
  })
}
