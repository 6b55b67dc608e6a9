import type { JsonObject, JsonSchema } from '@longshore/contract'
import { pascalCase } from '../names/words.ts'
import { type Doc, list } from '../print/layout.ts'
import { quote } from '../print/quote.ts'
import { numberOf, regExpOf, requiredOf, stringsOf } from '../schema/keywords.ts'
import { isSchema } from '../schema/schema-graph.ts'
import { isObject, schemaMap } from '../schema/subschemas.ts'
import type { CheckPrinter } from './check-printer.ts'
import { counted, regExpCode } from './conditions.ts'
import { forMembers } from './loops.ts'
import { readMembers } from './read-members.ts'
import { all, type Branch, found, foundItself, ifChain, say, where } from './statements.ts'

/** The object keywords of a schema as statements about `value`, which is an object here. */
export function objectStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Doc[] {
  return [
    ...sizeStatements(schema, printer),
    ...memberStatements(schema, hint, printer),
    ...openStatements(schema, hint, printer),
    ...dependencyStatements(schema, hint, printer),
  ]
}

function sizeStatements(schema: JsonObject, printer: CheckPrinter): readonly Doc[] {
  const bounds = [
    ['minProperties', '<', 'at least'],
    ['maxProperties', '>', 'at most'],
  ] as const
  return bounds.flatMap(([keyword, operator, words]) => {
    const limit = numberOf(schema, keyword)
    if (limit === undefined) return []
    const message = `must have ${words} ${counted(limit, 'member')}`
    const wrong = foundItself(keyword, message, printer)
    return ifChain([{ when: `${printer.use('size')}(value) ${operator} ${limit}`, body: [wrong] }])
  })
}

function memberStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Doc[] {
  const properties = new Map<string, JsonSchema>(schemaMap(schema.properties))
  const required = new Set(requiredOf(schema))
  const names = [...new Set([...properties.keys(), ...required])]
  const checked = names.filter((name) => required.has(name) || !printer.allowsAll(properties.get(name) ?? true))
  const read = readMembers(checked, printer)
  const statements = checked.flatMap((name) => {
    const v = read.names.get(name) ?? ''
    const branches = printer.branches(properties.get(name) ?? true, v, quote(name), hint + pascalCase(name))
    return required.has(name)
      ? requiredMember(name, v, branches, printer)
      : ifChain(where(`${v} !== undefined`, branches))
  })
  return [...read.statements, ...statements]
}

function requiredMember(name: string, v: string, branches: readonly Branch[], printer: CheckPrinter): readonly Doc[] {
  const missing = found(printer.use('add'), quote(name), ...say('required', 'is required'))
  return ifChain([{ when: `${v} === undefined`, body: [missing] }, ...branches])
}

/** Members whose names `properties` does not give, and rules about names. */
function openStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Doc[] {
  const patterns = schemaMap(schema.patternProperties).map(([pattern, member], index) => ({
    test: patternTest(pattern, `${hint}Key${index + 1}Pattern`, printer),
    branches: printer.branches(member, 'member', "'*'", `${hint}Member${index + 1}`),
  }))
  const { additionalProperties } = schema
  const rest = isSchema(additionalProperties) ? additionalProperties : true
  const body = [
    ...nameStatements(schema, hint, printer),
    ...patterns.flatMap(({ test, branches }) => ifChain(where(test, branches))),
    ...restStatements(
      schema,
      rest,
      patterns.map(({ test }) => test),
      hint,
      printer,
    ),
  ]
  return forMembers(body, printer)
}

function patternTest(pattern: string, hint: string, printer: CheckPrinter): string {
  const compiled = regExpOf(pattern)
  return compiled === undefined ? 'false' : `${printer.constant(hint, regExpCode(compiled))}.test(name)`
}

function nameStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Doc[] {
  const { propertyNames } = schema
  if (!isSchema(propertyNames) || propertyNames === true) return []
  return ifChain(printer.branches(propertyNames, 'name', "'*'", `${hint}Name`))
}

function restStatements(
  schema: JsonObject,
  rest: JsonSchema,
  patterns: readonly string[],
  hint: string,
  printer: CheckPrinter,
): readonly Doc[] {
  const branches: readonly Branch[] =
    rest === false
      ? [{ body: [foundItself('additionalProperties', 'must have no other members', printer)] }]
      : printer.branches(rest, 'member', "'*'", `${hint}Member`)
  if (branches.length === 0) return []
  const known = schemaMap(schema.properties).map(([name]) => name)
  const unknown = [...unknownName(known, hint, printer), ...patterns.map((test) => `!${test}`)]
  return ifChain(unknown.length === 0 ? branches : where(unknown, branches))
}

function unknownName(known: readonly string[], hint: string, printer: CheckPrinter): readonly string[] {
  if (known.length <= 3) return known.map((name) => `name !== ${quote(name)}`)
  return [`!${printer.constant(`${hint}Members`, ['new Set(', list('[', known.map(quote), ']'), ')'])}.has(name)`]
}

/** `dependentRequired`, `dependentSchemas`, and `dependencies`, which draft 7 has for both. */
function dependencyStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Doc[] {
  const rules = ['dependentRequired', 'dependencies', 'dependentSchemas'].flatMap((keyword) => {
    const map = schema[keyword]
    return isObject(map) ? Object.entries(map).map(([name, rule]) => ({ keyword, name, rule })) : []
  })
  return rules.flatMap(({ keyword, name, rule }) => {
    const isThere = `Object.hasOwn(value, ${quote(name)})`
    if (Array.isArray(rule))
      return stringsOf(rule).flatMap((other) => {
        const missing = found(printer.use('add'), quote(other), ...say(keyword, `is required beside ${inText(name)}`))
        return ifChain([{ when: all(isThere, `!Object.hasOwn(value, ${quote(other)})`), body: [missing] }])
      })
    if (!isSchema(rule)) return []
    const check = found(printer.use('merge'), `${printer.checkOf(rule, `${hint}With${pascalCase(name)}`)}(value)`)
    return ifChain([{ when: isThere, body: [check] }])
  })
}

/** A name of the contract inside a message. */
function inText(name: string): string {
  return name.slice(0, 60)
}
