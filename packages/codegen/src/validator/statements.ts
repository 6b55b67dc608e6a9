import { CERTAINLY_FITS, type Doc, group, hardline, indent, join, line, list, softline } from '../print/layout.ts'
import { quote } from '../print/quote.ts'
import type { Surroundings } from './surroundings.ts'

/** The few statements a printed check is made of. */

/** An expression, or several of which all must hold. */
export type Test = string | readonly string[]

/** A branch of an `if` chain; without a test it is the last `else`. */
export interface Branch {
  readonly when?: Test
  readonly body: readonly Doc[]
}

export function ifChain(branches: readonly Branch[]): readonly Doc[] {
  const statements: Doc[] = []
  let previousIsBlock = false
  for (const [index, { when, body }] of branches.entries()) {
    if (when === undefined && index === 0) return body
    const isBlock = body.length !== 1 || isCompound(body[0])
    const otherwise = index === 0 ? '' : previousIsBlock ? ' else ' : 'else '
    const head = when === undefined ? otherwise.trimEnd() : condition(`${otherwise}if (`, when)
    const clause = isBlock ? block(head, body) : oneStatement(head, body)
    const before = statements.pop()
    if (before === undefined) statements.push(clause)
    else statements.push([before, previousIsBlock ? '' : hardline, clause])
    previousIsBlock = isBlock
  }
  return statements
}

function condition(start: string, when: Test): Doc {
  const tests = typeof when === 'string' ? [when] : when
  const flat = `${start}${tests.join(' && ')})`
  return flat.length < CERTAINLY_FITS
    ? flat
    : [start, group(indent(softline, join([' &&', line], tests)), softline), ')']
}

/** All of the tests as one. */
export function all(...tests: readonly Test[]): readonly string[] {
  return tests.flat()
}

/** The branches, tried only where `test` holds; no test always does. */
export function where(test: Test, branches: readonly Branch[]): readonly Branch[] {
  const [only, ...more] = branches
  if (only === undefined || test.length === 0) return branches
  if (more.length === 0) return [{ when: all(test, only.when ?? []), body: only.body }]
  return [{ when: test, body: ifChain(branches).map(compound) }]
}

/** On the line of its condition when it fits there. */
function oneStatement(head: Doc, [statement = '']: readonly Doc[]): Doc {
  const whole = typeof head === 'string' && typeof statement === 'string' ? `${head} ${statement}` : undefined
  return whole !== undefined && whole.length < CERTAINLY_FITS ? whole : group(head, indent(line, statement))
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
  const flat = parts.every((part) => typeof part === 'string')
    ? `found = ${call}(found, ${parts.join(', ')})`
    : undefined
  if (flat !== undefined && flat.length < CERTAINLY_FITS) return flat
  return ['found = ', list(`${call}(`, ['found', ...parts], ')')]
}

/** `found = merge(found, fail('minItems', 'must have at least 1 element'))`: the value itself is wrong. */
export function foundItself(rule: string, message: string, file: Surroundings): Doc {
  return found(file.use('merge'), `${file.use('fail')}(${say(rule, message).join(', ')})`)
}

export function say(rule: string, message: string): readonly [string, string] {
  return [quote(rule), quote(message)]
}

export function lines(docs: readonly Doc[]): Doc {
  return join(hardline, docs)
}
