import type { JsonSchema } from '@longshore/contract'
import type { Manifest } from '../manifest.ts'
import { adviceOn, breaksOf, type Change, classOf, type Effect } from './change.ts'
import { type DeliveryChange, deliveryChanges } from './delivery-changes.ts'
import { type SchemaChange, schemaChanges } from './schema-changes.ts'

/**
 * What changed between two versions of a contract, event by event: payload, headers, key, delivery and retention, each change with its
 * class. Events are matched by URN and name.
 *
 * A class is a proof for schemas in JSON Schema and those translated to it (Avro, OpenAPI): what cannot be shown compatible counts as
 * breaking. Payloads in a language that is not analysed (Protobuf, RAML) are not compared.
 */
export function diff(old: readonly Manifest[], now: readonly Manifest[]): readonly Change[] {
  const before = byIdentity(old)
  const after = byIdentity(now)
  const removed = [...before].filter(([id]) => !after.has(id)).map(([, event]) => eventChange(event, REMOVED))
  const others = [...after].flatMap(([id, event]) => compareEvents(before.get(id), event))
  return [...removed, ...others]
}

function byIdentity(manifests: readonly Manifest[]): ReadonlyMap<string, Manifest> {
  return new Map(manifests.map((manifest) => [`${manifest.urn} ${manifest.event.name}`, manifest]))
}

const REMOVED: Effect = { newReader: 'old data is read by nobody', oldReader: 'the event is no longer sent' }

function compareEvents(before: Manifest | undefined, after: Manifest): readonly Change[] {
  if (!before) return [eventChange(after, {})]
  return [
    ...lifecycle(before, after),
    ...analysis(before, after),
    ...compareSchemas('payload', '/schema/payload', before, after, before.schema.payload, after.schema.payload),
    ...compareSchemas('headers', '/schema/headers', before, after, before.schema.headers, after.schema.headers),
    ...compareSchemas('key', '/delivery/contract/metadata/key', before, after, keyOf(before), keyOf(after)),
    ...deliveryChanges(before, after).map((change) => deliveryChange(before, after, change)),
  ]
}

function eventChange(event: Manifest, effect: Effect): Change {
  const reason = effect === REMOVED ? 'removed' : 'added'
  return changeOf(event, event, { kind: 'event', path: '', pointer: '', reason }, effect)
}

function lifecycle(before: Manifest, after: Manifest): readonly Change[] {
  const [was, is] = [before.event.lifecycle.status, after.event.lifecycle.status]
  if (was === is) return []
  return [
    changeOf(
      before,
      after,
      { kind: 'event', path: 'lifecycle', pointer: '/event/lifecycle/status', reason: `${was} → ${is}` },
      {},
    ),
  ]
}

/** A payload in another language is another payload, even where both describe the same members. */
function analysis(before: Manifest, after: Manifest): readonly Change[] {
  const [was, is] = [before.schema.format, after.schema.format]
  if (was === is) return []
  const effect = {
    newReader: 'old data is written in another format',
    oldReader: 'new data is written in another format',
  }
  return [
    changeOf(
      before,
      after,
      { kind: 'payload', path: 'format', pointer: '/schema/format', reason: `${was} → ${is}` },
      effect,
    ),
  ]
}

/** A schema that appears or disappears is compared with one that accepts everything. */
function compareSchemas(
  kind: 'payload' | 'headers' | 'key',
  pointer: string,
  before: Manifest,
  after: Manifest,
  was: JsonSchema | undefined,
  is: JsonSchema | undefined,
): readonly Change[] {
  if (was === undefined && is === undefined) return []
  const keyed = kind === 'key' ? keying(before, after, pointer) : []
  if (keyed.length > 0) return keyed
  return schemaChanges(was ?? true, is ?? true).map((change) => schemaChange(kind, pointer, before, after, change))
}

/** With or without a key, events lie on other partitions. */
function keying(before: Manifest, after: Manifest, pointer: string): readonly Change[] {
  const [was, is] = [keyOf(before) !== undefined, keyOf(after) !== undefined]
  if (was === is) return []
  const effect = was ? { oldReader: 'events of one key are no longer in order' } : {}
  return [
    changeOf(before, after, { kind: 'key', path: '', pointer, reason: was ? 'key removed' : 'key added' }, effect),
  ]
}

function schemaChange(
  kind: Change['kind'],
  pointer: string,
  before: Manifest,
  after: Manifest,
  change: SchemaChange,
): Change {
  const name = nameIn(change.pointer) ?? (kind === 'payload' ? after.schema.name : undefined)
  const place = {
    kind,
    path: change.path,
    pointer: `${pointer}${change.pointer}`,
    reason: '',
    ...(name && { schema: name }),
  }
  const made = changeOf(before, after, place, change, change.undeclaredOnly)
  return made.reason === ''
    ? { ...made, reason: 'said differently, with the same meaning', advice: 'patch', undeclaredOnly: false }
    : made
}

function deliveryChange(before: Manifest, after: Manifest, { kind, fact, what, ...effect }: DeliveryChange): Change {
  const place = { kind, path: fact.replace('metadata/', ''), pointer: `/delivery/contract/${fact}`, reason: what }
  return changeOf(before, after, place, effect)
}

type Place = Pick<Change, 'kind' | 'path' | 'pointer' | 'reason' | 'schema'>

function changeOf(before: Manifest, after: Manifest, place: Place, effect: Effect, undeclaredOnly = false): Change {
  const compatibility = classOf(effect)
  const reasons = [...new Set([place.reason, effect.newReader, effect.oldReader])].filter(Boolean)
  return {
    ...place,
    event: after.event.name,
    urn: after.urn,
    compatibility,
    breaks: breaksOf(compatibility),
    reason: reasons.join('; '),
    undeclaredOnly,
    advice: adviceOn(compatibility, before.schema.compatibility.policy, undeclaredOnly),
  }
}

function keyOf({ delivery }: Manifest): JsonSchema | undefined {
  return delivery.contract.metadata.key
}

/** The innermost definition that a pointer leads through. */
function nameIn(pointer: string): string | undefined {
  const [, name] = /.*\/(?:\$defs|definitions)\/([^/]+)/.exec(pointer) ?? []
  return name?.replaceAll('~1', '/').replaceAll('~0', '~')
}
