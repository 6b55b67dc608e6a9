/** YAML 1.2 with merge keys, in the core schema: dates and `yes` stay strings, unknown tags are ignored. */
import {
  CORE_SCHEMA,
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  EVENT_ID,
  type Event,
  mapTag,
  mergeTag,
  parseEvents,
  seqTag,
  YAMLException,
} from 'js-yaml'
import type { Layout } from './positions.ts'
import { yamlLayout } from './yaml-layout.ts'

export type YamlResult =
  | {
      readonly kind: 'document'
      readonly value: unknown
      /** The text the layout speaks of: the given one, or one with the indentation set right. */
      readonly text: string
      /** Spaces added in front, by 1-based line. */
      readonly indented: ReadonlyMap<number, number>
      readonly layout: () => Layout
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'error'; readonly reason: string; readonly offset: number }

const ANY_TAG = { matchByTagPrefix: true }
const SCHEMA = CORE_SCHEMA.withTags(
  mergeTag,
  defineScalarTag('!', { ...ANY_TAG, resolve: (text) => text, identify: () => false }),
  defineSequenceTag('!', { ...seqTag, ...ANY_TAG, identify: () => false }),
  defineMappingTag('!', { ...mapTag, ...ANY_TAG, identify: () => false }),
)

/** How much may be parsed again to get over indentation that is wrong by the letter of YAML 1.2. */
const REPAIRS = { lines: 1_000, characters: 8_000_000, spaces: 80 }

/**
 * Reads the first document of the text. A closing bracket that is not indented enough, which YAML 1.1 readers allow, is allowed; when
 * that does not help, the first error counts.
 */
export function parseYaml(given: string, maxDepth: number): YamlResult {
  const indented = new Map<number, number>()
  const first = parseStrictly(given, maxDepth, indented)
  let result = first
  let text = given
  for (
    let left = REPAIRS.characters;
    isRepairable(result) && left > 0 && indented.size < REPAIRS.lines;
    left -= text.length
  ) {
    const lineStart = text.lastIndexOf('\n', result.offset - 1) + 1
    const line = text.slice(0, lineStart).split('\n').length
    if (indented.has(line)) return first
    indented.set(line, REPAIRS.spaces)
    text = `${text.slice(0, lineStart)}${' '.repeat(REPAIRS.spaces)}${text.slice(lineStart)}`
    result = parseStrictly(text, maxDepth, indented)
  }
  return result.kind === 'error' ? first : result
}

function isRepairable(result: YamlResult): result is YamlResult & { kind: 'error' } {
  return result.kind === 'error' && result.reason === 'deficient indentation'
}

function parseStrictly(text: string, maxDepth: number, indented: ReadonlyMap<number, number>): YamlResult {
  try {
    const events = firstDocument(parseEvents(text, { maxDepth }))
    const [value] = constructFromEvents(events, { source: text, schema: SCHEMA })
    if (value === undefined || value === null) return { kind: 'empty' }
    return { kind: 'document', value, text, indented, layout: () => yamlLayout(text, events) }
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
