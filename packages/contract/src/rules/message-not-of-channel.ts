/** An operation (3.x) that handles a message its channel does not carry. */
import { nameAt, namedParts, placesOf } from '../model/named-parts.ts'
import { referenceIn } from '../references/graph.ts'
import { nodeRef } from '../source/source-file.ts'
import type { Rule } from './rule.ts'

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
