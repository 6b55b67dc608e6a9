import type { Json, JsonObject } from '@longshore/contract'
import { type Doc, layout } from '../print/layout.ts'
import { literal, numberLiteral } from '../print/literal.ts'
import { quote } from '../print/quote.ts'
import {
  boundsOf,
  isOfType,
  numberOf,
  regExpOf,
  stringOf,
  type TypeName,
  typesOf,
  valuesOf,
} from '../schema/keywords.ts'
import { FORMATS } from './formats.ts'
import { all, type Test } from './statements.ts'
import type { Surroundings } from './surroundings.ts'

/** A way a value is wrong that one expression can tell. */
export interface Condition {
  /** True when the value is wrong. */
  readonly when: Test
  readonly rule: string
  readonly message: string
}

/** Every scalar keyword of `schema`, about the variable `v`. The first one that holds says it all, so each may rely on those before. */
export function conditionsOf(schema: JsonObject, v: string, hint: string, file: Surroundings): readonly Condition[] {
  const values = allowedValues(schema)
  const types = typesOf(schema)
  const typed = values === undefined
  return [
    ...(typed && types.length > 0 ? [typeCondition(types, v, file)] : []),
    ...(values === undefined ? [] : [valuesCondition(schema, values, v, hint, file)]),
    ...guarded(
      stringConditions(schema, v, hint, file),
      typed && types.length === 1 && types[0] === 'string',
      `typeof ${v} === 'string'`,
    ),
    ...guarded(
      numberConditions(schema, v, file),
      typed && types.length === 1 && (types[0] === 'number' || types[0] === 'integer'),
      `typeof ${v} === 'number'`,
    ),
  ]
}

/** The values of `enum` or `const` that are of the schema's type as well. */
export function allowedValues(schema: JsonObject): readonly Json[] | undefined {
  const types = typesOf(schema)
  const values = valuesOf(schema)
  return types.length === 0 ? values : values?.filter((value) => types.some((type) => isOfType(value, type)))
}

function guarded(conditions: readonly Condition[], isNarrow: boolean, guard: string): readonly Condition[] {
  if (isNarrow) return conditions
  return conditions.map((condition) => ({ ...condition, when: all(guard, condition.when) }))
}

const TESTS: {
  readonly [type in TypeName]: { readonly wrong: (v: string, file: Surroundings) => string; readonly name: string }
} = {
  null: { wrong: (v) => `${v} !== null`, name: 'null' },
  boolean: { wrong: (v) => `typeof ${v} !== 'boolean'`, name: 'a boolean' },
  integer: { wrong: (v, file) => `!${file.use('isInteger')}(${v})`, name: 'an integer' },
  number: { wrong: (v, file) => `!${file.use('isNumber')}(${v})`, name: 'a number' },
  string: { wrong: (v) => `typeof ${v} !== 'string'`, name: 'a string' },
  array: { wrong: (v) => `!Array.isArray(${v})`, name: 'an array' },
  object: { wrong: (v, file) => `!${file.use('isObject')}(${v})`, name: 'an object' },
}

function typeCondition(types: readonly TypeName[], v: string, file: Surroundings): Condition {
  const names = types.map((type) => TESTS[type].name)
  return {
    when: types.map((type) => TESTS[type].wrong(v, file)),
    rule: 'type',
    message: `must be ${names.join(' or ')}`,
  }
}

/** A few values are compared one by one, many looked up, lists and objects compared member by member. */
function valuesCondition(
  schema: JsonObject,
  values: readonly Json[],
  v: string,
  hint: string,
  file: Surroundings,
): Condition {
  const rule = schema.const === undefined ? 'enum' : 'const'
  const message =
    values.length === 1 ? 'must be the one allowed value' : `must be one of the ${values.length} allowed values`
  const distinct = values.filter((value, index) => values.indexOf(value) === index)
  if (distinct.some((value) => typeof value === 'object' && value !== null))
    return { when: distinct.map((value) => unequal(value, v, file)), rule, message }
  if (distinct.length <= 4) return { when: distinct.map((value) => unequal(value, v, file)), rule, message }
  const set: Doc = ['new Set<unknown>(', literal(distinct), ')']
  return { when: `!${file.constant(`${hint}Values`, set)}.has(${v})`, rule, message }
}

function unequal(value: Json, v: string, file: Surroundings): string {
  const code = layout(literal(value))
  return typeof value === 'object' && value !== null ? `!${file.use('isEqual')}(${v}, ${code})` : `${v} !== ${code}`
}

function stringConditions(schema: JsonObject, v: string, hint: string, file: Surroundings): readonly Condition[] {
  const least = numberOf(schema, 'minLength')
  const most = numberOf(schema, 'maxLength')
  const source = stringOf(schema, 'pattern')
  const pattern = source === undefined ? undefined : regExpOf(source)
  const format = FORMATS.strings.get(stringOf(schema, 'format') ?? '')
  const found: Condition[] = []
  if (least !== undefined && least > 0)
    found.push({
      when: least === 1 ? `${v} === ''` : `${file.use('isShorter')}(${v}, ${numberLiteral(least)})`,
      rule: 'minLength',
      message: `must have at least ${counted(least, 'character')}`,
    })
  if (most !== undefined)
    found.push({
      when: `${file.use('isLonger')}(${v}, ${numberLiteral(most)})`,
      rule: 'maxLength',
      message: `must have at most ${counted(most, 'character')}`,
    })
  if (pattern !== undefined)
    found.push({
      when: `!${file.constant(`${hint}Pattern`, regExpCode(pattern))}.test(${v})`,
      rule: 'pattern',
      message: 'must match the pattern',
    })
  if (format !== undefined)
    found.push({ when: `!${file.use(format.check)}(${v})`, rule: 'format', message: `must be ${format.name}` })
  return found
}

function numberConditions(schema: JsonObject, v: string, file: Surroundings): readonly Condition[] {
  const { minimum, maximum, above, below } = boundsOf(schema)
  const divisor = numberOf(schema, 'multipleOf')
  const format = FORMATS.numbers.get(stringOf(schema, 'format') ?? '')
  const found: Condition[] = []
  const bound = (limit: number | undefined, operator: string, rule: string, words: string) => {
    if (limit !== undefined)
      found.push({ when: `${v} ${operator} ${numberLiteral(limit)}`, rule, message: `must be ${words} ${limit}` })
  }
  bound(minimum, '<', 'minimum', 'at least')
  bound(above, '<=', 'exclusiveMinimum', 'greater than')
  bound(maximum, '>', 'maximum', 'at most')
  bound(below, '>=', 'exclusiveMaximum', 'less than')
  if (divisor !== undefined && divisor > 0)
    found.push({
      when: `!${file.use('isMultiple')}(${v}, ${numberLiteral(divisor)})`,
      rule: 'multipleOf',
      message: `must be a multiple of ${divisor}`,
    })
  if (format !== undefined)
    found.push({ when: `!${file.use(format.check)}(${v})`, rule: 'format', message: `must be ${format.name}` })
  return found
}

/** A literal where the pattern is plain enough for every tool that reads the file, else a constructor call. */
export function regExpCode(pattern: RegExp): string {
  const isPlain = /^[\x20-\x7e]+$/.test(pattern.source) && pattern.flags === 'u' && !pattern.source.includes('(?')
  return isPlain ? `/${pattern.source}/u` : `new RegExp(${quote(pattern.source)}${pattern.flags === '' ? '' : ", 'u'"})`
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
