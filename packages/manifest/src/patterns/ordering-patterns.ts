import type { JsonSchema } from '@longshore/contract'
import type { Pattern } from '../manifest.ts'
import { isPersonWord } from '../pii/context.ts'
import { alternativesOf } from '../schema/facets.ts'
import { asObject, asText } from '../schema/json.ts'
import { singular, wordsOf } from '../schema/names.ts'
import type { PatternInput } from './pattern-input.ts'

/** What keeps events in order, and what may not. */
export function orderingPatterns({ delivery }: PatternInput): readonly Pattern[] {
  const { key, partitions, routing_key, ordering_key } = delivery.metadata
  const named = asText(ordering_key)
  if (key !== undefined || named !== undefined) return [keyed(keyWords(key, named))]
  if (partitions !== undefined && partitions > 1) return [withoutKey(partitions)]
  return routing_key === undefined ? [] : [routed(routing_key)]
}

interface Key {
  readonly words: readonly string[]
  /** The key as the document names it. */
  readonly name?: string
}

/** Words of a key: the property a document orders by, else the properties, title and description of the key's schema. */
function keyWords(schema: JsonSchema | undefined, named: string | undefined): Key {
  if (named !== undefined) return { words: wordsOf(named).map(singular), name: named }
  const facets = alternativesOf(schema, schema ?? true)
  const properties = facets.flatMap((facet) => Object.keys(asObject(facet.schema.properties) ?? {}))
  const names = [
    ...properties,
    ...facets.flatMap((facet) => [...facet.names, asText(facet.schema.title) ?? '']),
  ].filter(Boolean)
  const texts = facets.map((facet) => asText(facet.schema.description) ?? '')
  const [name] = names
  return { words: [...names, ...texts].flatMap(wordsOf).map(singular), ...(name && { name }) }
}

function keyed({ words, name }: Key): Pattern {
  const by = name ? ` (${name})` : ''
  if (words.some(isPersonWord))
    return pattern('user_keyed_ordering', 0.8, `Events of one person stay in order${by}.`, name)
  if (words.some((word) => IDENTITY.has(word))) {
    return pattern('entity_keyed_ordering', 0.75, `Events of one entity stay in order${by}.`, name)
  }
  return pattern('keyed_ordering', 0.75, `Events with one key stay in order${by}.`, name)
}

/** Words by which a key says that it identifies something. */
const IDENTITY = new Set('id uuid guid identifier key number code reference ref sku'.split(' '))

function pattern(name: string, confidence: number, message: string, key: string | undefined): Pattern {
  return {
    pattern: name,
    confidence,
    severity: 'info',
    message,
    recommendation: 'Handle the events of one key one after another, and keep the key when a schema changes.',
    metadata: key ? { key } : {},
  }
}

function withoutKey(partitions: number): Pattern {
  return {
    pattern: 'multi_partition_no_key',
    confidence: 0.85,
    severity: 'warn',
    message: `${partitions} partitions and no key: events of one entity are read in any order.`,
    recommendation: 'Declare a key schema in the Kafka message binding to order by it.',
    metadata: { partitions },
  }
}

function routed(key: string): Pattern {
  return {
    pattern: 'routing_key_ordering',
    confidence: 0.7,
    severity: 'info',
    message: `Events with routing key ${key} reach a queue in order, and stay so with a single active consumer.`,
    recommendation: 'Use a single active consumer where order matters.',
    metadata: { routing_key: key },
  }
}
