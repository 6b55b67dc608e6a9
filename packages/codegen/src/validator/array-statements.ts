import type { JsonObject } from '@longshore/contract'
import type { Doc } from '../print/layout.ts'
import { elementsOf, numberOf } from '../schema/keywords.ts'
import { isSchema } from '../schema/schema-graph.ts'
import type { CheckPrinter } from './check-printer.ts'
import { counted } from './conditions.ts'
import { forElements } from './loops.ts'
import { block, foundItself, ifChain, where } from './statements.ts'

/** The array keywords of a schema as statements about `value`, which is an array here. */
export function arrayStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Doc[] {
  return [
    ...lengthStatements(schema, printer),
    ...elementStatements(schema, hint, printer),
    ...containsStatements(schema, hint, printer),
  ]
}

function lengthStatements(schema: JsonObject, printer: CheckPrinter): readonly Doc[] {
  const least = numberOf(schema, 'minItems')
  const most = numberOf(schema, 'maxItems')
  const rule = (when: string, keyword: string, message: string) =>
    ifChain([{ when, body: [foundItself(keyword, message, printer)] }])
  return [
    ...(least === undefined || least <= 0
      ? []
      : rule(`value.length < ${least}`, 'minItems', `must have at least ${counted(least, 'element')}`)),
    ...(most === undefined
      ? []
      : rule(`value.length > ${most}`, 'maxItems', `must have at most ${counted(most, 'element')}`)),
    ...(schema.uniqueItems === true
      ? rule(`!${printer.use('isUnique')}(value)`, 'uniqueItems', 'must not hold an element twice')
      : []),
  ]
}

function elementStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Doc[] {
  const { first, rest } = elementsOf(schema)
  const byPosition = first.flatMap((element, index) => {
    const branches = printer.branches(element, `value[${index}]`, String(index), `${hint}${index + 1}`)
    return ifChain(where(`value.length > ${index}`, branches))
  })
  if (rest === false) {
    const refused = foundItself(
      first.length > 0 ? 'items' : 'maxItems',
      `must have at most ${counted(first.length, 'element')}`,
      printer,
    )
    return [...byPosition, ...ifChain([{ when: `value.length > ${first.length}`, body: [refused] }])]
  }
  const branches = printer.branches(rest, 'item', 'index', `${hint}Item`)
  return [...byPosition, ...forElements(first.length, ifChain(branches))]
}

function containsStatements(schema: JsonObject, hint: string, printer: CheckPrinter): readonly Doc[] {
  const { contains } = schema
  if (!isSchema(contains)) return []
  const least = numberOf(schema, 'minContains') ?? 1
  const most = numberOf(schema, 'maxContains')
  const check = printer.checkOf(contains, `${hint}Contained`)
  const wrong = most === undefined ? `matches < ${least}` : `matches < ${least} || matches > ${most}`
  const words = most === undefined ? `at least ${counted(least, 'element')}` : `${least} to ${counted(most, 'element')}`
  return [
    'let matches = 0',
    block('for (const item of value)', ifChain([{ when: `${check}(item) === VALID`, body: ['matches += 1'] }])),
    ...ifChain([{ when: wrong, body: [foundItself('contains', `must hold ${words} of the kind asked for`, printer)] }]),
  ]
}
