import type { Manifest } from '@longshore/manifest'
import { RESERVED_WORDS, Scope } from '../names/scope.ts'
import { camelCase, kebabCase, pascalCase } from '../names/words.ts'
import type { ConsumerTransport, ResolvedOptions } from '../options.ts'

/** One channel to print a consumer for, with every name decided. */
export interface ChannelPlan {
  readonly transport: ConsumerTransport
  /** The messages of the channel: one, or several told apart at run time. */
  readonly events: readonly [EventPlan, ...EventPlan[]]
  /** `user-created`, before `.consumer.ts` and its like. */
  readonly file: string
  /** `UserCreated`, before `Consumer`; also the type of what the handler gets. */
  readonly name: string
  /** `userCreated`: the contract literal. */
  readonly constant: string
  readonly group: string
  /** Names of the channel's other messages, which have no handler here. */
  readonly leftOut: readonly string[]
}

export interface EventPlan {
  readonly manifest: Manifest
  readonly file: string
  /** `UserCreated`: the type, and `validateUserCreated`. */
  readonly type: string
  /** The event's name in the contract, unique on its channel. */
  readonly name: string
}

/**
 * Whether a message says which of its channel's it is, so that one without a handler can be told and acknowledged. On a channel of
 * one event that is told by its schema alone, another's message and a broken one look the same.
 */
export function knowsItsMessages({ events: [{ manifest }, ...others], leftOut }: ChannelPlan): boolean {
  if (others.length > 0) return true
  return leftOut.length > 0 && (manifest.channel.told_apart_by?.kind ?? 'schema') !== 'schema'
}

/**
 * Whether the messages of a channel that are left out are known as such. Where an event of its own is told by its schema alone, the
 * others look like a broken one.
 */
export function tellsOthers({ events }: ChannelPlan): boolean {
  return events.every(({ manifest }) => (manifest.channel.told_apart_by?.kind ?? 'schema') !== 'schema')
}

/** Names that printed files import or declare beside those of the contract. */
const PRINTED_NAMES = [
  'Handler',
  'Handlers',
  'Running',
  'Transport',
  'ConsumerContract',
  'ConsumerOptions',
  'Violation',
  'Headers',
  'Context',
  'Store',
  'Transaction',
  'TransactionalOptions',
  'Injectable',
  'Failure',
]
const PRINTED_VALUES = [
  'consume',
  'byMessage',
  'transport',
  'handle',
  'options',
  'messageOf',
  'consumers',
  'stop',
  'main',
  'index',
  'test',
  ...['describe', 'it', 'expect', 'deepEqual', 'ok', 'settled', 'jsonLog', 'memoryTransport', 'memoryStore'],
  ...['queue', 'topic', 'bench', 'run', 'toMessage', 'storeInMemory', 'valid'],
]

/** The names of an output folder, each given out once. */
export interface OutputNames {
  readonly files: Scope
  readonly types: Scope
  readonly constants: Scope
}

export function outputNames(): OutputNames {
  return {
    files: new Scope(new Set(['main', 'index', 'support', 'provision'])),
    types: new Scope(new Set([...RESERVED_WORDS, ...PRINTED_NAMES])),
    constants: new Scope(new Set([...RESERVED_WORDS, ...PRINTED_VALUES])),
  }
}

/** Groups manifests by channel and names everything, so that no two files or classes of the set collide. */
export function planChannels(
  manifests: readonly Manifest[],
  transportOf: TransportOf,
  options: ResolvedOptions,
  names: OutputNames = outputNames(),
): readonly ChannelPlan[] {
  const { files, types, constants } = names
  return byChannel(manifests).flatMap((group) => {
    const [first, ...others] = group
    const transport = transportOf(first)
    if (transport === undefined) return []
    const several = others.length > 0
    const channelName = several ? channelNameOf(first) : first.event.name
    const name = several ? types.take(pascalCase(channelName)) : undefined
    const file = several ? files.take(kebabCase(channelName), '-') : undefined
    const events = unique(group).map((manifest) => planEvent(manifest, names))
    const [event, ...more] = events
    if (event === undefined) return []
    return [
      {
        transport,
        events: [event, ...more],
        file: file ?? event.file,
        name: name ?? event.type,
        constant: constants.take(camelCase(name ?? event.type)),
        group: groupOf(first, file ?? event.file, options),
        leftOut: leftOut(group),
      },
    ]
  })
}

/** The transport to print a channel for; `undefined` leaves it out. */
export type TransportOf = (manifest: Manifest) => ConsumerTransport | undefined

export function planEvent(manifest: Manifest, { files, types }: OutputNames): EventPlan {
  const { name } = manifest.event
  return { manifest, name, file: files.take(kebabCase(name), '-'), type: types.take(pascalCase(name)) }
}

function byChannel(manifests: readonly Manifest[]): readonly (readonly [Manifest, ...Manifest[]])[] {
  const groups = new Map<string, [Manifest, ...Manifest[]]>()
  for (const manifest of manifests) {
    const key = JSON.stringify([manifest.metadata.source_hash, manifest.metadata.source_file, manifest.channel.name])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [manifest])
    else group.push(manifest)
  }
  return [...groups.values()]
}

function unique(group: readonly Manifest[]): readonly Manifest[] {
  return [...new Map(group.map((manifest) => [manifest.event.name, manifest])).values()]
}

function leftOut(group: readonly Manifest[]): readonly string[] {
  const handled = new Set(group.map(({ event }) => event.name))
  return [...new Set(group.flatMap(({ channel }) => channel.siblings))].filter((name) => !handled.has(name))
}

/** The key of a 3.x channel is a name; that of a 2.x channel is an address, whose parameters are no part of a name. */
function channelNameOf({ channel }: Manifest): string {
  return channel.name.replace(/\{[^}]*\}/g, '')
}

function groupOf(manifest: Manifest, file: string, { service }: ResolvedOptions): string {
  const { groupId, shared_group } = manifest.delivery.contract.metadata
  if (typeof groupId === 'string' && groupId !== '') return groupId
  if (typeof shared_group === 'string' && shared_group !== '') return shared_group
  const domain = manifest.urn.split(':')[2]
  return `${service ?? (domain === undefined || domain === '' ? 'service' : domain)}.${file}`
}
