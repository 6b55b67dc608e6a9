import type { JsonObject, JsonSchema } from '@longshore/contract'
import { pascalCase } from '../names/words.ts'
import { docComment } from '../print/comment.ts'
import { type Doc, group, hardline, indent, join, layout, line, list } from '../print/layout.ts'
import { propertyKey } from '../print/quote.ts'
import { type Question, Reprints } from '../print/reprints.ts'
import { elementsOf, numberOf, stringOf, type TypeName, typesOf, valuesOf } from '../schema/keywords.ts'
import type { PiiMarks } from '../schema/pii-marks.ts'
import { agree, type SchemaGraph, targetOf } from '../schema/schema-graph.ts'
import {
  allMembers,
  isAboutObjects,
  isOpen,
  isPlainObject,
  isSame,
  type Member,
  type ObjectShape,
  objectShape,
} from './object-shape.ts'
import {
  bracketed,
  flat,
  intersection,
  isUnknown,
  literalType,
  parenthesised,
  plain,
  type Type,
  union,
  unionParts,
  unique,
} from './type.ts'
import type { TypeNames } from './type-names.ts'

/** A schema and all it refers to as exported TypeScript declarations, the event first. */
export function printTypes(graph: SchemaGraph, names: TypeNames, marks: PiiMarks): readonly string[] {
  const printer = new TypePrinter(graph, names, marks)
  if (names.event !== names.root) printer.alias(names.event, names.root)
  const printed = new Set<string>()
  const declareOnce = (name: string, schema: JsonSchema) => {
    if (!printed.has(name)) printer.declare(name, schema)
    printed.add(name)
  }
  if (!isReferenceTo(graph, names.event, names)) declareOnce(names.root, graph.root)
  for (const [reference, { schema }] of graph.targets) declareOnce(names.byReference.get(reference) ?? '', schema)
  return printer.declarations
}

/** The root is nothing but a reference to a schema that carries the event's own name. */
function isReferenceTo(graph: SchemaGraph, name: string, names: TypeNames): boolean {
  const { root } = graph
  return typeof root !== 'boolean' && typeof root.$ref === 'string' && names.byReference.get(root.$ref) === name
}

const reprints = new Reprints<TypePrinter>()

class TypePrinter {
  readonly declarations: string[] = []
  readonly #graph: SchemaGraph
  readonly #names: TypeNames
  readonly #marks: PiiMarks
  /** What the declaration being printed has asked so far; `undefined` once it declared another type. */
  #questions: Question<TypePrinter>[] | undefined

  constructor(graph: SchemaGraph, names: TypeNames, marks: PiiMarks) {
    this.#graph = graph
    this.#names = names
    this.#marks = marks
  }

  alias(name: string, type: string): void {
    this.declarations.push(`export type ${name} = ${type}`)
  }

  declare(name: string, schema: JsonSchema): void {
    const place = this.declarations.push('') - 1
    const reprinted = typeof schema === 'boolean' ? undefined : reprints.find(schema, name, this)
    this.declarations[place] = reprinted ?? this.#printed(name, schema)
  }

