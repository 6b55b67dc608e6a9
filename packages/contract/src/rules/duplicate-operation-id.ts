/** Two operations (2.x) with one `operationId`. In 3.x operations have keys, which cannot repeat. */
import type { Rule } from './rule.ts'

export const duplicateOperationId: Rule = {
  code: 'duplicate_operation_id',
  severity: 'error',
  about: 'Every `operationId` occurs once.',
  fix: 'Give one of the operations another "operationId".',
  *check({ contract }) {
    const seen = new Set<string>()
    for (const { name, at } of contract.channels.flatMap(({ operations }) => operations)) {
      if (seen.has(name)) yield { message: `Another operation is called "${name}" already.`, at }
      seen.add(name)
    }
  },
}
