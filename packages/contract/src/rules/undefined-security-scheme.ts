/** A security requirement by name (2.x) that no scheme answers to. In 3.x this is a dangling reference. */
import { nodeRef } from '../source/source-file.ts'
import type { Rule } from './rule.ts'

export const undefinedSecurityScheme: Rule = {
  code: 'undefined_security_scheme',
  severity: 'error',
  about: 'A security scheme that a server asks for is defined under `components.securitySchemes`.',
  fix: 'Correct the name, or define the scheme.',
  *check({ line, reading: { graph, root } }) {
    if (line === '3') return
    const schemes = graph.get(graph.get(root, 'components'), 'securitySchemes')
    for (const [, server] of graph.entries(graph.get(root, 'servers'))) {
      for (const requirement of graph.items(graph.get(graph.resolve(server), 'security'))) {
        for (const [name, at] of graph.entries(requirement)) {
          if (!graph.raw(schemes, name))
            yield { message: `The security scheme "${name}" is not defined.`, at: nodeRef(at) }
        }
      }
    }
  },
}
