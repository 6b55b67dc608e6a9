/**
 * Reads channels and operations of AsyncAPI 2.x.
 *
 * 2.x tells an operation from the point of view of those who talk to the application: `publish` is what others may publish and the
 * application therefore receives, `subscribe` is what others may subscribe to and the application therefore sends.
 */
import type { Channel, Message, Operation } from '../contract.ts'
import { nameOfPlace } from '../payload/definition-names.ts'
import { uniqueNames } from '../payload/unique-names.ts'
import { type Graph, keyOf } from '../references/graph.ts'
import { isList, isObject } from '../source/pointer.ts'
import { type Node, nodeRef } from '../source/source-file.ts'
import { componentOf, readMessage } from './messages.ts'
import { bindingsOf, extensionsOf, parametersOf, tagsOf, texts } from './parts.ts'
import { noteForeign, type Reading } from './reading.ts'
import { withTraits } from './traits.ts'

const ACTIONS = [
  ['publish', 'receive'],
  ['subscribe', 'send'],
] as const

export function readChannelsV2(reading: Reading): Channel[] {
  const { graph, root } = reading
  return graph.entries(graph.get(root, 'channels')).flatMap(([name, member]) => {
    const node = graph.resolve(member)
    return node && isObject(node.value) ? [readChannel(reading, name, node)] : []
  })
}

/** The messages of a channel so far, by the place that defines them. */
interface ChannelMessages {
  readonly byPlace: Map<string, Message>
  readonly uniqueName: (wanted: string) => string
}

function readChannel(reading: Reading, name: string, node: Node): Channel {
  const { graph } = reading
  noteForeign(reading, 'channels', node)
  const messages: ChannelMessages = { byPlace: new Map(), uniqueName: uniqueNames() }
  const operations = ACTIONS.flatMap(([verb, action]) => {
    const operation = graph.get(node, verb)
    return operation && isObject(operation.value)
      ? [readOperation(reading, `${name}.${verb}`, action, operation, messages)]
      : []
  })
  const servers = graph.get(node, 'servers')?.value
  return {
    name,
    address: name,
    ...texts(graph, node, 'description'),
    parameters: parametersOf(graph, graph.get(node, 'parameters')),
    servers: isList(servers) ? servers.filter((server) => typeof server === 'string') : [],
    messages: [...messages.byPlace.values()],
    operations,
    bindings: bindingsOf(reading, 'channel', node),
    tags: [],
    extensions: extensionsOf(node),
    at: nodeRef(node),
  }
}

/** Adds the operation's messages to those of the channel; one that both operations carry is the same message. */
function readOperation(
  reading: Reading,
  fallback: string,
  action: Operation['action'],
  target: Node,
  messages: ChannelMessages,
): Operation {
  const { graph } = reading
  const node = withTraits(graph, target, '2')
  const names = messageNodes(graph, node).map((message) => {
    const known = messages.byPlace.get(keyOf(message))
    if (known) return known.name
    const name = messages.uniqueName(messageName(graph, message))
    messages.byPlace.set(keyOf(message), readMessage(reading, name, message, '2'))
    return name
  })
  return {
    name: graph.string(node, 'operationId') ?? fallback,
    action,
    ...texts(graph, node, 'summary', 'description'),
    messages: names,
    bindings: bindingsOf(reading, 'operation', node),
    tags: tagsOf(graph, node),
    extensions: extensionsOf(node),
    at: nodeRef(node),
  }
}

/** `message` holds one message or, with `oneOf`, several; a list inside a list is flattened, once. */
function messageNodes(graph: Graph, operation: Node): Node[] {
  const seen = new Set<string>()
  return flatten(graph.raw(operation, 'message'))

  function flatten(written: Node | undefined): Node[] {
    const message = graph.resolve(written)
    if (!message || !isObject(message.value) || seen.has(keyOf(message))) return []
    const several = graph.get(message, 'oneOf')
    if (!several) return [message]
    seen.add(keyOf(message))
    return graph.items(several).flatMap(flatten)
  }
}

function messageName(graph: Graph, node: Node): string {
  return graph.string(node, 'messageId') ?? graph.string(node, 'name') ?? componentOf(node) ?? placeName(node)
}

/** A message of its own file is called after the file, an inline one `message`. */
function placeName(node: Node): string {
  return node.pointer === '' ? nameOfPlace(node.source.id, '') : 'message'
}
