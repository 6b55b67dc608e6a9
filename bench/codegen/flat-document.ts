import { readFileSync, writeFileSync } from 'node:fs'
import { load } from 'js-yaml'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type JsonObject = { readonly [key: string]: Json }

/**
 * Writes a document without what some peers cannot read: members of `allOf` are merged into one object, and a reference that leads back
 * to a schema it stands in becomes a plain object.
 */
export function writeFlatDocument(from: string, to: string): void {
  const document = load(readFileSync(from, 'utf8'))
  if (!isObject(document) || !isObject(document.components) || !isObject(document.components.schemas))
    throw new Error(`${from} has no components.schemas`)
  const { schemas } = document.components
  const flat = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, merged(withoutLoops(schema, [name], schemas), schemas)]),
  )
  writeFileSync(to, JSON.stringify({ ...document, components: { ...document.components, schemas: flat } }))
}

function withoutLoops(value: Json, open: readonly string[], schemas: JsonObject): Json {
  if (Array.isArray(value)) return value.map((item) => withoutLoops(item, open, schemas))
  if (!isObject(value)) return value
  const target = nameOf(value)
  if (target !== undefined && reaches(target, open, schemas, new Set())) return { type: 'object' }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutLoops(item, open, schemas)]))
}

/** Whether a schema leads to one of those that are open. */
function reaches(name: string, open: readonly string[], schemas: JsonObject, seen: Set<string>): boolean {
  if (open.includes(name)) return true
  if (seen.has(name)) return false
  seen.add(name)
  const text = JSON.stringify(schemas[name] ?? null)
  return [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].some(([, next = '']) =>
    reaches(next, open, schemas, seen),
  )
}

function merged(schema: Json, schemas: JsonObject): Json {
  if (!isObject(schema) || !Array.isArray(schema.allOf)) return schema
  const { allOf, ...own } = schema
  const parts = allOf.map((part) => {
    const target = isObject(part) ? nameOf(part) : undefined
    return merged(target === undefined ? part : (schemas[target] ?? {}), schemas)
  })
  const all = [...parts, own].filter(isObject)
  return {
    ...Object.assign({}, ...all),
    required: all.flatMap(({ required }) => listOf(required)),
    properties: Object.assign({}, ...all.map(({ properties }) => objectOf(properties))),
  }
}

function nameOf({ $ref }: JsonObject): string | undefined {
  return typeof $ref === 'string' && $ref.startsWith('#/components/schemas/') ? $ref.split('/').at(-1) : undefined
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
