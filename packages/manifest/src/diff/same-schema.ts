import type { Json } from '@longshore/contract'
import { child, isObject, keyword, type Node, referenced } from './conjunction.ts'
import { isSameValue } from './shape.ts'
import { isSilent } from './silent-keywords.ts'

/** Keywords whose value is a schema, a list of schemas, or named schemas. Everything else is compared as plain JSON. */
const ONE = new Set('not if then else contains items additionalItems additionalProperties propertyNames'.split(' '))
const MANY = new Set('allOf anyOf oneOf prefixItems items'.split(' '))
const NAMED = new Set('properties patternProperties dependentSchemas'.split(' '))

/** Whether two schemas read the same, annotations aside. References are followed, so definitions may be renamed and recursive. */
export function isSameSchema(a: Node, b: Node, assumed: Set<string> = new Set()): boolean {
  const pair = `${a.pointer} ${b.pointer}`
  if (assumed.has(pair)) return true
  assumed.add(pair)
  if (typeof a.schema === 'boolean' || typeof b.schema === 'boolean') return a.schema === b.schema
  const names = spokenNames(a)
  return isSameValue([...names], [...spokenNames(b)]) && names.every((name) => isSameKeyword(a, b, name, assumed))
}

/** Whether two nodes agree on one keyword. */
export function isSameKeyword(a: Node, b: Node, name: string, assumed: Set<string> = new Set()): boolean {
  const [left, right] = [keyword(a, name), keyword(b, name)]
  if (left === undefined || right === undefined) return left === right
  if (name === '$ref') return isSameReference(a, b, assumed)
  if (MANY.has(name) && Array.isArray(left)) return isSameList(a, b, name, left, right, assumed)
  if (NAMED.has(name)) return isSameMap(a, b, name, assumed)
  return ONE.has(name) ? isSameChild(a, b, [name], assumed) : isSameValue(left, right)
}

function spokenNames(node: Node): readonly string[] {
  return isObject(node.schema)
    ? Object.keys(node.schema)
        .filter((name) => !isSilent(name))
        .sort()
    : []
}

function isSameReference(a: Node, b: Node, assumed: Set<string>): boolean {
  const [[left], [right]] = [referenced(a), referenced(b)]
  return left !== undefined && right !== undefined && isSameSchema(left, right, assumed)
}

function isSameList(a: Node, b: Node, name: string, left: readonly Json[], right: Json, assumed: Set<string>): boolean {
  if (!Array.isArray(right) || left.length !== right.length) return false
  return left.every((_, index) => isSameChild(a, b, [name, String(index)], assumed))
}

function isSameMap(a: Node, b: Node, name: string, assumed: Set<string>): boolean {
  const [left, right] = [keyword(a, name), keyword(b, name)]
  if (!isObject(left) || !isObject(right)) return false
  const [names, others] = [Object.keys(left).sort(), Object.keys(right).sort()]
  return isSameValue(names, others) && names.every((member) => isSameChild(a, b, [name, member], assumed))
}

function isSameChild(a: Node, b: Node, steps: readonly string[], assumed: Set<string>): boolean {
  const [left, right] = [child(a, ...steps), child(b, ...steps)]
  return left !== undefined && right !== undefined && isSameSchema(left, right, assumed)
}
