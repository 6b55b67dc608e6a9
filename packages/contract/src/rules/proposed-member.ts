/** Members that are proposed for AsyncAPI but belong to no version of it yet. */
import type { Rule } from './rule.ts'

export const proposedMember: Rule = {
  code: 'proposed_member',
  severity: 'warn',
  about: 'Operations have only members that AsyncAPI defines; `retry` and `deadLetter` are proposed, and read.',
  fix: 'Write "x-retry" and "x-dlq" where other tools have to read the document too.',
  *check({ contract }) {
    for (const { at, retry, deadLetter } of contract.channels.flatMap(({ operations }) => operations)) {
      for (const [name, value] of Object.entries({ retry, deadLetter })) {
        if (!value) continue
        const message = `"${name}" is proposed for AsyncAPI and not part of ${contract.asyncapi}; it is read.`
        yield { message, at: { file: at.file, pointer: `${at.pointer}/${name}` } }
      }
    }
  },
}
