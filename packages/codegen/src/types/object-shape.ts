import type { JsonObject, JsonSchema } from '@longshore/contract'
import { requiredOf, typesOf, valuesOf } from '../schema/keywords.ts'
import { dereference, type SchemaGraph, targetOf } from '../schema/schema-graph.ts'
import { schemaList, schemaMap } from '../schema/subschemas.ts'

/** What a schema says of an object, `allOf` merged: its members, the named objects it extends, and everything else. */
export interface ObjectShape {
  readonly members: ReadonlyMap<string, Member>
  /** `$ref` schemas of objects that an interface can extend. */
  readonly bases: readonly JsonObject[]
  /** Names that must be there, declared or not. */
  readonly required: ReadonlySet<string>
  /** Schemas of members that are not declared by name, with their patterns. */
  readonly open: readonly { readonly pattern?: string; readonly schema: JsonSchema }[]
  /** Parts of `allOf`, `anyOf` and `oneOf` that are not merged: unions, references to other things. */
  readonly others: readonly { readonly union: boolean; readonly schemas: readonly JsonSchema[] }[]
}

export interface Member {
  readonly schema: JsonSchema
  readonly required: boolean
  /** The schema whose `properties` declare it. */
  readonly owner: JsonObject
}

const OBJECT_KEYWORDS = ['properties', 'patternProperties', 'required', 'propertyNames', 'minProperties']

/** Whether a schema is about objects: by its type, or by its keywords where no type is given. */
export function isAboutObjects(schema: JsonObject): boolean {
  const types = typesOf(schema)
  if (types.length > 0) return types.includes('object')
  const { additionalProperties } = schema
  if (additionalProperties !== undefined && typeof additionalProperties !== 'boolean') return true
  return OBJECT_KEYWORDS.some((keyword) => schema[keyword] !== undefined)
}

/** The shape of a schema; asked again it answers with the same one, so that bases shared by many are merged once. */
export function objectShape(graph: SchemaGraph, schema: JsonObject): ObjectShape {
  const shape = shapes.get(schema) ?? collectShape(graph, schema)
  shapes.set(schema, shape)
  return shape
}

const shapes = new WeakMap<JsonObject, ObjectShape>()

function collectShape(graph: SchemaGraph, schema: JsonObject): ObjectShape {
  const found: Collected = { members: new Map(), bases: [], required: new Set(), open: [], others: [] }
  collect(graph, schema, found)
  for (const [name, member] of found.members) found.members.set(name, { ...member, required: found.required.has(name) })
  return found
}

interface Collected extends ObjectShape {
  readonly members: Map<string, Member>
  readonly bases: JsonObject[]
  readonly required: Set<string>
  readonly open: { readonly pattern?: string; readonly schema: JsonSchema }[]
  readonly others: { readonly union: boolean; readonly schemas: readonly JsonSchema[] }[]
}

function collect(graph: SchemaGraph, schema: JsonObject, found: Collected): void {
  const target = targetOf(graph, schema)
  if (target !== undefined) {
    if (isPlainObject(graph, target.schema)) found.bases.push(schema)
    else found.others.push({ union: false, schemas: [{ $ref: schema.$ref ?? '' }] })
  }
  for (const name of requiredOf(schema)) found.required.add(name)
  for (const [name, member] of schemaMap(schema.properties)) addMember(found, name, member, schema)
  for (const [pattern, member] of schemaMap(schema.patternProperties)) found.open.push({ pattern, schema: member })
  const { additionalProperties } = schema
  if (typeof additionalProperties === 'object' && additionalProperties !== null)
    found.open.push(...schemaList([additionalProperties]).map((member) => ({ schema: member })))
  for (const part of schemaList(schema.allOf)) collectPart(graph, part, found)
  for (const keyword of ['anyOf', 'oneOf']) {
    const schemas = schemaList(schema[keyword])
    if (schemas.length > 0) found.others.push({ union: true, schemas })
  }
}

function collectPart(graph: SchemaGraph, part: JsonSchema, found: Collected): void {
  if (typeof part === 'boolean') {
    if (!part) found.others.push({ union: false, schemas: [false] })
  } else if (isMergeable(part)) collect(graph, part, found)
  else found.others.push({ union: false, schemas: [part] })
}

/** A part that says nothing an interface cannot say. */
function isMergeable(part: JsonObject): boolean {
  const types = typesOf(part)
  const isObject = types.length === 0 || (types.length === 1 && types[0] === 'object')
  return isObject && valuesOf(part) === undefined && part.items === undefined && part.prefixItems === undefined
}

function addMember(found: Collected, name: string, schema: JsonSchema, owner: JsonObject): void {
  const before = found.members.get(name)
  const both = before === undefined || isSame(before.schema, schema) ? schema : { allOf: [before.schema, schema] }
  found.members.set(name, { schema: both, required: false, owner: before?.owner ?? owner })
}

/** Whether a schema prints as an interface: an object and nothing else. */
export function isPlainObject(graph: SchemaGraph, schema: JsonSchema): boolean {
  if (typeof schema === 'boolean' || graph.empty.has(schema)) return false
  if (!isAboutObjects(schema) && schemaList(schema.allOf).length === 0) return false
  if (typesOf(schema).length > 1 || valuesOf(schema) !== undefined) return false
  if (typeof schema.$ref === 'string') return false
  const { members, bases, open, others } = objectShape(graph, schema)
  if (others.length > 0) return false
  return members.size > 0 || open.length > 0 || bases.length > 0
}

/** Every member an object ends up with, those of its bases included. */
export function allMembers(graph: SchemaGraph, shape: ObjectShape): ReadonlyMap<string, Member> {
  const members = membersOfShape.get(shape) ?? uniteMembers(graph, shape)
  membersOfShape.set(shape, members)
  return members
}

const membersOfShape = new WeakMap<ObjectShape, ReadonlyMap<string, Member>>()

function uniteMembers(graph: SchemaGraph, shape: ObjectShape): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>()
  for (const base of shape.bases) {
    const target = dereference(graph, base)
    if (typeof target === 'boolean') continue
    for (const [name, member] of allMembers(graph, objectShape(graph, target))) unite(members, name, member)
  }
  for (const [name, member] of shape.members) unite(members, name, member)
  for (const [name, member] of members) {
    if (shape.required.has(name) && !member.required) members.set(name, { ...member, required: true })
  }
  return members
}

function unite(members: Map<string, Member>, name: string, member: Member): void {
  const before = members.get(name)
  if (before === undefined) members.set(name, member)
  else {
    const schema = isSame(before.schema, member.schema) ? before.schema : { allOf: [before.schema, member.schema] }
    members.set(name, { ...before, schema, required: before.required || member.required })
  }
}

/** Whether any object an object extends takes members that are not declared. */
export function isOpen(graph: SchemaGraph, shape: ObjectShape): boolean {
  const known = openness.get(shape)
  if (known !== undefined) return known
  const isBaseOpen = (base: JsonObject) => {
    const target = dereference(graph, base)
    return typeof target !== 'boolean' && isOpen(graph, objectShape(graph, target))
  }
  const answer = shape.open.length > 0 || shape.bases.some(isBaseOpen)
  openness.set(shape, answer)
  return answer
}

const openness = new WeakMap<ObjectShape, boolean>()

/** Equal text is equal meaning; the other way round does not matter here. */
export function isSame(left: JsonSchema, right: JsonSchema): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right)
}
