import type { Json, JsonObject as Schema } from '@longshore/contract'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { isObject } from './conjunction.ts'
import { schemaChanges } from './schema-changes.ts'

/** Pairs tried; LONGSHORE_PAIRS raises it for a long search. */
const PAIRS = Number(process.env.LONGSHORE_PAIRS ?? 400)
const VALUES = 60
const LONGEST_MS = 10 * 60_000

describe('a compatibility claim', () => {
  it(
    `has no counterexample among ${VALUES} values for each of ${PAIRS} random pairs of schemas`,
    () => {
      const ajv = new Ajv({ strict: false, logger: false })
      let claims = 0
      for (let seed = 1; seed <= PAIRS; seed += 1) {
        const random = generator(seed)
        const before = document(random)
        const after = { ...mutate(random, before), $defs: before.$defs } as const
        const [accepts, acceptsNow] = [ajv.compile(before), ajv.compile(after)]
        const values = Array.from({ length: VALUES }, () =>
          valueFor(random, random.chance(0.5) ? before : after, before.$defs),
        )
        const changes = schemaChanges(before, after)
        if (changes.every(({ newReader }) => newReader === undefined)) {
          claims += 1
          const counterexample = values.find((value) => accepts(value) && !acceptsNow(value))
          expect({ seed, before, after, counterexample }).toMatchObject({ counterexample: undefined })
        }
        if (changes.every(({ oldReader }) => oldReader === undefined)) {
          claims += 1
          const counterexample = values.find((value) => acceptsNow(value) && !accepts(value))
          expect({ seed, before, after, counterexample }).toMatchObject({ counterexample: undefined })
        }
      }
      expect(claims).toBeGreaterThan(PAIRS / 3)
    },
    LONGEST_MS,
  )
})

interface Random {
  readonly chance: (probability: number) => boolean
  readonly below: (bound: number) => number
  readonly pick: <T>(items: readonly [T, ...T[]]) => T
}

/** Mulberry32: small, repeatable, good enough to look for counterexamples. */
function generator(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    chance: (probability) => next() < probability,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
  }
}

/** A schema with a recursive definition that its parts may refer to. */
function document(random: Random): Schema & { readonly $defs: Schema } {
  const node = { ...objectSchema(random, 1), type: 'object' }
  return { ...schema(random, 3), $defs: { Node: node } }
}

const NAMES = ['a', 'b', 'c'] as const
const VALUES_POOL = [null, true, false, 0, 1, 2, 3.5, -1, '', 'a', 'ab', 'abc', [], {}] as const

function schema(random: Random, depth: number): Schema {
  if (depth === 0) return leaf(random)
  const kind = random.below(10)
  if (kind < 4) return objectSchema(random, depth)
  if (kind < 5) return { type: 'array', items: schema(random, depth - 1), ...limits(random, 'Items') }
  if (kind < 6)
    return { [random.pick(['anyOf', 'oneOf', 'allOf'])]: [schema(random, depth - 1), schema(random, depth - 1)] }
  if (kind < 7) return { $ref: '#/$defs/Node' }
  return leaf(random)
}

function leaf(random: Random): Schema {
  const kind = random.below(9)
  if (kind < 2)
    return {
      type: 'string',
      ...limits(random, 'Length'),
      ...(random.chance(0.2) && { pattern: random.pick(['^a', 'b$']) }),
    }
  if (kind < 4) return { type: random.pick(['integer', 'number']), ...bounds(random) }
  if (kind < 6)
    return { enum: [...new Set([random.pick(VALUES_POOL), random.pick(VALUES_POOL), random.pick(VALUES_POOL)])] }
  if (kind < 7) return { const: random.pick(['a', 'b', 1, true]) }
  if (kind < 8) return { type: [random.pick(['string', 'null']), random.pick(['integer', 'boolean'])] }
  return random.chance(0.3) ? { not: { type: random.pick(['string', 'object']) } } : {}
}

function objectSchema(random: Random, depth: number): Schema {
  const names = NAMES.filter(() => random.chance(0.6))
  const properties = Object.fromEntries(names.map((name) => [name, schema(random, depth - 1)]))
  const others = random.below(4)
  return {
    ...(random.chance(0.8) && { type: 'object' }),
    properties,
    ...(random.chance(0.6) && { required: NAMES.filter(() => random.chance(0.35)) }),
    ...(others === 0 && { additionalProperties: false }),
    ...(others === 1 && { additionalProperties: leaf(random) }),
    ...(random.chance(0.1) && { patternProperties: { '^[ab]': leaf(random) } }),
    ...(random.chance(0.1) && { propertyNames: { maxLength: 1 } }),
    ...(random.chance(0.1) && limits(random, 'Properties')),
  }
}

