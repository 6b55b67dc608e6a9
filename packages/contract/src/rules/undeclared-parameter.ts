/** A `{parameter}` in an address that nothing describes. */
import { namesIn } from './placeholders.ts'
import type { Rule } from './rule.ts'

export const undeclaredParameter: Rule = {
  code: 'undeclared_parameter',
  severity: 'warn',
  about: 'Every `{parameter}` of an address is described under `parameters`.',
  fix: 'Describe it under "parameters", or take the braces away.',
  *check({ contract }) {
    for (const { address, parameters, at } of contract.channels) {
      const declared = new Set(parameters.map(({ name }) => name))
      for (const name of namesIn(address ?? '')) {
        if (!declared.has(name))
          yield { message: `The address uses {${name}}, which "parameters" does not describe.`, at }
      }
    }
  },
}
