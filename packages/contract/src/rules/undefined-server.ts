/** A channel that is limited to a server which does not exist. */
import type { Rule } from './rule.ts'

export const undefinedServer: Rule = {
  code: 'undefined_server',
  severity: 'error',
  about: 'The servers of a channel are servers of the document.',
  fix: 'Correct the name, or define the server under "servers".',
  *check({ contract }) {
    const defined = new Set(contract.servers.map(({ name }) => name))
    for (const { name, servers, at } of contract.channels) {
      for (const server of servers) {
        if (!defined.has(server))
          yield { message: `The channel "${name}" names the server "${server}", which is not defined.`, at }
      }
    }
  },
}