  #printed(name: string, schema: JsonSchema): string {
    const graph = this.#graph
    this.#questions = [{ ask: (printer) => agree(printer.#graph, graph), answer: true }]
    const comment = docComment(typeof schema === 'boolean' ? '' : describe(schema))
    const head = comment.length === 0 ? [] : [join(hardline, comment), hardline]
    const text = layout([...head, this.#declaration(name, schema)])
    if (typeof schema !== 'boolean' && this.#questions !== undefined)
      reprints.keep(schema, { name, text, questions: this.#questions })
    return text
  }

  #declaration(name: string, schema: JsonSchema): Doc {
    if (isPlainObject(this.#graph, schema) && typeof schema !== 'boolean') return this.#interface(name, schema)
    return [`export type ${name} =`, this.#afterSign(this.#type(schema, name))]
  }

  #interface(name: string, schema: JsonObject): Doc {
    const shape = objectShape(this.#graph, schema)
    const own = this.#extendable(shape)
    const bases = own === undefined ? [] : [...new Set(shape.bases.map((base) => this.#nameOf(base)))]
    const members = own ?? allMembers(this.#graph, shape)
    const open = own === undefined ? isOpen(this.#graph, shape) : shape.open.length > 0
    const head = [`export interface ${name}`, bases.length === 0 ? '' : ` extends ${bases.join(', ')}`]
    return [
      ...head,
      ' ',
      this.#body(members, this.#undeclared(shape, members), open ? this.#index(shape, members, name) : [], name),
    ]
  }

  /**
   * The members an interface has to declare itself when it extends the bases; `undefined` when TypeScript would refuse to extend
   * them, because two of them or a member disagree.
   */
  #extendable(shape: ObjectShape): ReadonlyMap<string, Member> | undefined {
    if (shape.bases.length === 0) return shape.members
    if (isOpen(this.#graph, shape)) return undefined
    const inherited = new Map<string, Member>()
    for (const base of shape.bases) {
      for (const [name, member] of allMembers(this.#graph, { ...NO_SHAPE, bases: [base] })) {
        const before = inherited.get(name)
        if (before !== undefined && (!isSame(before.schema, member.schema) || before.required !== member.required))
          return undefined
        inherited.set(name, member)
      }
    }
    return ownMembers(shape, inherited)
  }

  /** Names that are required and declared nowhere. */
  #undeclared(shape: ObjectShape, members: ReadonlyMap<string, Member>): readonly string[] {
    const known = shape.bases.length === 0 ? members : allMembers(this.#graph, shape)
    return [...shape.required].filter((name) => !known.has(name) && !members.has(name))
  }

  #body(members: ReadonlyMap<string, Member>, undeclared: readonly string[], index: readonly Doc[], hint: string): Doc {
    const docs = [
      ...[...members].map(([name, member]) => this.#member(name, member, hint)),
      ...undeclared.map((name) => `readonly ${propertyKey(name)}: unknown`),
      ...index,
    ]
    return docs.length === 0 ? '{}' : ['{', indent(docs.map((doc) => [hardline, doc])), hardline, '}']
  }

  #member(name: string, { schema, required, owner }: Member, hint: string): Doc {
    const pii = this.#markOf(owner, name)
    const about = [typeof schema === 'boolean' ? '' : describe(schema), pii ?? '']
      .filter((text) => text !== '')
      .join('\n')
    const comment = docComment(about, 1).flatMap((text) => [text, hardline])
    const type = this.#type(schema, hint + pascalCase(name))
    return [...comment, `readonly ${propertyKey(name)}${required ? '' : '?'}:`, this.#afterSign(type)]
  }

  /** Index signatures. Members that are declared must fit them, so with members a string index is `unknown`. */
  #index(shape: ObjectShape, members: ReadonlyMap<string, Member>, hint: string): readonly Doc[] {
    const prefixes = shape.open.map(({ pattern }) => prefixOf(pattern))
    const clash = [...members.keys()].some((name) =>
      prefixes.some((prefix) => prefix === undefined || name.startsWith(prefix)),
    )
    if (clash || isOverlapping(prefixes) || shape.open.length === 0) return ['readonly [name: string]: unknown']
    return shape.open.map(({ schema }, index) => {
      const prefix = prefixes[index]
      const key = prefix === undefined ? 'string' : `\`${prefix}\${string}\``
      return [`readonly [name: ${key}]:`, this.#afterSign(this.#type(schema, `${hint}Value`))]
    })
  }

  #afterSign(type: Type): Doc {
    return type.kind === 'union' && !type.hugs ? group(indent(line, unionParts(type.parts))) : [' ', flat(type)]
  }

  #nameOf(schema: JsonObject): string {
    const ask = (printer: TypePrinter) => printer.#names.byReference.get(String(schema.$ref)) ?? 'unknown'
    return this.#asked(ask)
  }

  #markOf(owner: JsonObject, name: string): string | undefined {
    return this.#asked((printer) => printer.#marks.get(owner)?.get(name))
  }

  #asked<Answer>(ask: (printer: TypePrinter) => Answer): Answer {
    const answer = ask(this)
    this.#questions?.push({ ask, answer })
    return answer
  }

  #type(schema: JsonSchema, hint: string): Type {
    if (typeof schema === 'boolean') return plain(schema ? 'unknown' : 'never')
    const values = valuesOf(schema)
    if (values !== undefined) return union(unique(values.map((value) => plain(literalType(value)))))
    const types = typesOf(schema)
    const isObject = isAboutObjects(schema) && (types.length === 0 || types.includes('object'))
    const scalars = types.filter((type) => type !== 'object' && type !== 'array').map((type) => plain(SCALARS[type]))
    const array =
      types.includes('array') || (types.length === 0 && !isObject && isAboutArrays(schema))
        ? [this.#array(schema, hint)]
        : []
    const named = [...scalars, ...array]
    if (!isObject && named.length > 0) return this.#narrowed(union(named), schema, hint)
    const object = this.#object(schema, isObject, hint)
    return named.length === 0 ? object : union([object, ...named])
  }

  /** A scalar or an array that `allOf`, `anyOf` or a reference says more about: only what names another type is kept. */
  #narrowed(type: Type, schema: JsonObject, hint: string): Type {
    const { others } = objectShape(this.#graph, schema)
    const parts = others
      .map((part, index) => this.#other(part, `${hint}${index + 1}`))
      .filter((part) => !isUnknown(part))
    const [only, ...more] = parts
    if (only === undefined) return type
    return more.length === 0 && type.kind === 'plain' ? only : intersection([type, ...parts])
  }

  #object(schema: JsonObject, isObject: boolean, hint: string): Type {
    const shape = objectShape(this.#graph, schema)
    const bases = shape.bases.map((base) => plain(this.#nameOf(base)))
    const others = shape.others
      .map((part, index) => this.#other(part, `${hint}Option${index + 1}`))
      .filter((part) => !isUnknown(part))
    const isBare = shape.members.size === 0 && shape.open.length === 0 && shape.required.size === 0
    if (isBare && (bases.length > 0 || others.length > 0)) return intersection([...bases, ...others])
    if (isBare) return isObject ? plain('{ readonly [name: string]: unknown }') : plain('unknown')
    if (bases.length === 0 && others.length === 0) return { kind: 'object', doc: this.#inlineObject(shape, hint) }
    return intersection([plain(this.#lift(shape, hint)), ...others])
  }

  /** An object that an intersection needs by name. */
  #lift(shape: ObjectShape, hint: string): string {
    const name = this.#names.scope.take(`${hint}Base`)
    this.#questions = undefined
    const place = this.declarations.push('') - 1
    const members = allMembers(this.#graph, shape)
    const index = isOpen(this.#graph, shape) ? this.#index(shape, members, hint) : []
    this.declarations[place] = layout([
      `export interface ${name} `,
      this.#body(members, this.#undeclared(shape, members), index, hint),
    ])
    return name
  }

  #inlineObject(shape: ObjectShape, hint: string): Doc {
    const index = shape.open.length > 0 ? this.#index(shape, shape.members, hint) : []
    return this.#body(shape.members, this.#undeclared(shape, shape.members), index, hint)
  }

  #other({ schemas, union: isUnion }: ObjectShape['others'][number], hint: string): Type {
    const parts = schemas.map((schema, index) => this.#reference(schema) ?? this.#type(schema, `${hint}${index + 1}`))
    return isUnion ? union(unique(parts)) : intersection(parts)
  }

  #reference(schema: JsonSchema): Type | undefined {
    if (typeof schema === 'boolean' || Object.keys(schema).length > 1) return undefined
    return targetOf(this.#graph, schema) === undefined ? undefined : plain(this.#nameOf(schema))
  }

  #array(schema: JsonObject, hint: string): Type {
    const { first, rest } = elementsOf(schema)
    if (first.length > 0) return plain(this.#tuple(schema, first, rest, hint))
    const element = this.#type(rest, `${hint}Item`)
    return plain(
      element.kind === 'union'
        ? ['readonly (', bracketed(element.parts), ')[]']
        : ['readonly ', parenthesised(element), '[]'],
    )
  }

  #tuple(schema: JsonObject, first: readonly JsonSchema[], rest: JsonSchema, hint: string): Doc {
    const least = numberOf(schema, 'minItems') ?? 0
    const elements = first.map((element, index) => {
      const type = this.#type(element, `${hint}${index + 1}`)
      return index < least ? flat(type) : [parenthesised(type), '?']
    })
    if (rest === false) return list('readonly [', elements, ']')
    return list('readonly [', [...elements, ['...', parenthesised(this.#type(rest, `${hint}Rest`)), '[]']], ']')
  }
}

const NO_SHAPE: ObjectShape = { members: new Map(), bases: [], required: new Set(), open: [], others: [] }

/** Declares again only what a base does not say; `undefined` when a member disagrees with a base. */
function ownMembers(
  shape: ObjectShape,
  inherited: ReadonlyMap<string, Member>,
): ReadonlyMap<string, Member> | undefined {
  const own = new Map<string, Member>()
  for (const [name, member] of shape.members) {
    const base = inherited.get(name)
    if (base !== undefined && !isSame(base.schema, member.schema)) return undefined
    if (base === undefined || (member.required && !base.required)) own.set(name, member)
  }
  for (const name of shape.required) {
    const base = inherited.get(name)
    if (base !== undefined && !base.required && !own.has(name)) own.set(name, { ...base, required: true })
  }
  return own
}

function isAboutArrays(schema: JsonObject): boolean {
  return schema.items !== undefined || schema.prefixItems !== undefined
}

const SCALARS: { readonly [type in Exclude<TypeName, 'object' | 'array'>]: string } = {
  null: 'null',
  boolean: 'boolean',
  integer: 'number',
  number: 'number',
  string: 'string',
}

/** `m_` of `^m_`: a pattern that a template literal type can say. */
function prefixOf(pattern: string | undefined): string | undefined {
  const prefix = pattern === undefined ? undefined : /^\^([A-Za-z0-9_:@/-]+)(?:\.\*\$?)?$/.exec(pattern)?.[1]
  return prefix
}

/** Two index signatures of which one covers the other must agree, which is not checked here. */
function isOverlapping(prefixes: readonly (string | undefined)[]): boolean {
  return prefixes.some((left, index) =>
    prefixes.some(
      (right, other) => index !== other && (left === undefined || right === undefined || right.startsWith(left)),
    ),
  )
}

function describe(schema: JsonObject): string {
  const text = stringOf(schema, 'description') ?? stringOf(schema, 'title') ?? ''
  return schema.deprecated === true ? `${text}\nDeprecated.`.trim() : text
}
