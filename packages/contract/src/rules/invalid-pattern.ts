/** A regular expression that ECMAScript, whose expressions JSON Schema uses, cannot read. */
import { below, isObject } from '../source/pointer.ts'
import { nodeRef } from '../source/source-file.ts'
import type { Rule } from './rule.ts'

export const invalidPattern: Rule = {
  code: 'invalid_pattern',
  severity: 'warn',
  about: 'Every `pattern` is a regular expression of ECMA-262.',
  fix: 'Rewrite it; inline flags such as (?i), possessive quantifiers and \\A are not known there.',
  *check({ reading: { schemas } }) {
    for (const { node } of schemas.copies()) {
      if (!isObject(node.value)) continue
      const { file, pointer } = nodeRef(node)
      const { pattern, patternProperties } = node.value
      if (typeof pattern === 'string' && !isPattern(pattern)) {
        yield { message: `"${pattern}" is not a regular expression.`, at: { file, pointer: below(pointer, 'pattern') } }
      }
      for (const key of isObject(patternProperties) ? Object.keys(patternProperties) : []) {
        const at = { file, pointer: below(below(pointer, 'patternProperties'), key) }
        if (!isPattern(key)) yield { message: `"${key}" is not a regular expression.`, at }
      }
    }
  },
}

/** With the `u` flag as JSON Schema recommends, or without it as most documents are written. */
function isPattern(text: string): boolean {
  return ['u', ''].some((flags) => {
    try {
      return new RegExp(text, flags) instanceof RegExp
    } catch {
      return false
    }
  })
}
