import type { Json } from '@longshore/contract'
import { type Doc, group, hardline, ifBroken, indent, join, line, list } from './layout.ts'
import { propertyKey, quote } from './quote.ts'

/** Code that is printed as it is inside a literal: the name of a constant or a function. */
export class Code {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A plain value, with code in it. Members that are `undefined` are left out. */
export type Literal =
  | null
  | boolean
  | number
  | string
  | Code
  | readonly Literal[]
  | { readonly [key: string]: Literal | undefined }

/** An object literal with one member to a line, as the printed contracts have it. */
export function objectLiteral(members: { readonly [key: string]: Literal | undefined }): Doc {
  const entries = membersOf(members)
  if (entries.length === 0) return '{}'
  return ['{', indent(entries.map((entry) => [hardline, entry, ','])), hardline, '}']
}

/** A value as a literal: on one line when it fits. */
export function literal(value: Literal | Json): Doc {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberLiteral(value)
  if (typeof value === 'string') return quote(value)
  if (value instanceof Code) return value.text
  if (isList(value)) return list('[', value.map(literal), ']')
  const entries = membersOf(value)
  if (entries.length === 0) return '{}'
  return group('{', indent(line, join([',', line], entries)), ifBroken(','), line, '}')
}

/** `60_000`: a number a reader can count the zeros of. */
export function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Number.POSITIVE_INFINITY' : 'Number.NEGATIVE_INFINITY'
  const text = Object.is(value, -0) ? '-0' : String(value)
  return /^-?\d{4,}$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, '_') : text
}

function membersOf(value: { readonly [key: string]: Literal | Json | undefined }): readonly Doc[] {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return members.map(([name, member = null]) => {
    if (member instanceof Code && member.text === name) return name
    const key = name === '__proto__' ? `['__proto__']` : propertyKey(name)
    return [key, ':', ...afterColon(key, member)]
  })
}

/** A text that does not fit beside its name stands on the next line, unless the name is too short for that to look well. */
function afterColon(key: string, member: Literal | Json): readonly Doc[] {
  const moves = typeof member === 'string' && key.length >= SHORTEST_KEY_TO_BREAK_AFTER
  return moves ? [group(indent(line, literal(member)))] : [' ', literal(member)]
}

const SHORTEST_KEY_TO_BREAK_AFTER = 5

function isList(value: object): value is readonly (Literal | Json)[] {
  return Array.isArray(value)
}