function limits(random: Random, unit: string): Schema {
  return {
    ...(random.chance(0.3) && { [`min${unit}`]: random.below(2) }),
    ...(random.chance(0.3) && { [`max${unit}`]: random.below(4) }),
  }
}

function bounds(random: Random): Schema {
  return {
    ...(random.chance(0.3) && { [random.pick(['minimum', 'exclusiveMinimum'])]: random.below(3) - 1 }),
    ...(random.chance(0.3) && { [random.pick(['maximum', 'exclusiveMaximum'])]: random.below(4) }),
    ...(random.chance(0.2) && { multipleOf: random.pick([1, 2, 0.5]) }),
  }
}

/** One edit somewhere: a keyword dropped, a part replaced, or a part edited in turn. */
function mutate(random: Random, before: Schema): Schema {
  const keywords = Object.keys(before).filter((name) => name !== '$defs')
  const name = keywords[random.below(keywords.length)]
  if (name === undefined || random.chance(0.1)) return schema(random, 2)
  if (random.chance(0.15)) return { ...before, ...leaf(random) }
  if (random.chance(0.2)) return Object.fromEntries(Object.entries(before).filter(([key]) => key !== name))
  return { ...before, [name]: edited(random, name, before[name] ?? null) }
}

function edited(random: Random, name: string, value: Json): Json {
  if (typeof value === 'number') return Math.max(name === 'multipleOf' ? 0.5 : 0, value + random.pick([-1, 1]))
  if (Array.isArray(value)) return editedList(random, name, value)
  if (name === 'properties' || name === 'patternProperties') return editedMap(random, value)
  return isObject(value) ? mutate(random, value) : value
}

function editedList(random: Random, name: string, list: readonly Json[]): Json {
  if (!/Of$/.test(name))
    return random.chance(0.5) && list.length > 1
      ? list.slice(1)
      : [...new Set([...list, ...(name === 'required' ? ['c'] : name === 'type' ? ['null'] : [7])])]
  if (random.chance(0.3)) return [...list, schema(random, 1)]
  if (random.chance(0.3) && list.length > 1) return list.slice(1)
  return list.map((item, index) => (index === 0 && isObject(item) ? mutate(random, item) : item))
}

function editedMap(random: Random, value: Json): Json {
  const map = isObject(value) ? value : {}
  const name = random.pick(NAMES)
  const part = map[name]
  if (!isObject(part) || random.chance(0.3)) return { ...map, [name]: schema(random, 1) }
  if (random.chance(0.3)) return Object.fromEntries(Object.entries(map).filter(([key]) => key !== name))
  return { ...map, [name]: edited(random, 'schema', part ?? null) }
}

/** A value that often fits a schema, and often nearly does. */
function valueFor(random: Random, target: Json | undefined, definitions: Schema, depth = 4): Json {
  if (!isObject(target) || depth === 0 || random.chance(0.1)) return random.pick(VALUES_POOL)
  const inner = (part: Json | undefined) => valueFor(random, part, definitions, depth - 1)
  const branches = target.anyOf ?? target.oneOf ?? target.allOf
  if (target.$ref !== undefined) return inner(definitions.Node)
  if (Array.isArray(branches)) return inner(branches[random.below(branches.length)])
  if (target.const !== undefined) return target.const
  if (Array.isArray(target.enum)) return target.enum[random.below(target.enum.length)] ?? null
  if (target.properties !== undefined) return objectFor(random, target, inner)
  if (target.type === 'array') return Array.from({ length: random.below(4) }, () => inner(target.items))
  if (target.type === 'string') return random.pick(['', 'a', 'ab', 'bb', 'aab', 'abcd'])
  if (target.type === 'integer' || target.type === 'number') return random.pick([-1, 0, 0.5, 1, 1.5, 2, 3, 4])
  return random.pick(VALUES_POOL)
}

function objectFor(random: Random, target: Schema, inner: (part: Json | undefined) => Json): Json {
  const properties = isObject(target.properties) ? target.properties : {}
  const required = Array.isArray(target.required) ? target.required : []
  const names = [...NAMES, 'd'].filter((name) => random.chance(required.includes(name) ? 0.95 : 0.4))
  return Object.fromEntries(names.map((name) => [name, inner(properties[name] ?? target.additionalProperties)]))
}
