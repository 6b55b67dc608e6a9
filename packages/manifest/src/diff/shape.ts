import type { Json } from '@longshore/contract'
import { alternatives, type Conjunction, child, isObject, keyword, type Node } from './conjunction.ts'

/** The kinds of JSON value, with numbers split so that `integer` and `number` can be told apart. */
export type Kind = 'null' | 'boolean' | 'object' | 'array' | 'string' | 'integer' | 'fraction'

const KINDS: readonly Kind[] = ['null', 'boolean', 'object', 'array', 'string', 'integer', 'fraction']

/** What a conjunction says on its face: an upper bound of the values it accepts. */
export interface Shape {
  readonly nodes: Conjunction
  readonly kinds: ReadonlySet<Kind>
  /** All values that can be accepted, where they are few: from `enum`, `const`, or because only `null` and booleans are left. */
  readonly values?: readonly Json[]
}

/** Expects the result of `conjuncts`. */
export function shapeOf(nodes: Conjunction): Shape {
  const kinds = new Set(KINDS.filter((kind) => nodes.every((node) => admitsKind(node, kind))))
  const values = (listed(nodes) ?? fewValues(kinds))?.filter((value) => kinds.has(kindOf(value)))
  return values ? { nodes, kinds: new Set(values.map(kindOf)), values } : { nodes, kinds }
}

/** Whether no value at all is accepted. `false` means: not on its face. */
export function isEmpty(shape: Shape): boolean {
  return shape.kinds.size === 0 || shape.values?.length === 0
}

export function kindOf(value: Json): Kind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction'
  if (typeof value === 'string') return 'string'
  return typeof value === 'boolean' ? 'boolean' : 'object'
}

/** JSON values that are equal, whatever the order of their keys. */
export function isSameValue(a: Json, b: Json): boolean {
  return canonical(a) === canonical(b)
}

/** Names that a conjunction gives to members of an object. */
export function declaredNames(nodes: Conjunction): readonly string[] {
  return nodes.flatMap((node) => Object.keys(objectAt(node, 'properties')))
}

export function requiredNames(nodes: Conjunction): readonly string[] {
  return nodes.flatMap((node) => {
    const names = keyword(node, 'required')
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
  })
}

/**
 * What is known of an object's member: its own schemas, else what is said of all undeclared members (`name` absent: those alone).
 * `patterned: 'any'` takes a member that `patternProperties` may cover as unconstrained, `'closed'` as an undeclared one.
 */
export function memberOf(nodes: Conjunction, name: string | undefined, patterned: 'any' | 'closed'): Conjunction {
  return nodes.flatMap((node) => {
    const own = name === undefined ? undefined : child(node, 'properties', name)
    if (own) return [own]
    const covered = patterned === 'any' && Object.keys(objectAt(node, 'patternProperties')).length > 0
    const others = covered ? undefined : child(node, 'additionalProperties')
    return others ? [others] : []
  })
}

/** What is known of every item of an array. Tuples are left out. */
export function itemsOf(nodes: Conjunction, tuples: 'any' | 'closed'): Conjunction {
  return nodes.flatMap((node) => {
    const skipped = tuples === 'any' && keyword(node, 'prefixItems') !== undefined
    const items = skipped ? undefined : child(node, 'items')
    return items ? [items] : []
  })
}

/** The lists of alternatives in force, one per `anyOf` or `oneOf`. */
export function choicesOf(nodes: Conjunction): readonly Choice[] {
  return nodes.flatMap((node) =>
    (['anyOf', 'oneOf'] as const)
      .map((name) => ({ name, node, of: alternatives(node, name) }))
      .filter(({ of }) => of.length > 0),
  )
}

export interface Choice {
  readonly name: 'anyOf' | 'oneOf'
  readonly node: Node
  readonly of: readonly Node[]
}

function admitsKind(node: Node, kind: Kind): boolean {
  if (typeof node.schema === 'boolean') return node.schema
  const type = keyword(node, 'type')
  if (type === undefined) return true
  const names = Array.isArray(type) ? type : [type]
  return names.some((name) => name === kind || (name === 'number' && (kind === 'integer' || kind === 'fraction')))
}

function listed(nodes: Conjunction): readonly Json[] | undefined {
  const lists = nodes.flatMap((node) => {
    const constant = keyword(node, 'const')
    const values = keyword(node, 'enum')
    return [...(constant === undefined ? [] : [[constant]]), ...(Array.isArray(values) ? [values] : [])]
  })
  const [first, ...others] = lists
  return first?.filter((value) => others.every((list) => list.some((other) => isSameValue(value, other))))
}

function fewValues(kinds: ReadonlySet<Kind>): readonly Json[] | undefined {
  if ([...kinds].some((kind) => kind !== 'null' && kind !== 'boolean')) return undefined
  return [null, true, false]
}

function objectAt(node: Node, name: string): object {
  const value = keyword(node, name)
  return isObject(value) ? value : {}
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_, member: Json) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort()) : member,
  )
}
