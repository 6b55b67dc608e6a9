/** Reads Message Objects of both lines. */
import type { Json, Message } from '../contract.ts'
import { readPayload } from '../payload/payload.ts'
import { type Graph, keyOf } from '../references/graph.ts'
import { memberOf, tokensOf } from '../source/pointer.ts'
import { type Node, nodeRef } from '../source/source-file.ts'
import { bindingsOf, extensionsOf, tagsOf, texts } from './parts.ts'
import { noteForeign, type Reading } from './reading.ts'
import { type AsyncApiLine, withTraits } from './traits.ts'

/** `target` is the Message Object behind all references. One that several channels carry is read once. */
export function readMessage(reading: Reading, name: string, target: Node, line: AsyncApiLine): Message {
  const key = keyOf(target)
  const known = reading.messages.get(key) ?? readNameless(reading, target, line)
  reading.messages.set(key, known)
  return { name, ...known }
}

function readNameless(reading: Reading, target: Node, line: AsyncApiLine): Omit<Message, 'name'> {
  const { graph, root } = reading
  noteForeign(reading, 'messages', target)
  const node = withTraits(graph, target, line)
  const payload = readPayload(reading, graph.raw(node, 'payload'), graph.string(node, 'schemaFormat'))
  const headers = readPayload(reading, graph.raw(node, 'headers'))
  const wireName = graph.string(node, 'name')
  const component = componentOf(target)
  const contentType = graph.string(node, 'contentType') ?? graph.string(root, 'defaultContentType')
  const location = graph.string(graph.get(node, 'correlationId'), 'location')
  return {
    ...(wireName !== undefined && { wireName }),
    ...(component !== undefined && { component }),
    ...texts(graph, node, 'title', 'summary', 'description'),
    ...(contentType !== undefined && { contentType }),
    ...(payload && { payload }),
    ...(headers && { headers }),
    ...(location !== undefined && { correlationId: { location } }),
    deprecated: memberOf(node.value, 'deprecated') === true || memberOf(node.value, 'x-deprecated') === true,
    bindings: bindingsOf(reading, 'message', node),
    tags: tagsOf(graph, node),
    examples: examplesOf(graph, node),
    extensions: extensionsOf(node),
    at: nodeRef(node),
  }
}

/** `UserCreated` for `#/components/messages/UserCreated`, in whatever file. */
export function componentOf(node: Node): string | undefined {
  const [components, messages, name, ...rest] = tokensOf(node.pointer)
  return components === 'components' && messages === 'messages' && rest.length === 0 ? name : undefined
}

function examplesOf(graph: Graph, node: Node): Message['examples'] {
  return graph.items(graph.get(node, 'examples')).flatMap((item) => {
    const example = graph.resolve(item)
    if (!example) return []
    return { ...texts(graph, example, 'name'), ...data(example, 'payload'), ...data(example, 'headers') }
  })
}

function data<K extends string>(example: Node, key: K): { readonly [key in K]?: Json } {
  const value = memberOf(example.value, key)
  const found: { [key in K]?: Json } = {}
  if (value !== undefined) found[key] = value
  return found
}
