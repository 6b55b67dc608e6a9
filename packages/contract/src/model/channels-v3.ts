/** Reads channels and operations of AsyncAPI 3.x, where an operation refers to its channel and to that channel's messages. */
import type { Channel, Message, Operation, Recovery } from '../contract.ts'
import type { Graph } from '../references/graph.ts'
import { isObject, lastToken } from '../source/pointer.ts'
import { type Node, nodeRef } from '../source/source-file.ts'
import { readMessage } from './messages.ts'
import { type NamedPart, nameAt, namedParts, placesOf } from './named-parts.ts'
import { bindingsOf, extensionsOf, parametersOf, tagsOf, texts } from './parts.ts'
import { noteForeign, type Reading } from './reading.ts'
import { withTraits } from './traits.ts'

export function readChannelsV3(reading: Reading): Channel[] {
  const { graph, root } = reading
  const channels = namedParts(graph, graph.get(root, 'channels'))
  const operations = namedParts(graph, graph.get(root, 'operations'))
  const namesByPlace = placesOf(channels)
  const ofChannel = Map.groupBy(operations, ({ node }) => nameAt(graph, graph.raw(node, 'channel'), namesByPlace))
  return channels.map((channel) => readChannel(reading, channel, ofChannel.get(channel.name) ?? [], namesByPlace))
}

function readChannel(
  reading: Reading,
  { name, node }: NamedPart,
  operations: readonly NamedPart[],
  channels: ReadonlyMap<string, string>,
): Channel {
  const { graph } = reading
  noteForeign(reading, 'channels', node)
  const address = graph.string(node, 'address')
  const messages = namedParts(graph, graph.get(node, 'messages'))
  const messageNames = placesOf(messages)
  return {
    name,
    address: address ?? null,
    ...texts(graph, node, 'title', 'description'),
    parameters: parametersOf(graph, graph.get(node, 'parameters')),
    servers: serversOf(graph, node),
    messages: messages.map((message): Message => readMessage(reading, message.name, message.node, '3')),
    operations: operations.map((operation) => readOperation(reading, operation, messageNames, channels)),
    bindings: bindingsOf(reading, 'channel', node),
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
  { name, node: target }: NamedPart,
  messages: ReadonlyMap<string, string>,
  channels: ReadonlyMap<string, string>,
): Operation {
  const { graph } = reading
  noteForeign(reading, 'operations', target)
  const node = withTraits(graph, target, '3')
  const reply = replyOf(graph, node, channels)
  const retry = recoveryOf(graph, graph.get(node, 'retry'), channels)
  const deadLetter = recoveryOf(graph, graph.get(node, 'deadLetter'), channels)
  return {
    name,
    action: graph.string(node, 'action') === 'send' ? 'send' : 'receive',
    ...texts(graph, node, 'summary', 'description'),
    messages: graph.items(graph.get(node, 'messages')).flatMap((item) => nameAt(graph, item, messages) ?? []),
    bindings: bindingsOf(reading, 'operation', node),
    tags: tagsOf(graph, node),
    ...(reply && { reply }),
    ...(retry && { retry }),
    ...(deadLetter && { deadLetter }),
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

function recoveryOf(graph: Graph, node: Node | undefined, channels: ReadonlyMap<string, string>): Recovery | undefined {
  if (!node || !isObject(node.value)) return undefined
  const channel = nameAt(graph, graph.raw(node, 'channel'), channels)
  return { ...(channel !== undefined && { channel }), raw: node.value }
}
