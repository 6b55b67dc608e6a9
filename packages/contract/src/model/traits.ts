/**
 * Merges traits into the operation or message that names them (JSON Merge Patch, RFC 7396).
 * 2.x: each trait overrides the target, the last wins. 3.x: the target wins, and among traits the last.
 */
import type { Json, JsonObject } from '../contract.ts'
import type { Graph } from '../references/graph.ts'
import { isObject } from '../source/pointer.ts'
import type { Node } from '../source/source-file.ts'

export type AsyncApiLine = '2' | '3'

/** The node itself when it has no traits. Members that come from a trait keep the place where the trait wrote them. */
export function withTraits(graph: Graph, node: Node, line: AsyncApiLine): Node {
  const traits = graph.items(graph.get(node, 'traits')).flatMap((trait) => graph.resolve(trait) ?? [])
  if (traits.length === 0) return node
  for (const part of [...traits, node]) for (const [, member] of graph.entries(part)) graph.remember(member)
  const order = line === '2' ? [node, ...traits] : [...traits, node]
  const merged = order.reduce<JsonObject>((target, { value }) => (isObject(value) ? patch(target, value) : target), {})
  return { ...node, value: merged }
}

function patch(target: JsonObject, change: JsonObject): JsonObject {
  const members = new Map<string, Json>(Object.entries(target))
  for (const [key, value] of Object.entries(change)) {
    const current = members.get(key)
    if (value === null) members.delete(key)
    else members.set(key, isObject(value) && isObject(current) ? patch(current, value) : value)
  }
  return Object.fromEntries(members)
}
