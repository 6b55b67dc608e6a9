/** An operation (3.x) that refers to a channel or to messages it cannot refer to. */
import { nameAt, namedParts, placesOf } from '../model/named-parts.ts'
import { referenceIn } from '../references/graph.ts'
import { nodeRef } from '../source/source-file.ts'
import type { Rule } from './rule.ts'

export const operationWithoutChannel: Rule = {
  code: 'operation_without_channel',
  severity: 'error',
  about: "The channel of an operation is one of the document's `channels`.",
  fix: 'Refer to #/channels/<name>.',
  *check({ line, reading: { graph, root } }) {
    if (line === '2') return
    const channels = placesOf(namedParts(graph, graph.get(root, 'channels')))
    for (const { name, node } of namedParts(graph, graph.get(root, 'operations'))) {
      const reference = graph.raw(node, 'channel')
      const leadsSomewhere = reference && referenceIn(reference.value) !== undefined && graph.resolve(reference)
      if (!leadsSomewhere || nameAt(graph, reference, channels) !== undefined) continue
      yield { message: `The channel of the operation "${name}" is not one of "channels".`, at: nodeRef(reference) }
    }
  },
}

export const messageNotOfChannel: Rule = {
  code: 'message_not_of_channel',
  severity: 'error',
  about: 'The messages of an operation are messages of its channel.',
  fix: 'Add the message to the channel, and refer to #/channels/<channel>/messages/<message>.',
  *check({ line, reading: { graph, root } }) {
    if (line === '2') return
    for (const { name, node } of namedParts(graph, graph.get(root, 'operations'))) {
      const channel = graph.get(node, 'channel')
      if (!channel) continue
      const messages = placesOf(namedParts(graph, graph.get(channel, 'messages')))
      for (const item of graph.items(graph.get(node, 'messages'))) {
        if (
          referenceIn(item.value) === undefined ||
          !graph.resolve(item) ||
          nameAt(graph, item, messages) !== undefined
        )
          continue
        yield {
          message: `The operation "${name}" handles a message that its channel does not have.`,
          at: nodeRef(item),
        }
      }
    }
  },
}
