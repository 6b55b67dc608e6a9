/** What a compiled validator says, cut down to one error per mistake and put into words. */
import { below } from '../source/pointer.ts'

/** The part of Ajv's error that is read here. */
export interface SchemaError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: { readonly [name: string]: unknown }
  /** Set while the names of an object's members are checked. */
  readonly propertyName?: string
}

/** A mistake: where, and what. */
export interface Violation {
  readonly pointer: string
  readonly keyword: string
  readonly message: string
}

/** Keywords that only say that something below them failed. */
const CHOICES = new Set(['oneOf', 'anyOf', 'not'])

/**
 * A failed choice says what is wrong with every branch: the error furthest inside is kept, as the branch that was meant. A value of the
 * wrong type is only that. Missing and surplus members are one mistake each.
 */
export function violations(errors: readonly SchemaError[]): Violation[] {
  const direct = errors.filter(({ keyword, propertyName }) => keyword !== 'if' && propertyName === undefined)
  const wrongTypes = new Set(direct.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath))
  const kept = withoutBranches(direct).filter(
    ({ keyword, instancePath }) => keyword === 'type' || !wrongTypes.has(instancePath),
  )
  const words = kept.map(toViolation)
  return [...new Map(words.map((violation) => [`${violation.pointer} ${violation.message}`, violation])).values()]
}

/** One error for each failed choice that stands in no other. */
function withoutBranches(errors: readonly SchemaError[]): readonly SchemaError[] {
  const choices = new Set(errors.filter(({ keyword }) => CHOICES.has(keyword)).map(({ instancePath }) => instancePath))
  if (choices.size === 0) return errors
  const groups = Map.groupBy(errors, ({ instancePath }) => outermost(instancePath, choices))
  return [...groups].flatMap(([choice, group]) => (choice === undefined ? group : (deepest(group) ?? [])))
}

/** The shortest of the paths that leads to `path`. */
function outermost(path: string, choices: ReadonlySet<string>): string | undefined {
  for (let end = 0; end !== -1; end = path.indexOf('/', end + 1)) {
    if (choices.has(path.slice(0, end))) return path.slice(0, end)
  }
  return choices.has(path) ? path : undefined
}

function deepest(errors: readonly SchemaError[]): SchemaError | undefined {
  const [first] = errors.toSorted((a, b) => rank(b) - rank(a))
  return first
}

/** Deeper wins; at the same depth a plain error tells more than a failed choice. */
function rank({ instancePath, keyword }: SchemaError): number {
  return instancePath.split('/').length * 2 + (CHOICES.has(keyword) ? 0 : 1)
}

function toViolation({ instancePath, keyword, params }: SchemaError): Violation {
  const say = WORDS[keyword]
  const pointer =
    keyword === 'additionalProperties' ? below(instancePath, String(params.additionalProperty)) : instancePath
  return { pointer, keyword, message: say ? say(params) : `does not satisfy "${keyword}".` }
}

const WORDS: { readonly [keyword: string]: (params: SchemaError['params']) => string } = {
  type: ({ type }) => `must be ${list(type, ' or ')}.`,
  required: ({ missingProperty }) => `lacks "${missingProperty}".`,
  additionalProperties: ({ additionalProperty }) => `"${additionalProperty}" is not known here.`,
  enum: ({ allowedValues }) => `must be one of ${list(allowedValues, ', ')}.`,
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}.`,
  format: ({ format }) => `is not a valid ${format}.`,
  pattern: ({ pattern }) => `does not match ${pattern}.`,
  propertyNames: ({ propertyName }) => `has a member that may not be called "${propertyName}".`,
  uniqueItems: ({ i, j }) => `items ${j} and ${i} are the same.`,
  minItems: ({ limit }) => `must have at least ${limit} item(s).`,
  minLength: () => 'must not be empty.',
  maxLength: ({ limit }) => `must have at most ${limit} characters.`,
  minProperties: ({ limit }) => `must have at least ${limit} member(s).`,
  minimum: ({ limit }) => `must be at least ${limit}.`,
  maximum: ({ limit }) => `must be at most ${limit}.`,
  exclusiveMinimum: ({ limit }) => `must be above ${limit}.`,
  oneOf: () => 'fits none of the allowed forms, or more than one.',
  anyOf: () => 'fits none of the allowed forms.',
  not: () => 'has a combination of members that is not allowed.',
}

function list(values: unknown, separator: string): string {
  return Array.isArray(values) ? values.map(String).join(separator) : String(values)
}
