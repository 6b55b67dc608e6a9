/** A `{variable}` in a server's host, path or URL that nothing describes. */
import { namesIn } from './placeholders.ts'
import type { Rule } from './rule.ts'

export const undeclaredServerVariable: Rule = {
  code: 'undeclared_server_variable',
  severity: 'warn',
  about: 'Every `{variable}` of a server is described under `variables`.',
  fix: 'Describe it under "variables", or take the braces away.',
  *check({ contract }) {
    for (const { host, pathname = '', variables, at } of contract.servers) {
      const declared = new Set(variables.map(({ name }) => name))
      for (const name of namesIn(`${host}${pathname}`)) {
        if (!declared.has(name))
          yield { message: `The server uses {${name}}, which "variables" does not describe.`, at }
      }
    }
  },
}
