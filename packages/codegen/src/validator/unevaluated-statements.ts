import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import type { Doc } from '../print/layout.ts'
import { quote } from '../print/quote.ts'
import { elementsOf, regExpOf } from '../schema/keywords.ts'
import { isSchema, targetOf } from '../schema/schema-graph.ts'
import { isObject, schemaList, schemaMap } from '../schema/subschemas.ts'
import type { CheckPrinter, Part } from './check-printer.ts'
import { regExpCode } from './conditions.ts'
import { forElements, forMembers } from './loops.ts'
import { type Branch, block, foundItself, ifChain, where } from './statements.ts'

/**
 * `unevaluatedProperties` and `unevaluatedItems`: what no keyword here or in a schema applied to the same value has looked at. What a
 * branch looks at counts only when the branch holds, so each branch is asked once.
 */
export function unevaluatedStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Part[] {
  const { unevaluatedProperties: members, unevaluatedItems: elements, ...rest } = schema
  if (!isSchema(members) && !isSchema(elements)) return []
  const looks = looksOf(rest, [], hint, printer)
  const asked = [...new Set(looks.flatMap(({ when }) => when))]
  const names = new Map(asked.map((test, index) => [test, `holds${index + 1}`]))
  const questions = asked.map((test) => `const ${names.get(test)} = ${test}`)
  const holds = ({ when }: Look) => when.map((test) => names.get(test) ?? test)
  return [
    ...questions.map((question): Part => ({ kind: 'statements', statements: [question] })),
    ...(isSchema(members)
      ? guarded(`${printer.use('isObject')}(value)`, memberStatements(members, looks, holds, hint, printer))
      : []),
    ...(isSchema(elements)
      ? guarded('Array.isArray(value)', elementStatements(elements, looks, holds, hint, printer))
      : []),
  ]
}

/** What one schema looks at, provided that its tests hold. */
interface Look {
  readonly when: readonly string[]
  readonly names: readonly string[]
  readonly patterns: readonly string[]
  readonly everyMember: boolean
  /** Elements before this index; `Infinity` for all. */
  readonly elements: number
  /** Elements that `contains` matched, by the check that tells. */
  readonly contained?: string
}

function looksOf(schema: JsonSchema, when: readonly string[], hint: string, printer: CheckPrinter): readonly Look[] {
  if (typeof schema === 'boolean') return []
  const target = targetOf(printer.graph, schema)
  const branch = (part: JsonSchema, name: string, sign: string) =>
    looksOf(part, [...when, `${printer.checkOf(part, name)}(value) ${sign} VALID`], name, printer)
  return [
    own(schema, when, hint, printer),
    ...(target === undefined ? [] : looksOf(target.schema, when, hint, printer)),
    ...schemaList(schema.allOf).flatMap((part, index) => looksOf(part, when, `${hint}Part${index + 1}`, printer)),
    ...[...schemaList(schema.anyOf), ...schemaList(schema.oneOf)].flatMap((part, index) =>
      branch(part, `${hint}Option${index + 1}`, '==='),
    ),
    ...conditionalLooks(schema, when, hint, printer),
  ]
}

function conditionalLooks(
  schema: JsonObject,
  when: readonly string[],
  hint: string,
  printer: CheckPrinter,
): readonly Look[] {
  if (!isSchema(schema.if)) return []
  const check = `${printer.checkOf(schema.if, `${hint}If`)}(value)`
  const apply = (part: Json | undefined, test: string) =>
    isSchema(part) ? looksOf(part, [...when, test], hint, printer) : []
  return [
    ...apply(schema.if, `${check} === VALID`),
    ...apply(schema.then, `${check} === VALID`),
    ...apply(schema.else, `${check} !== VALID`),
  ]
}

function own(schema: JsonObject, when: readonly string[], hint: string, printer: CheckPrinter): Look {
  const { first } = elementsOf(schema)
  const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items
  const { contains } = schema
  return {
    when,
    names: isObject(schema.properties) ? Object.keys(schema.properties) : [],
    patterns: schemaMap(schema.patternProperties).map(([pattern]) => pattern),
    everyMember: schema.additionalProperties !== undefined || schema.unevaluatedProperties !== undefined,
    elements: rest !== undefined || schema.unevaluatedItems !== undefined ? Number.POSITIVE_INFINITY : first.length,
    ...(isSchema(contains) ? { contained: printer.checkOf(contains, `${hint}Contained`) } : {}),
  }
}

function memberStatements(
  schema: JsonSchema,
  looks: readonly Look[],
  holds: (look: Look) => readonly string[],
  hint: string,
  printer: CheckPrinter,
): readonly Doc[] {
  const tests = looks.flatMap((look) => {
    const patterns = look.patterns.flatMap((pattern) => {
      const compiled = regExpOf(pattern)
      return compiled === undefined ? [] : [`${printer.constant(`${hint}KeyPattern`, regExpCode(compiled))}.test(name)`]
    })
    const seen = [...look.names.map((name) => `name === ${quote(name)}`), ...patterns]
    return unlessSeen(look.everyMember ? ['true'] : seen, holds(look))
  })
  const branches = branchesOf(schema, 'member', "'*'", 'unevaluatedProperties', hint, printer)
  return forMembers(ifChain(where(tests, branches)), printer)
}

function elementStatements(
  schema: JsonSchema,
  looks: readonly Look[],
  holds: (look: Look) => readonly string[],
  hint: string,
  printer: CheckPrinter,
): readonly Doc[] {
  const tests = looks.flatMap((look) => {
    const before =
      look.elements === 0 ? [] : [look.elements === Number.POSITIVE_INFINITY ? 'true' : `index < ${look.elements}`]
    const contained = look.contained === undefined ? [] : [`${look.contained}(item) === VALID`]
    return unlessSeen([...before, ...contained], holds(look))
  })
  return forElements(0, ifChain(where(tests, branchesOf(schema, 'item', 'index', 'unevaluatedItems', hint, printer))))
}

/** `!(holds1 && (name === 'a' || name === 'b'))` */
function unlessSeen(seen: readonly string[], when: readonly string[]): readonly string[] {
  if (seen.length === 0) return []
  const any = seen.length > 1 && when.length > 0 ? `(${seen.join(' || ')})` : seen.join(' || ')
  return [`!(${[...when, any].join(' && ')})`]
}

function branchesOf(
  schema: JsonSchema,
  v: string,
  at: string,
  rule: string,
  hint: string,
  printer: CheckPrinter,
): readonly Branch[] {
  if (schema !== false) return printer.branches(schema, v, at, `${hint}Unevaluated`)
  return [{ body: [foundItself(rule, 'must have nothing that the contract does not name', printer)] }]
}

function guarded(test: string, statements: readonly Doc[]): readonly Part[] {
  return [{ kind: 'statements', statements: [block(`if (${test})`, statements)] }]
}
