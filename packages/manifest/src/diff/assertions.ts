import type { Json } from '@longshore/contract'
import { keyword } from './conjunction.ts'
import { type Kind, kindOf, requiredNames, type Shape } from './shape.ts'

/** A keyword that limits values of some kinds by itself. */
export interface Assertion {
  readonly kinds: readonly Kind[]
  /** Whether a value is within the limit. Absent where evaluating is not worth its risk (a regular expression may not end). */
  readonly accepts?: (value: Json, limit: Json) => boolean
  /** Whether everything the shape describes is within the limit. `false` when that cannot be shown. */
  readonly follows: (shape: Shape, limit: Json) => boolean
}

/** JSON Schema's limits on strings, numbers, arrays and objects (Validation, draft 7, sections 6.2 to 6.5 and 7). */
export const ASSERTIONS: { readonly [keyword: string]: Assertion } = {
  minLength: atLeast(['string'], 'minLength', lengthOf),
  maxLength: atMost(['string'], 'maxLength', lengthOf),
  pattern: { kinds: ['string'], follows: (shape, limit) => states(shape, 'pattern').includes(limit) },
  format: { kinds: ['string', 'integer', 'fraction'], follows: followsFormat },
  minimum: bound('minimum'),
  maximum: bound('maximum'),
  exclusiveMinimum: bound('exclusiveMinimum'),
  exclusiveMaximum: bound('exclusiveMaximum'),
  multipleOf: { kinds: ['integer', 'fraction'], accepts: isMultiple, follows: followsMultiple },
  minItems: atLeast(['array'], 'minItems'),
  maxItems: atMost(['array'], 'maxItems'),
  uniqueItems: { kinds: ['array'], follows: followsUnique },
  minProperties: {
    kinds: ['object'],
    follows: (shape, limit) =>
      isNumber(limit) && Math.max(lowest(shape, 'minProperties'), new Set(requiredNames(shape.nodes)).size) >= limit,
  },
  maxProperties: atMost(['object'], 'maxProperties'),
}

/** Whether an assertion can be shown to hold for all that a shape describes. */
export function holds(shape: Shape, assertion: Assertion, limit: Json): boolean {
  if (!assertion.kinds.some((kind) => shape.kinds.has(kind))) return true
  if (assertion.follows(shape, limit)) return true
  const { accepts } = assertion
  const concerned = shape.values?.filter((value) => assertion.kinds.includes(kindOf(value)))
  return (
    concerned !== undefined &&
    (concerned.length === 0 || (accepts !== undefined && concerned.every((value) => accepts(value, limit))))
  )
}

function atLeast(kinds: readonly Kind[], name: string, measure?: (value: Json) => number): Assertion {
  const accepts = measure && ((value: Json, limit: Json) => isNumber(limit) && measure(value) >= limit)
  return {
    kinds,
    ...(accepts && { accepts }),
    follows: (shape, limit) => isNumber(limit) && lowest(shape, name) >= limit,
  }
}

function atMost(kinds: readonly Kind[], name: string, measure?: (value: Json) => number): Assertion {
  const accepts = measure && ((value: Json, limit: Json) => isNumber(limit) && measure(value) <= limit)
  return {
    kinds,
    ...(accepts && { accepts }),
    follows: (shape, limit) => isNumber(limit) && Math.min(...numbers(shape, name)) <= limit,
  }
}

/** The largest lower limit in force, 0 when there is none: right for lengths and counts. */
function lowest(shape: Shape, name: string): number {
  return Math.max(0, ...numbers(shape, name))
}

type Bound = 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'

/** Bounds of numbers. Upper bounds are lower bounds of the negated number. */
function bound(name: Bound): Assertion {
  const sign = name.endsWith('aximum') ? -1 : 1
  const [inclusive, exclusive] = sign === 1 ? ['minimum', 'exclusiveMinimum'] : ['maximum', 'exclusiveMaximum']
  const strict = name === exclusive
  const within = (number: number, limit: number) =>
    strict ? sign * number > sign * limit : sign * number >= sign * limit
  return {
    kinds: ['integer', 'fraction'],
    accepts: (value, limit) => isNumber(value) && isNumber(limit) && within(value, limit),
    follows: (shape, limit) =>
      isNumber(limit) &&
      (numbers(shape, inclusive).some((number) => within(number, limit)) ||
        numbers(shape, exclusive).some((number) => sign * number >= sign * limit)),
  }
}

function isMultiple(value: Json, limit: Json): boolean {
  return isNumber(value) && isNumber(limit) && Number.isInteger(value / limit)
}

function followsMultiple(shape: Shape, limit: Json): boolean {
  const steps = [...numbers(shape, 'multipleOf'), ...(shape.kinds.has('fraction') ? [] : [1])]
  return steps.some(
    (step) => step === limit || (Number.isInteger(step) && Number.isInteger(limit) && isMultiple(step, limit)),
  )
}

function followsUnique(shape: Shape, limit: Json): boolean {
  return limit !== true || states(shape, 'uniqueItems').includes(true) || Math.min(...numbers(shape, 'maxItems')) <= 1
}

/** Formats whose values all fit another format. */
const NARROWER: { readonly [format: string]: readonly string[] } = {
  int64: ['int32'],
  double: ['float'],
  uri: ['url'],
  'uri-reference': ['uri', 'url'],
  'idn-email': ['email'],
  'idn-hostname': ['hostname'],
}

function followsFormat(shape: Shape, limit: Json): boolean {
  const fitting = [limit, ...(NARROWER[String(limit)] ?? [])]
  return states(shape, 'format').some((format) => fitting.includes(format))
}

function states({ nodes }: Shape, name: string): readonly Json[] {
  return nodes.map((node) => keyword(node, name)).filter((value) => value !== undefined)
}

function numbers(shape: Shape, name: string): readonly number[] {
  return states(shape, name).filter(isNumber)
}

function lengthOf(value: Json): number {
  return [...String(value)].length
}

function isNumber(value: Json): value is number {
  return typeof value === 'number'
}
