import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import { alternativesOf, type Facet } from './facets.ts'
import { asArray, asObject } from './json.ts'

/** One value of a payload, with all that the schema says of it. */
export interface SchemaField {
  /** `customer.addresses[].street`; a map's values are `labels.*`. */
  readonly path: string
  /** The last property name; `*` for a map's values. */
  readonly name: string
  /** Whether it must be there when the object around it is there. */
  required: boolean
  /** Every schema object that describes the value, references followed. */
  readonly schemas: JsonObject[]
  /** For an array: every schema object that describes its items. */
  readonly items: JsonObject[]
  /** The contract's names for the value's own type, or that of its items. */
  readonly typeNames: string[]
  /** The names around it, nearest first; each level holds the property name and the type names of one enclosing object. */
  readonly owners: readonly (readonly string[])[]
}

export interface FlattenOptions {
  /** Levels of nesting that are followed. Default 16: deeper paths are not read by people. */
  readonly maxDepth?: number
  /** Fields at most. Default 5,000: bounds the work on schemas whose references multiply. */
  readonly maxFields?: number
}

export const FLATTEN_DEFAULTS = Object.freeze({ maxDepth: 16, maxFields: 5_000 })

/**
 * The flat list of a schema's fields in the document's order: through objects, arrays, maps, `allOf`, `oneOf`, `anyOf`, `if` and
 * references. A type that contains itself is listed once per path, so recursion ends.
 *
 * @param schema self-contained: its references point into its own `$defs`.
 * @param rootName the contract's name for the root type.
 */
export function flatten(schema: JsonSchema, rootName?: string, options: FlattenOptions = {}): readonly SchemaField[] {
  const walk: Walk = { root: schema, limits: { ...FLATTEN_DEFAULTS, ...options }, fields: new Map() }
  const facets = alternativesOf(schema, walk.root)
  visit(walk, facets, { path: '', owners: [], around: rootName ? [rootName] : [], open: new Set(['#']) })
  return [...walk.fields.values()]
}

interface Walk {
  readonly root: JsonSchema
  readonly limits: Required<FlattenOptions>
  readonly fields: Map<string, SchemaField>
}

/** Where the walk stands. */
interface Place {
  readonly path: string
  readonly owners: readonly (readonly string[])[]
  /** Property name and names so far of the object the walk is in. */
  readonly around: readonly string[]
  /** References that are being followed on this path. */
  readonly open: ReadonlySet<string>
}

function visit(walk: Walk, facets: readonly Facet[], place: Place): void {
  for (const facet of facets) {
    const { schema, references, names } = facet
    if (references.some((reference) => place.open.has(reference))) continue
    const open = references.length === 0 ? place.open : new Set([...place.open, ...references])
    if (
      schema.properties !== undefined ||
      schema.additionalProperties !== undefined ||
      schema.patternProperties !== undefined
    ) {
      const level = names.length === 0 ? place.around : [...new Set([...place.around, ...names])]
      const inner = { ...place, owners: [level, ...place.owners], open }
      visitProperties(walk, facet, inner)
      visitMap(walk, facet, inner)
    }
    if (schema.items !== undefined || schema.prefixItems !== undefined) visitItems(walk, facet, { ...place, open })
  }
}

function visitProperties(walk: Walk, { schema, certain }: Facet, place: Place): void {
  const properties = asObject(schema.properties)
  if (!properties) return
  const required = new Set(asArray(schema.required))
  for (const name of Object.keys(properties)) {
    const path = place.path === '' ? name : `${place.path}.${name}`
    add(walk, { path, name, property: properties[name] ?? true, required: certain && required.has(name) }, place)
  }
}

function visitMap(walk: Walk, { schema }: Facet, place: Place): void {
  const values = [schema.additionalProperties, ...Object.values(asObject(schema.patternProperties) ?? {})]
  for (const property of values) {
    if (asObject(property) === undefined) continue
    const path = place.path === '' ? '*' : `${place.path}.*`
    add(walk, { path, name: '*', property: property ?? true, required: false }, place)
  }
}

/** Items of an array; their fields are in the object around it, as far as names tell. */
function visitItems(walk: Walk, { schema }: Facet, place: Place): void {
  for (const item of itemsOf(schema)) {
    visit(walk, alternativesOf(item, walk.root), { ...place, path: `${place.path}[]` })
  }
}

interface Found {
  readonly path: string
  readonly name: string
  readonly property: Json
  readonly required: boolean
}

function add(walk: Walk, { path, name, property, required }: Found, place: Place): void {
  const facets = alternativesOf(property, walk.root)
  const known = walk.fields.get(path)
  if (!known && walk.fields.size >= walk.limits.maxFields) return
  const field = known ?? { path, name, required, schemas: [], items: [], typeNames: [], owners: place.owners }
  walk.fields.set(path, field)
  describe(walk, field, facets)
  if (place.owners.length >= walk.limits.maxDepth) return
  visit(walk, facets, { path, owners: place.owners, around: [name], open: place.open })
}

/** Notes what the schema says of the value itself and, for an array, of its items. */
function describe(walk: Walk, field: SchemaField, facets: readonly Facet[]): void {
  for (const { schema, names } of facets) {
    field.schemas.push(schema)
    field.typeNames.push(...names)
    if (schema.items === undefined && schema.prefixItems === undefined) continue
    for (const item of itemsOf(schema).flatMap((items) => alternativesOf(items, walk.root))) {
      field.items.push(item.schema)
      field.typeNames.push(...item.names)
    }
  }
}

function itemsOf(schema: JsonObject): readonly Json[] {
  const items = schema.items
  const tuple = [...asArray(items), ...asArray(schema.prefixItems)]
  return asObject(items) ? [items ?? true, ...tuple] : tuple
}
