import type { Json } from '@longshore/contract'
import { type Doc, group, hardline, ifBroken, indent, join, layout, line, list, softline } from '../print/layout.ts'
import { propertyKey, quote } from '../print/quote.ts'
import { isObject } from '../schema/subschemas.ts'

/** A type with as much structure as its surroundings need to set brackets and break lines. */
export type Type =
  | { readonly kind: 'plain'; readonly doc: Doc }
  | { readonly kind: 'object'; readonly doc: Doc }
  | { readonly kind: 'intersection'; readonly parts: readonly Type[] }
  | { readonly kind: 'union'; readonly parts: readonly Type[]; readonly hugs: boolean }

export function plain(doc: Doc): Type {
  return { kind: 'plain', doc }
}

export function union(types: readonly Type[]): Type {
  const parts = types.flatMap((type) => (type.kind === 'union' ? type.parts : [type])).filter((part) => !isNever(part))
  const [only, ...more] = parts
  if (only === undefined) return plain('never')
  if (more.length === 0) return only
  if (parts.some(isUnknown)) return plain('unknown')
  const objects = parts.filter((part) => part.kind === 'object').length
  const nulls = parts.filter((part) => part.kind === 'plain' && part.doc === 'null').length
  return { kind: 'union', parts: unique(parts), hugs: objects === 1 && nulls === parts.length - 1 }
}

export function intersection(types: readonly Type[]): Type {
  const parts = types.filter((part) => !isUnknown(part))
  const [only, ...more] = parts
  if (only === undefined) return plain('unknown')
  return more.length === 0 ? only : { kind: 'intersection', parts: unique(parts) }
}

export function isUnknown(type: Type): boolean {
  return type.kind === 'plain' && type.doc === 'unknown'
}

function isNever(type: Type): boolean {
  return type.kind === 'plain' && type.doc === 'never'
}

export function unique(types: readonly Type[]): readonly Type[] {
  const seen = new Set<string>()
  return types.filter((type) => {
    const text = layout(flat(type))
    return !seen.has(text) && seen.add(text)
  })
}

export function flat(type: Type): Doc {
  if (type.kind === 'union' && type.hugs) return join(' | ', type.parts.map(flat))
  if (type.kind === 'union') return group(softline, unionParts(type.parts))
  if (type.kind === 'intersection') return group(indent(join([' &', line], type.parts.map(parenthesised))))
  return type.doc
}

/** In a broken union each member stands behind a bar, and what breaks inside it stands one level deeper. */
export function unionParts(parts: readonly Type[]): Doc {
  return [
    ifBroken('| '),
    join(
      [line, '| '],
      parts.map((part) => indent(part.kind === 'intersection' ? parenthesised(part) : flat(part))),
    ),
  ]
}

export function bracketed(parts: readonly Type[]): Doc {
  return group(indent(softline, unionParts(parts)), softline)
}

export function parenthesised(type: Type): Doc {
  if (type.kind === 'union') return ['(', bracketed(type.parts), ')']
  return type.kind === 'intersection'
    ? ['(', flat(type), ')']
    : startsWithReadonly(type.doc)
      ? ['(', type.doc, ')']
      : type.doc
}

function startsWithReadonly(doc: Doc): boolean {
  if (typeof doc === 'string') return doc.startsWith('readonly ')
  if ('content' in doc) return startsWithReadonly(doc.content)
  return Array.isArray(doc) && doc[0] !== undefined && startsWithReadonly(doc[0])
}

export function literalType(value: Json): Doc {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return list('readonly [', value.map(literalType), ']')
  if (!isObject(value)) return typeof value === 'number' && !Number.isFinite(value) ? 'number' : String(value)
  const members = Object.entries(value).map(([name, member]) => [
    `readonly ${propertyKey(name)}: `,
    literalType(member),
  ])
  return members.length === 0
    ? '{ readonly [name: string]: never }'
    : ['{', indent(members.map((member) => [hardline, member])), hardline, '}']
}
