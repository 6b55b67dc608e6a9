import { type Doc, group, hardline, indent, join, line, list, softline } from '../print/layout.ts'
import { quote } from '../print/quote.ts'

/** The few statements a printed check is made of. */

/** A branch of an `if` chain; without a condition it is the last `else`. */
export interface Branch {
  readonly when?: Doc
  readonly body: readonly Doc[]
}

export function ifChain(branches: readonly Branch[]): readonly Doc[] {
  const statements: Doc[] = []
  let previousIsBlock = false
  for (const [index, { when, body }] of branches.entries()) {
    if (when === undefined && index === 0) return body
    const isBlock = body.length !== 1 || isCompound(body[0])
    const otherwise = index === 0 ? '' : previousIsBlock ? ' else ' : 'else '
    const head: Doc =
      when === undefined ? otherwise.trimEnd() : [otherwise, 'if (', group(indent(softline, when), softline), ')']
    const clause: Doc = isBlock
      ? [head, ' {', indent(body.map((doc) => [hardline, doc])), hardline, '}']
      : group(head, indent(line, body))
    const before = statements.pop()
    if (before === undefined) statements.push(clause)
    else statements.push([before, previousIsBlock ? '' : hardline, clause])
    previousIsBlock = isBlock
  }
  return statements
}

const compounds = new WeakSet<object>()

/** Marks a statement that an `if` holds in braces: another `if`, a loop. */
export function compound(doc: Doc): Doc {
  const marked: Doc = [doc]
  compounds.add(marked)
  return marked
}

function isCompound(doc: Doc | undefined): boolean {
  return typeof doc === 'object' && compounds.has(doc)
}

export function block(head: Doc, body: readonly Doc[]): Doc {
  return [head, ' {', indent(body.map((doc) => [hardline, doc])), hardline, '}']
}

/** `found = add(found, 'email', 'type', 'must be a string')` */
export function found(call: string, ...parts: readonly Doc[]): Doc {
  return ['found = ', list(`${call}(`, ['found', ...parts], ')')]
}

export function say(rule: string, message: string): readonly Doc[] {
  return [quote(rule), quote(message)]
}

export function lines(docs: readonly Doc[]): Doc {
  return join(hardline, docs)
}
