/** The small parts that servers, channels, operations and messages have in common. */
import type { Bindings, Extensions, Json, JsonObject, Parameter } from '../contract.ts'
import { type Graph, referenceIn } from '../references/graph.ts'
import { isList, isObject } from '../source/pointer.ts'
import { type Node, nodeRef } from '../source/source-file.ts'
import type { Binding } from '../validation/validate-bindings.ts'
import type { Reading } from './reading.ts'

/** `description`, `title` and so on: the members that are strings, and no others. */
export function texts<K extends string>(
  graph: Graph,
  node: Node,
  ...keys: readonly K[]
): { readonly [key in K]?: string } {
  const found: { [key in K]?: string } = {}
  for (const key of keys) {
    const text = graph.string(node, key)
    if (text !== undefined) found[key] = text
  }
  return found
}

export function extensionsOf(node: Node): Extensions {
  const extensions: { [name: `x-${string}`]: Json } = {}
  if (!isObject(node.value)) return extensions
  for (const [key, value] of Object.entries(node.value)) if (isExtension(key)) extensions[key] = value
  return extensions
}

function isExtension(key: string): key is `x-${string}` {
  return key.startsWith('x-')
}

/** The names of Tag Objects. */
export function tagsOf(graph: Graph, node: Node | undefined): string[] {
  return graph.items(graph.get(node, 'tags')).flatMap((tag) => graph.string(graph.resolve(tag), 'name') ?? [])
}

/** Bindings by protocol. A schema inside one (the Kafka key, WebSocket headers) becomes self-contained, all else is verbatim. */
export function bindingsOf(reading: Reading, part: Binding['part'], node: Node): Bindings {
  const { graph } = reading
  const bindings = graph.entries(graph.get(node, 'bindings')).flatMap(([protocol, member]) => {
    const binding = graph.resolve(member)
    if (!binding || !isObject(binding.value) || isExtension(protocol)) return []
    reading.bindings.push({ part, protocol, node: binding })
    return [[protocol, bindingOf(reading, binding)] as const]
  })
  return Object.fromEntries(bindings)
}

function bindingOf({ graph, schemas }: Reading, binding: Node): JsonObject {
  const members = graph.entries(binding).map(([key, member]): readonly [string, Json] => {
    return [key, holdsReference(member.value) ? schemas.bundle(member, 'json-schema').schema : member.value]
  })
  return Object.fromEntries(members)
}

function holdsReference(value: Json): boolean {
  if (isList(value)) return value.some(holdsReference)
  return isObject(value) && (referenceIn(value) !== undefined || Object.values(value).some(holdsReference))
}

/** Channel parameters and server variables. 2.x keeps what 3.x says directly in the parameter's schema. */
export function parametersOf(graph: Graph, parameters: Node | undefined): Parameter[] {
  return graph.entries(parameters).flatMap(([name, member]) => {
    const node = graph.resolve(member)
    return node && isObject(node.value) ? [parameterOf(graph, name, node)] : []
  })
}

function parameterOf(graph: Graph, name: string, node: Node): Parameter {
  const schema = graph.get(node, 'schema')
  const values = graph.get(node, 'enum')?.value ?? graph.get(schema, 'enum')?.value
  const value = graph.get(node, 'default')?.value ?? graph.get(schema, 'default')?.value
  return {
    name,
    ...texts(graph, node, 'description', 'location'),
    ...(isList(values) && { enum: values.filter((item) => typeof item !== 'object').map(String) }),
    ...(value !== undefined && typeof value !== 'object' && { default: String(value) }),
    at: nodeRef(node),
  }
}
