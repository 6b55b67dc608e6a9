import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import { boundsOf, elementsOf, numberOf, requiredOf, type TypeName, typesOf, valuesOf } from '../schema/keywords.ts'
import { agree, isBareReference, type SchemaGraph, targetOf } from '../schema/schema-graph.ts'
import { isObject, schemaList, schemaMap } from '../schema/subschemas.ts'
import { conforms, Patience } from './conforms.ts'
import { sampleText } from './sample-text.ts'

/** A valid value: an example of the contract, else one built from the schema. `undefined` when none is found; never an invalid one. */
export function sampleEvent(graph: SchemaGraph, examples: readonly Json[] = []): Json | undefined {
  const candidates = function* (): Iterable<Json | undefined> {
    yield* examples
    for (const isFull of [true, false]) yield new SampleBuilder(graph, isFull).build(graph.root, 'value', 0)
  }
  return first(candidates(), (value) => conforms(graph, graph.root, value))
}

function first(values: Iterable<Json | undefined>, isWanted: (value: Json) => boolean): Json | undefined {
  for (const value of values) if (value !== undefined && isWanted(value)) return value
  return undefined
}

/** A value close to `valid` that breaks the schema, as far as `stillFits` lets it; `undefined` when everything is allowed. */
export function brokenEvent(
  graph: SchemaGraph,
  valid: Json,
  stillFits: (value: Json) => boolean = () => true,
): Json | undefined {
  const patience = new Patience()
  const breaks = (value: Json) => !conforms(graph, graph.root, value, patience) && !patience.isLost
  return first(brokenCandidates(valid), (value) => breaks(value) && stillFits(value))
}

/** One member less, one member odd, something else altogether. */
function* brokenCandidates(valid: Json): Iterable<Json> {
  if (isObject(valid)) {
    for (const name of Object.keys(valid)) yield omit(valid, name)
    for (const name of Object.keys(valid)) for (const value of ODD_VALUES) yield { ...valid, [name]: value }
  }
  yield* ODD_VALUES
}

const ODD_VALUES: readonly Json[] = [{}, [], 'text', -1.5, true]

function omit(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
}

/** Keywords that make for more than one candidate. */
const CHOICES = ['const', 'enum', 'examples', 'example', 'default', '$ref', 'allOf', 'anyOf', 'oneOf', 'if', 'not']

/** Deeper than this only what is required is built, and far deeper nothing. */
const FULL_DEPTH = 4
const MAX_DEPTH = 16

interface Shared {
  readonly graph: SchemaGraph
  readonly value: Json | undefined
}

/** Built definitions, by how full, how deep and for which member. */
const shared = new WeakMap<JsonObject, Map<string, Shared>>()

class SampleBuilder {
  readonly #graph: SchemaGraph
  readonly #isFull: boolean
  readonly #patience = new Patience()

  constructor(graph: SchemaGraph, isFull: boolean) {
    this.#graph = graph
    this.#isFull = isFull
  }

