/** A described parameter that the address does not use. */
import { namesIn } from './placeholders.ts'
import type { Rule } from './rule.ts'

export const unusedParameter: Rule = {
  code: 'unused_parameter',
  severity: 'warn',
  about: 'Every parameter that is described is used in the address.',
  fix: 'Remove it, or put it in braces into the address.',
  *check({ contract }) {
    for (const { address, parameters } of contract.channels) {
      if (address === null) continue
      const used = new Set(namesIn(address))
      for (const { name, at } of parameters) {
        if (!used.has(name)) yield { message: `The parameter "${name}" does not occur in the address.`, at }
      }
    }
  },
}
