/** YAML 1.2 with merge keys, in the core schema: dates and `yes` stay strings. */
import { CORE_SCHEMA, constructFromEvents, EVENT_ID, type Event, mergeTag, parseEvents, YAMLException } from 'js-yaml'
import type { Layout } from './positions.ts'
import { yamlLayout } from './yaml-layout.ts'

export type YamlResult =
  | { readonly kind: 'document'; readonly value: unknown; readonly layout: () => Layout }
  | { readonly kind: 'empty' }
  | { readonly kind: 'error'; readonly reason: string; readonly offset: number }

const SCHEMA = CORE_SCHEMA.withTags(mergeTag)

/** Reads the first document of the text. */
export function parseYaml(text: string, maxDepth: number): YamlResult {
  try {
    const events = firstDocument(parseEvents(text, { maxDepth }))
    const [value] = constructFromEvents(events, { source: text, schema: SCHEMA })
    if (value === undefined || value === null) return { kind: 'empty' }
    return { kind: 'document', value, layout: () => yamlLayout(text, events) }
  } catch (error) {
    return failure(error)
  }
}

function firstDocument(events: Event[]): Event[] {
  const second = events.findIndex((event, index) => index > 0 && event.type === EVENT_ID.DOCUMENT)
  return second === -1 ? events : events.slice(0, second)
}

function failure(error: unknown): YamlResult {
  if (error instanceof YAMLException) return { kind: 'error', reason: error.reason, offset: error.mark?.position ?? 0 }
  return { kind: 'error', reason: 'the YAML parser cannot read it', offset: 0 }
}
