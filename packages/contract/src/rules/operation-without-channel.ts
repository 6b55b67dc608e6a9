/** An operation (3.x) whose channel is not one of the document's. */
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
