import type { Json, JsonObject, JsonSchema, Message } from '@longshore/contract'
import type { Discriminator } from './manifest.ts'
import { alternativesOf } from './schema/facets.ts'
import { asArray, asObject } from './schema/json.ts'
import { rememberedFor } from './schema/remembered.ts'

/**
 * How a message is told from the others on its channel: a property or header that each of them fixes to a value of its own
 * (`const`, or an `enum` of one), else the schema. `undefined` when it is alone.
 */
export function toldApart(message: Message, siblings: readonly Message[]): Discriminator | undefined {
  if (siblings.length === 0) return undefined
  const property = ownConstant(
    message.payload?.schema,
    siblings.map(({ payload }) => payload?.schema),
  )
  if (property) return { kind: 'property', path: property.path, value: property.value }
  const header = ownConstant(
    message.headers?.schema,
    siblings.map(({ headers }) => headers?.schema),
  )
  return header ? { kind: 'header', name: header.path, value: header.value } : { kind: 'schema' }
}

type Scalar = string | number | boolean

interface Constant {
  readonly path: string
  readonly value: Scalar
}

/** The first constant of a schema that all the others fix as well, each to another value. */
function ownConstant(
  schema: JsonSchema | undefined,
  others: readonly (JsonSchema | undefined)[],
): Constant | undefined {
  const theirs = others.map(constantsOf)
  const own = [...constantsOf(schema)].sort(([a], [b]) => rank(a) - rank(b))
  const isOwn = (path: string, value: Scalar) =>
    theirs.every((constants) => constants.has(path) && constants.get(path) !== value)
  const [path, value] = own.find((constant) => isOwn(...constant)) ?? []
  return path === undefined || value === undefined ? undefined : { path, value }
}

/** Names by which events usually say their type come first. */
function rank(path: string): number {
  return /(^|[._-])(event_?type|event_?name|type|kind|event|name|action|schema)$/i.test(path) ? 0 : 1
}

/** Levels of nesting in which a discriminator is looked for: an envelope and its header. */
const DEEPEST = 2

type Constants = ReadonlyMap<string, Scalar>
const NO_CONSTANTS: Constants = new Map()

/** Path to the one value a schema allows there. */
function constantsOf(schema: JsonSchema | undefined): Constants {
  return typeof schema === 'object' ? constantsOfObject(schema) : NO_CONSTANTS
}

/** Remembered, because each message of a channel is compared with all the others. */
const constantsOfObject = rememberedFor((schema: JsonObject): Constants => new Map(constantsIn(schema, schema, '', 1)))

function constantsIn(schema: Json, root: JsonSchema, prefix: string, depth: number): [string, Scalar][] {
  const certain = alternativesOf(schema, root).filter((facet) => facet.certain)
  const properties = certain.flatMap((facet) => Object.entries(asObject(facet.schema.properties) ?? {}))
  return properties.flatMap(([name, property]) => {
    const value = constantOf(property, root)
    if (value !== undefined) return [[`${prefix}${name}`, value]]
    return depth < DEEPEST ? constantsIn(property, root, `${prefix}${name}.`, depth + 1) : []
  })
}

function constantOf(property: Json, root: JsonSchema): Scalar | undefined {
  const values = alternativesOf(property, root).flatMap(({ schema }) => {
    const allowed = asArray(schema.enum)
    return schema.const !== undefined ? [schema.const] : allowed.length === 1 ? allowed : []
  })
  return values.find((value): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value))
}
