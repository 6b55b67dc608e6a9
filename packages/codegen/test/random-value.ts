import type { Json, JsonSchema } from '@longshore/contract'
import { sampleEvent } from '../src/sample/sample-event.ts'
import { schemaGraph } from '../src/schema/schema-graph.ts'
import { isObject } from '../src/schema/subschemas.ts'

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Values near a schema: a valid one with none, one or a few places changed. */
export function randomValues(schema: JsonSchema, random: () => number): () => Json {
  const valid = sampleEvent(schemaGraph(schema)) ?? null
  return () => {
    let value = valid
    const changes = Math.floor(random() * 4)
    for (let count = 0; count < changes; count += 1) value = changed(value, random)
    return value
  }
}

function pick<Item>(list: readonly Item[], random: () => number): Item | undefined {
  return list[Math.floor(random() * list.length)]
}

/** Goes down at random and changes what it finds there. */
function changed(value: Json, random: () => number): Json {
  const isLeaf = !(isObject(value) || Array.isArray(value)) || random() < 0.15
  if (isLeaf) return replacement(value, random)
  if (Array.isArray(value)) {
    if (random() < 0.3 || value.length === 0) return [...value, pick(value, random) ?? odd(random)]
    const at = Math.floor(random() * value.length)
    return value.map((item, index) => (index === at ? changed(item, random) : item))
  }
  const names = Object.keys(value)
  const name = pick(names, random)
  if (name === undefined || random() < 0.1) return { ...value, [pick(ODD_NAMES, random) ?? '']: odd(random) }
  if (random() < 0.15) return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
  return { ...value, [name]: changed(value[name] ?? null, random) }
}

function replacement(value: Json, random: () => number): Json {
  if (typeof value === 'number' && random() < 0.6)
    return pick([value + 1, -value, value * 1.5, value * 1e6, 0, 19.99, 0.07], random) ?? 0
  if (typeof value === 'string' && random() < 0.6) return pick(texts(value), random) ?? ''
  return odd(random)
}

function texts(value: string): readonly string[] {
  return [
    value + value,
    value.slice(1),
    value.toUpperCase(),
    value.replace(/[0-9]/, 'x'),
    `${value} `,
    '',
    '\u{1f600}'.repeat(value.length),
  ]
}

function odd(random: () => number): Json {
  return (
    pick<Json>(
      [null, true, false, 0, -1, 1.5, 1e21, '', 'text', 'a', [], {}, [1, 1], [{}], { kind: 'card' }, { a: null }],
      random,
    ) ?? null
  )
}

const ODD_NAMES = ['extra', 'm_extra', 'constructor', '__proto__', 'kind', 'x-y']
