import { RESERVED_WORDS, Scope } from '../names/scope.ts'
import { camelCase, pascalCase } from '../names/words.ts'
import { type Doc, group, ifBroken, indent, join, line } from '../print/layout.ts'
import { isIdentifier, quote } from '../print/quote.ts'
import * as checks from '../schema/checks.ts'
import type { Surroundings } from './surroundings.ts'

/** Names that function bodies use for themselves. */
export const LOCAL_NAMES: ReadonlySet<string> = new Set([
  ...RESERVED_WORDS,
  'value',
  'found',
  'index',
  'item',
  'name',
  'member',
  'matches',
  'VALID',
  'Violation',
])

/** Also the functions that such a body may call. */
const OUTER_NAMES: ReadonlySet<string> = new Set([...LOCAL_NAMES, ...Object.keys(checks)])

/** Local variables for the members of an object, and the statement that reads them. */
export function readMembers(
  members: readonly string[],
  printer: Surroundings,
): { readonly names: ReadonlyMap<string, string>; readonly statements: readonly Doc[] } {
  const scope = new Scope(OUTER_NAMES)
  const names = new Map(members.map((member) => [member, scope.take(variableOf(member))]))
  const plain = members.filter((member) => !isInherited(member))
  const odd = members.filter(isInherited)
  const bindings = plain.map((member) => {
    const variable = names.get(member) ?? ''
    return member === variable ? member : `${isIdentifier(member) ? member : quote(member)}: ${variable}`
  })
  const reads = odd.map((member) => `const ${names.get(member)} = ${printer.use('own')}(value, ${quote(member)})`)
  if (bindings.length === 0) return { names, statements: reads }
  return {
    names,
    statements: [
      group('const {', indent(line, join([',', line], bindings)), ifBroken(','), line, '} = value'),
      ...reads,
    ],
  }
}

/** Functions of the file are called `check…` and `validate…`; a member of that name must not hide one. */
function variableOf(member: string): string {
  const name = camelCase(member).slice(0, 40)
  return /^(check|validate)[A-Z0-9]/.test(name) ? `given${pascalCase(name)}` : name
}

function isInherited(name: string): boolean {
  return name in Object.prototype
}
