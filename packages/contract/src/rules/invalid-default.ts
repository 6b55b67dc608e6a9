/** Defaults that break the schema they belong to. */
import { below } from '../source/pointer.ts'
import { nodeRef } from '../source/source-file.ts'
import { type Illustration, judge } from './illustration.ts'
import type { Document, Rule } from './rule.ts'

export const invalidDefault: Rule = {
  code: 'invalid_default',
  severity: 'warn',
  about: 'A default satisfies the schema it belongs to.',
  fix: 'Correct the default or the schema.',
  check: (document) => judge('default', [...defaults(document)], document),
}

function* defaults({ reading }: Document): Iterable<Illustration> {
  for (const { copy, node } of reading.schemas.copies()) {
    if (copy.default === undefined) continue
    const { file, pointer } = nodeRef(node)
    yield { value: copy.default, schema: copy, at: { file, pointer: below(pointer, 'default') } }
  }
}
