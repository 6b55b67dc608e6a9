/** Reads channels and operations of AsyncAPI 3.x, where an operation refers to its channel and to that channel's messages. */
import type { Channel, Message, Operation } from '../contract.ts'
import { type Graph, keyOf } from '../references/graph.ts'
import { isObject, lastToken } from '../source/pointer.ts'
import { type Node, nodeRef } from '../source/source-file.ts'
import { readMessage } from './messages.ts'
import { bindingsOf, extensionsOf, parametersOf, tagsOf, texts } from './parts.ts'
import type { Reading } from './reading.ts'
import { withTraits } from './traits.ts'

export function readChannelsV3(reading: Reading): Channel[] {
  const { graph, root } = reading
  const channels = named(graph, graph.get(root, 'channels'))
  const operations = named(graph, graph.get(root, 'operations'))
  const namesByPlace = placesOf(channels)
  const ofChannel = Map.groupBy(operations, ({ node }) => nameAt(graph, graph.raw(node, 'channel'), namesByPlace))
  return channels.map((channel) => readChannel(reading, channel, ofChannel.get(channel.name) ?? [], namesByPlace))
}

/** A named part: the place that names it, and the object behind its references. */
interface Named {
  readonly name: string
  readonly written: Node
  readonly node: Node
}

function named(graph: Graph, map: Node | undefined): Named[] {
  return graph.entries(map).flatMap(([name, written]) => {
    const node = graph.resolve(written)
    return node && isObject(node.value) ? [{ name, written, node }] : []
  })
}

/** Names by the place that names them and by the place that defines them; the former wins. */
function placesOf(parts: readonly Named[]): ReadonlyMap<string, string> {
  const defined = parts.toReversed().map(({ name, node }) => [keyOf(node), name] as const)
  return new Map([...defined, ...parts.map(({ name, written }) => [keyOf(written), name] as const)])
}

function nameAt(graph: Graph, reference: Node | undefined, names: ReadonlyMap<string, string>): string | undefined {
  const step = reference && graph.step(reference)
  const target = graph.resolve(reference)
  return (step && names.get(keyOf(step))) ?? (target && names.get(keyOf(target)))
}

function readChannel(
  reading: Reading,
  { name, node }: Named,
  operations: readonly Named[],
  channels: ReadonlyMap<string, string>,
): Channel {
  const { graph } = reading
  const address = graph.string(node, 'address')
  const messages = named(graph, graph.get(node, 'messages'))
  const messageNames = placesOf(messages)
  return {
    name,
    address: address ?? null,
    ...texts(graph, node, 'title', 'description'),
    parameters: parametersOf(graph, graph.get(node, 'parameters')),
    servers: serversOf(graph, node),
    messages: messages.map((message): Message => readMessage(reading, message.name, message.node, '3')),
    operations: operations.map((operation) => readOperation(reading, operation, messageNames, channels)),
    bindings: bindingsOf(reading, node),
    tags: tagsOf(graph, node),
    extensions: extensionsOf(node),
    at: nodeRef(node),
  }
}

function serversOf(graph: Graph, node: Node): string[] {
  return graph.items(graph.get(node, 'servers')).flatMap((item) => {
    const server = graph.step(item)
    return server ? [lastToken(server.pointer)] : []
  })
}

function readOperation(
  reading: Reading,
  { name, node: target }: Named,
  messages: ReadonlyMap<string, string>,
  channels: ReadonlyMap<string, string>,
): Operation {
  const { graph } = reading
  const node = withTraits(graph, target, '3')
  const reply = replyOf(graph, node, channels)
  return {
    name,
    action: graph.string(node, 'action') === 'send' ? 'send' : 'receive',
    ...texts(graph, node, 'summary', 'description'),
    messages: graph.items(graph.get(node, 'messages')).flatMap((item) => nameAt(graph, item, messages) ?? []),
    bindings: bindingsOf(reading, node),
    tags: tagsOf(graph, node),
    ...(reply && { reply }),
    extensions: extensionsOf(node),
    at: nodeRef(node),
  }
}

function replyOf(graph: Graph, node: Node, channels: ReadonlyMap<string, string>): Operation['reply'] | undefined {
  const reply = graph.get(node, 'reply')
  if (!reply) return undefined
  const channel = nameAt(graph, graph.raw(reply, 'channel'), channels)
  const address = graph.string(graph.get(reply, 'address'), 'location')
  return { ...(channel !== undefined && { channel }), ...(address !== undefined && { address }) }
}
