import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import { isSilent } from './silent-keywords.ts'

/** A schema and where it stands. The pointer is its identity inside its document. */
export interface Node {
  readonly schema: JsonSchema
  /** The document that `$ref`s point into. */
  readonly root: JsonSchema
  /** RFC 6901, from the root: `/$defs/User/properties/email`. */
  readonly pointer: string
}

/** Schemas that hold together. None at all accepts everything. */
export type Conjunction = readonly Node[]

export function rootNode(schema: JsonSchema): Node {
  return { schema, root: schema, pointer: '' }
}

/**
 * The schemas with everything they pull in through `$ref` and `allOf`, each once, in a stable order. Cycles end. A schema that is only
 * a reference gives way to what it refers to, so that a definition is one and the same wherever it is used.
 */
export function conjuncts(nodes: Conjunction): Conjunction {
  const found = new Map<string, Node>()
  const pending = [...nodes]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (found.has(node.pointer)) continue
    found.set(node.pointer, node)
    pending.push(...referenced(node), ...alternatives(node, 'allOf'))
  }
  return [...found.values()].filter((node) => !isBareReference(node)).sort((a, b) => (a.pointer < b.pointer ? -1 : 1))
}

function isBareReference(node: Node): boolean {
  if (!isObject(node.schema) || resolve(node) === undefined) return false
  return Object.keys(node.schema).every((name) => name === '$ref' || isSilent(name))
}

/** What a node's `$ref` points at, when it does. */
export function referenced(node: Node): readonly Node[] {
  const target = resolve(node)
  return target ? [target] : []
}

/** Whether a `$ref` points at nothing, so that nothing is known of what it stands for. */
export function isDangling(node: Node): boolean {
  return keyword(node, '$ref') !== undefined && resolve(node) === undefined
}

/** The schemas of a list keyword: `allOf`, `anyOf`, `oneOf`. */
export function alternatives(node: Node, name: string): readonly Node[] {
  const list = keyword(node, name)
  return Array.isArray(list)
    ? list.map((_, index) => child(node, name, String(index))).filter((item) => item !== undefined)
    : []
}

/** The schema below a node, or `undefined` when there is none. */
export function child(node: Node, ...steps: readonly string[]): Node | undefined {
  const schema = steps.reduce<Json | undefined>(step, node.schema)
  if (!isSchema(schema)) return undefined
  return { schema, root: node.root, pointer: [node.pointer, ...steps.map(escapeStep)].join('/') }
}

/** The value of a keyword, `undefined` on boolean schemas too. */
export function keyword(node: Node, name: string): Json | undefined {
  return step(node.schema, name)
}

export function isSchema(value: Json | undefined): value is JsonSchema {
  return typeof value === 'boolean' || isObject(value)
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function resolve(node: Node): Node | undefined {
  const ref = keyword(node, '$ref')
  if (typeof ref !== 'string' || !ref.startsWith('#')) return undefined
  const steps = ref.slice(1).split('/').slice(1)
  return child(rootNode(node.root), ...steps.map(unescapeStep))
}

/** RFC 6901, sections 4 and 6. A broken percent sequence stays as it is. */
function unescapeStep(part: string): string {
  return percentDecoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
}

function percentDecoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function step(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(name)]
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function escapeStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
