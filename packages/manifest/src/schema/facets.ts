import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import { asArray, asObject } from './json.ts'

/** One schema object among those that together describe a value. */
export interface Facet {
  readonly schema: JsonObject
  /** Whether it always holds, in contrast to one branch of a `oneOf`, `anyOf` or `if`. */
  readonly certain: boolean
  /** References that led to it. */
  readonly references: readonly string[]
  /** The contract's names for it: the last part of those references. */
  readonly names: readonly string[]
}

/** More schema objects for one value are not read: bounds the work where unions nest in unions. */
const MOST_FACETS = 256

/** All schema objects that describe one value, in the document's order: itself, what it refers to, `allOf`, and the branches of unions. */
export function alternativesOf(value: Json | undefined, root: JsonSchema): readonly Facet[] {
  const facets: Facet[] = []
  collect(value, { root, facets, certain: true, references: [] })
  return facets
}

interface Collecting {
  readonly root: JsonSchema
  readonly facets: Facet[]
  readonly certain: boolean
  readonly references: readonly string[]
}

function collect(value: Json | undefined, state: Collecting): void {
  const schema = asObject(value)
  if (!schema || state.facets.length >= MOST_FACETS) return
  const { certain, references } = state
  state.facets.push({
    schema,
    certain,
    references,
    names: references.length === 0 ? references : references.map(nameOfReference),
  })
  if (schema.$ref !== undefined) follow(schema.$ref, state)
  for (const part of asArray(schema.allOf)) collect(part, state)
  for (const union of [schema.oneOf, schema.anyOf]) if (union !== undefined) collectUnion(asArray(union), state)
  for (const branch of [schema.then, schema.else])
    if (branch !== undefined) collect(branch, { ...state, certain: false })
}

/** A union with one branch besides `null` is that branch. */
function collectUnion(union: readonly Json[], state: Collecting): void {
  const branches = union.filter((branch) => asObject(branch)?.type !== 'null')
  for (const branch of branches) collect(branch, { ...state, certain: state.certain && branches.length === 1 })
}

function follow(reference: Json | undefined, state: Collecting): void {
  if (typeof reference !== 'string' || state.references.includes(reference)) return
  collect(resolve(reference, state.root), { ...state, references: [...state.references, reference] })
}

/** The schema a local reference points to; `undefined` when it points nowhere. */
export function resolve(reference: string, root: JsonSchema): Json | undefined {
  if (!reference.startsWith('#')) return undefined
  let node: Json | undefined = root
  for (const part of reference.slice(1).split('/').slice(1)) node = member(node, unescapePart(part))
  return node
}

function member(node: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(node)) return node[Number(key)]
  const object = asObject(node)
  return object && Object.hasOwn(object, key) ? object[key] : undefined
}

function nameOfReference(reference: string): string {
  return unescapePart(reference.slice(reference.lastIndexOf('/') + 1))
}

function unescapePart(part: string): string {
  return decode(part).replaceAll('~1', '/').replaceAll('~0', '~')
}

function decode(part: string): string {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a percent sign that escapes nothing stands for itself
  }
}
