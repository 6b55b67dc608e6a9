import type { Json } from '@longshore/contract'
import type { Discriminator, Field } from '@longshore/manifest'
import type { ChannelPlan, EventPlan } from '../plan/channel-plan.ts'
import { type SchemaGraph, schemaGraph } from '../schema/schema-graph.ts'
import { isObject } from '../schema/subschemas.ts'
import { conforms } from './conforms.ts'
import { brokenEvent, sampleEvent } from './sample-event.ts'

/** Values to test a consumer with. */
export interface EventSample {
  readonly event: EventPlan
  readonly valid: Json
  /** Breaks the schema and is still recognised as this event. Absent where the schema allows everything. */
  readonly broken?: Json
  /** Headers the event is recognised by. */
  readonly headers: { readonly [name: string]: string }
  /** Texts of the valid event that must not be logged. */
  readonly personal: readonly string[]
}

/** A sample for each event of a channel that one can be found for. */
export function channelSamples({ events }: Pick<ChannelPlan, 'events'>): readonly EventSample[] {
  const graphs = events.map(({ manifest }) => schemaGraph(manifest.schema.payload ?? true))
  return events.flatMap((event, index): readonly EventSample[] => {
    const graph = graphs[index]
    const valid = graph === undefined ? undefined : sampleEvent(graph, event.manifest.schema.examples)
    if (graph === undefined || valid === undefined) return []
    const apart = event.manifest.channel.told_apart_by
    if (isTakenFor(valid, graphs.slice(0, index), events)) return []
    const broken = brokenEvent(graph, valid, (value) => isStillRecognised(value, valid, apart, graphs))
    return [
      {
        event,
        valid,
        ...(broken === undefined ? {} : { broken }),
        headers: apart?.kind === 'header' ? { [apart.name]: String(apart.value) } : {},
        personal: personalTexts(valid, event.manifest.schema.fields),
      },
    ]
  })
}

/** On a channel whose messages only their schemas tell apart, an earlier one that allows the value takes it. */
function isTakenFor(value: Json, earlier: readonly SchemaGraph[], events: ChannelPlan['events']): boolean {
  return earlier.some(
    (graph, index) =>
      (events[index]?.manifest.channel.told_apart_by?.kind ?? 'schema') === 'schema' &&
      conforms(graph, graph.root, value),
  )
}

function isStillRecognised(
  value: Json,
  valid: Json,
  apart: Discriminator | undefined,
  graphs: readonly SchemaGraph[],
): boolean {
  if (apart === undefined || apart.kind === 'header') return true
  if (apart.kind === 'property') return memberAt(value, apart.path) === memberAt(valid, apart.path)
  return graphs.every((graph) => !conforms(graph, graph.root, value))
}

/** The member at a path such as `user.id`. */
export function memberAt(value: Json, path: string): Json | undefined {
  if (!isObject(value)) return undefined
  if (Object.hasOwn(value, path)) return value[path]
  const [first = '', ...rest] = path.split('.')
  const member = value[first]
  return member === undefined || rest.length === 0 ? undefined : memberAt(member, rest.join('.'))
}

/** Long enough to be told from other text, and not also found where it is no personal data. */
const SHORTEST = 6

function personalTexts(valid: Json, fields: readonly Field[]): readonly string[] {
  const masked = fields.filter(({ pii }) => pii).map(({ path }) => partsOf(path))
  const texts = textsIn(valid, [])
  const isMasked = (parts: readonly string[]) => masked.some((path) => leadsTo(path, parts))
  const open = texts.filter(({ parts }) => !isMasked(parts)).map(({ text }) => text)
  const personal = new Set(texts.filter(({ parts }) => isMasked(parts)).map(({ text }) => text))
  return [...personal].filter((text) => text.length >= SHORTEST && !open.some((other) => other.includes(text)))
}

function partsOf(path: string): readonly string[] {
  return path.replaceAll('[]', '.[]').split('.').filter(Boolean)
}

/** Whether what is at `parts` is what the path names, or below it. */
function leadsTo(path: readonly string[], parts: readonly string[]): boolean {
  return path.length <= parts.length && path.every((part, index) => part === '*' || part === parts[index])
}

interface TextAt {
  readonly parts: readonly string[]
  readonly text: string
}

function textsIn(value: Json, parts: readonly string[]): readonly TextAt[] {
  if (typeof value === 'string') return [{ parts, text: value }]
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, [...parts, '[]']))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => textsIn(member, [...parts, ...partsOf(name)]))
}
