import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import { type Doc, hardline, indent, join, line } from '../print/layout.ts'
import { literal } from '../print/literal.ts'
import { access, quote } from '../print/quote.ts'
import { requiredOf, typesOf, valuesOf } from '../schema/keywords.ts'
import { dereference, isSchema, type SchemaGraph, targetOf } from '../schema/schema-graph.ts'
import { schemaList, schemaMap } from '../schema/subschemas.ts'
import type { CheckPrinter, Part } from './check-printer.ts'
import { found, foundItself, ifChain, say } from './statements.ts'

/** Keywords that apply other schemas to the same value: references, `allOf`, `anyOf`, `oneOf`, `not` and conditionals. */
export function inPlaceStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Part[] {
  const target = targetOf(printer.graph, schema)
  return [
    ...(target === undefined ? [] : [check(printer.checkOf({ $ref: schema.$ref ?? '' }, hint))]),
    ...schemaList(schema.allOf).map((part, index) => check(printer.checkOf(part, `${hint}Part${index + 1}`))),
    ...anyOf(schema, hint, printer),
    ...oneOf(schema, hint, printer),
    ...not(schema, hint, printer),
    ...conditional(schema, hint, printer),
  ]
}

function check(name: string): Part {
  return { kind: 'check', name }
}

function anyOf(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Part[] {
  const options = schemaList(schema.anyOf)
  if (options.length === 0) return []
  const dispatched = dispatch(options, hint, 'anyOf', printer)
  if (dispatched !== undefined) return [dispatched]
  const checks = options.map((option, index) => printer.checkOf(option, `${hint}Option${index + 1}`))
  if (checks.length === 1) return checks.map(check)
  const failed = checks.map((name) => `${name}(value) !== VALID`)
  return statements(
    ifChain([{ when: failed, body: [foundItself('anyOf', `must match one of ${checks.length} schemas`, printer)] }]),
  )
}

function oneOf(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Part[] {
  const options = schemaList(schema.oneOf)
  if (options.length === 0) return []
  const dispatched = dispatch(options, hint, 'oneOf', printer)
  if (dispatched !== undefined) return [dispatched]
  const checks = options.map((option, index) => printer.checkOf(option, `${hint}Option${index + 1}`))
  if (checks.length === 1) return checks.map(check)
  const counts = checks.map((name) => `Number(${name}(value) === VALID)`)
  const count: Doc = ['const matches =', indent(line, join([' +', line], counts))]
  return statements([
    { kind: 'group', content: count },
    ...ifChain([
      {
        when: 'matches !== 1',
        body: [foundItself('oneOf', `must match exactly one of ${checks.length} schemas`, printer)],
      },
    ]),
  ])
}

/** When a constant member tells the options apart, only the one it names is checked. */
function dispatch(options: readonly JsonSchema[], hint: string, rule: string, printer: CheckPrinter): Part | undefined {
  const tag = commonTag(options, printer.graph)
  if (tag === undefined) return undefined
  const cases = options.map((option, index): Doc => {
    const name = printer.checkOf(option, `${hint}Option${index + 1}`)
    const labels = (tag.values[index] ?? []).map((value): Doc => [hardline, 'case ', literal(value), ':'])
    return [...labels, indent(hardline, found(printer.use('merge'), `${name}(value)`), hardline, 'break')]
  })
  const message = `must be one of the ${tag.values.flat().length} allowed values`
  const otherwise = found(printer.use('add'), quote(tag.name), ...say(rule, message))
  const subject = `${printer.use('isObject')}(value) ? value${access(tag.name)} : undefined`
  const body = [...cases, hardline, 'default:', indent(hardline, otherwise)]
  return { kind: 'statements', statements: [[`switch (${subject}) {`, indent(body), hardline, '}']] }
}

/** A required member that has other constant values in each option, all of which are objects. */
export function commonTag(
  options: readonly JsonSchema[],
  graph: SchemaGraph,
): { readonly name: string; readonly values: readonly (readonly Json[])[] } | undefined {
  const objects = options.map((option) => dereference(graph, option)).filter((option) => typeof option !== 'boolean')
  const [first] = objects
  if (first === undefined || objects.length !== options.length || objects.length < 2) return undefined
  if (!objects.every((option) => typesOf(option).join() === 'object')) return undefined
  for (const name of requiredOf(first)) {
    if (name in Object.prototype) continue
    const values = objects.map((option) => tagValues(option, name))
    const all = values.flat()
    if (values.every((list) => list.length > 0) && new Set(all).size === all.length) return { name, values }
  }
  return undefined
}

function tagValues(option: JsonObject, name: string): readonly Json[] {
  const member = schemaMap(option.properties).find(([key]) => key === name)?.[1]
  if (member === undefined || typeof member === 'boolean' || !requiredOf(option).includes(name)) return []
  const values = valuesOf(member) ?? []
  return values.every((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    ? values
    : []
}

function not(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Part[] {
  if (!isSchema(schema.not)) return []
  const name = printer.checkOf(schema.not, `${hint}Not`)
  const wrong = foundItself('not', 'must not match the excluded schema', printer)
  return statements(ifChain([{ when: `${name}(value) === VALID`, body: [wrong] }]))
}

function conditional(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Part[] {
  if (!isSchema(schema.if)) return []
  const apply = (part: Json | undefined, word: string): readonly Doc[] =>
    isSchema(part) && part !== true ? [found(printer.use('merge'), `${printer.checkOf(part, hint + word)}(value)`)] : []
  const accepted = apply(schema.then, 'Then')
  const otherwise = apply(schema.else, 'Else')
  if (accepted.length === 0 && otherwise.length === 0) return []
  const name = printer.checkOf(schema.if, `${hint}If`)
  if (accepted.length === 0) return statements(ifChain([{ when: `${name}(value) !== VALID`, body: otherwise }]))
  const last = otherwise.length === 0 ? [] : [{ body: otherwise }]
  return statements(ifChain([{ when: `${name}(value) === VALID`, body: accepted }, ...last]))
}

function statements(docs: readonly Doc[]): readonly Part[] {
  return [{ kind: 'statements', statements: docs }]
}