  /** The first candidate that fits, else the first: a part may be mended by what it is merged with. */
  build(schema: JsonSchema, name: string, depth: number): Json | undefined {
    if (schema === false || depth > MAX_DEPTH || !this.#patience.spend()) return undefined
    if (schema === true) return `sample ${name}`
    const target = isBareReference(schema) ? targetOf(this.#graph, schema) : undefined
    if (target !== undefined) return this.#shared(target.schema, name, depth + 1)
    const isCertain = !CHOICES.some((keyword) => schema[keyword] !== undefined)
    let fallback: Json | undefined
    for (const candidate of this.#candidates(schema, name, depth)) {
      if (isCertain || conforms(this.#graph, schema, candidate, this.#patience)) return candidate
      fallback ??= candidate
    }
    return fallback
  }

  /** What a definition looked like in another event of the contract, where it means the same. */
  #shared(schema: JsonSchema, name: string, depth: number): Json | undefined {
    if (typeof schema === 'boolean') return this.build(schema, name, depth)
    const context = `${this.#isFull} ${depth} ${name}`
    const ofSchema = shared.get(schema) ?? new Map<string, Shared>()
    const last = ofSchema.get(context)
    if (last !== undefined && agree(this.#graph, last.graph)) return last.value
    const value = this.build(schema, name, depth)
    if (!this.#patience.isLost) shared.set(schema, ofSchema.set(context, { graph: this.#graph, value }))
    return value
  }

  *#candidates(schema: JsonObject, name: string, depth: number): Iterable<Json> {
    yield* valuesOf(schema) ?? []
    if (Array.isArray(schema.examples)) yield* schema.examples
    for (const keyword of ['example', 'default']) if (schema[keyword] !== undefined) yield schema[keyword]
    const bases = this.#bases(schema, name, depth)
    const options = [...schemaList(schema.oneOf), ...schemaList(schema.anyOf)]
    for (const option of options) {
      const value = this.build(option, name, depth + 1)
      if (value !== undefined) yield bases.reduce(merge, value)
    }
    const [base, ...rest] = bases
    if (base !== undefined) yield rest.reduce(merge, base)
    yield* rest
  }

  /** What the schema itself, its reference and each member of `allOf` ask for. */
  #bases(schema: JsonObject, name: string, depth: number): readonly Json[] {
    const target = targetOf(this.#graph, schema)
    const parts = [...(target === undefined ? [] : [target.schema]), ...schemaList(schema.allOf)]
    const built = parts.map((part) => this.build(part, name, depth + 1))
    const isBare = parts.length > 0 || schema.oneOf !== undefined || schema.anyOf !== undefined
    const own =
      isBare && typesOf(schema).length === 0 && schema.properties === undefined
        ? requiredOnly(schema, built)
        : this.#own(schema, name, depth)
    return [own, ...built].filter((value) => value !== undefined)
  }

  #own(schema: JsonObject, name: string, depth: number): Json | undefined {
    const [type = impliedType(schema)] = typesOf(schema)
    if (type === 'object') return this.#object(schema, depth)
    if (type === 'array') return this.#list(schema, name, depth)
    if (type === 'string') return sampleText(schema, name)
    if (type === 'boolean') return true
    return type === 'null' ? null : sampleNumber(schema, type === 'integer')
  }

  #object(schema: JsonObject, depth: number): Json {
    const required = new Set(requiredOf(schema))
    const properties = new Map(schemaMap(schema.properties))
    const isFull = this.#isFull && depth < FULL_DEPTH
    const names = [...new Set([...[...properties.keys()].filter((name) => isFull || required.has(name)), ...required])]
    const members = names.map((name) => [name, this.build(properties.get(name) ?? true, name, depth + 1)] as const)
    return Object.fromEntries(
      members.filter(([, value]) => value !== undefined).map(([name, value = null]) => [name, value]),
    )
  }

  #list(schema: JsonObject, name: string, depth: number): Json {
    const { first, rest } = elementsOf(schema)
    const least =
      numberOf(schema, 'minItems') ??
      (this.#isFull && depth < FULL_DEPTH ? Math.min(1, numberOf(schema, 'maxItems') ?? 1) : 0)
    const length = Math.min(Math.max(least, this.#isFull ? first.length : 0), 100)
    const elements = Array.from({ length }, (_, index) => this.#element(first[index] ?? rest, name, index, depth))
    return elements.filter((value) => value !== undefined)
  }

  /** Elements differ where they may, for `uniqueItems`. */
  #element(schema: JsonSchema, name: string, index: number, depth: number): Json | undefined {
    const values = typeof schema === 'boolean' ? undefined : valuesOf(schema)
    if (values !== undefined) return values[index % values.length]
    const value = this.build(schema, index === 0 ? name : `${name} ${index + 1}`, depth + 1)
    return typeof value === 'number' && index > 0 ? value + index : value
  }
}

function requiredOnly(schema: JsonObject, parts: readonly (Json | undefined)[]): Json | undefined {
  const known = parts.flatMap((part) => (isObject(part) ? Object.keys(part) : []))
  const missing = requiredOf(schema).filter((name) => !known.includes(name))
  return missing.length === 0 ? undefined : Object.fromEntries(missing.map((name) => [name, `sample ${name}`]))
}

function impliedType(schema: JsonObject): TypeName {
  if (schema.properties !== undefined || schema.required !== undefined || schema.additionalProperties !== undefined)
    return 'object'
  if (schema.items !== undefined || schema.prefixItems !== undefined) return 'array'
  return schema.minimum !== undefined || schema.maximum !== undefined ? 'number' : 'string'
}

function sampleNumber(schema: JsonObject, isInteger: boolean): number {
  const { minimum, maximum, above, below } = boundsOf(schema)
  const step = numberOf(schema, 'multipleOf') ?? (isInteger ? 1 : undefined)
  const least = minimum ?? (above === undefined ? undefined : above + (step ?? 0.5))
  const most = maximum ?? (below === undefined ? undefined : below - (step ?? 0.5))
  const value = least ?? Math.min(1, most ?? 1)
  if (step === undefined || step <= 0) return value
  const rounded = Math.ceil(value / step) * step
  return isInteger ? Math.round(rounded) : rounded
}

/** Members of both; where both have one, the first one's unless it is an object too. */
function merge(first: Json, second: Json): Json {
  if (!isObject(first) || !isObject(second)) return first
  const both = { ...second, ...first }
  const shared = Object.keys(first).filter((name) => Object.hasOwn(second, name))
  return {
    ...both,
    ...Object.fromEntries(shared.map((name) => [name, merge(first[name] ?? null, second[name] ?? null)])),
  }
}
