/** Channels, operations and messages by their keys (3.x), and the way back from a reference to the key. */
import { type Graph, keyOf } from '../references/graph.ts'
import { isObject } from '../source/pointer.ts'
import type { Node } from '../source/source-file.ts'

/** A part, the place that names it, and the object behind its references. */
export interface NamedPart {
  readonly name: string
  readonly written: Node
  readonly node: Node
}

export function namedParts(graph: Graph, map: Node | undefined): NamedPart[] {
  return graph.entries(map).flatMap(([name, written]) => {
    const node = graph.resolve(written)
    return node && isObject(node.value) ? [{ name, written, node }] : []
  })
}

/** Names by the place that names them and by the place that defines them; the former wins. */
export function placesOf(parts: readonly NamedPart[]): ReadonlyMap<string, string> {
  const defined = parts.toReversed().map(({ name, node }) => [keyOf(node), name] as const)
  return new Map([...defined, ...parts.map(({ name, written }) => [keyOf(written), name] as const)])
}

/** The name a reference means. */
export function nameAt(
  graph: Graph,
  reference: Node | undefined,
  names: ReadonlyMap<string, string>,
): string | undefined {
  const step = reference && graph.step(reference)
  const target = graph.resolve(reference)
  return (step && names.get(keyOf(step))) ?? (target && names.get(keyOf(target)))
}
