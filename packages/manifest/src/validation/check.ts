import type { JsonObject } from '@longshore/contract'
import { resolve } from '../schema/facets.ts'
import { asArray, asNumber, asObject, asText } from '../schema/json.ts'

/** One thing that is wrong with a value. */
export interface Problem {
  /** RFC 6901 JSON Pointer. */
  readonly pointer: string
  /** A clause whose subject is the pointer: `is missing`. Never a value. */
  readonly message: string
  /** What to do, in the imperative. */
  readonly fix: string
}

/**
 * Checks a value against the keywords the manifest's own schema uses: `$ref`, `type`, `const`, `enum`, `required`, `properties`,
 * `items`, `minimum`, `maximum`, `minLength`, `pattern`. One problem per mistake: what has the wrong type is not looked into.
 */
export function check(value: unknown, schema: JsonObject, root: JsonObject, pointer = ''): readonly Problem[] {
  const target = asObject(resolve(asText(schema.$ref) ?? '', root))
  if (target) return check(value, target, root, pointer)
  const wrong = wrongKind(value, schema)
  if (wrong) return [{ pointer, ...wrong }]
  return [...checkMembers(value, schema, root, pointer), ...checkItems(value, schema, root, pointer)]
}

type Wrong = Omit<Problem, 'pointer'>

function wrongKind(value: unknown, schema: JsonObject): Wrong | undefined {
  const types = [asText(schema.type), ...asArray(schema.type).map(asText)].filter((type) => type !== undefined)
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    return {
      message: `must be of type ${types.join(' or ')}, not ${typeName(value)}`,
      fix: `Write a value of type ${types.join(' or ')}.`,
    }
  }
  const allowed = schema.const === undefined ? asArray(schema.enum) : [schema.const]
  if (allowed.length > 0 && !allowed.some((one) => one === value)) {
    return { message: 'has a value that is not allowed', fix: `Write one of: ${allowed.join(', ')}.` }
  }
  return outOfBounds(value, schema)
}

function outOfBounds(value: unknown, { minimum, maximum, minLength, pattern }: JsonObject): Wrong | undefined {
  if (typeof value === 'number') {
    const [least, most] = [asNumber(minimum) ?? Number.NEGATIVE_INFINITY, asNumber(maximum) ?? Number.POSITIVE_INFINITY]
    if (value >= least && value <= most) return undefined
    return { message: `must be between ${least} and ${most}`, fix: `Write a number from ${least} to ${most}.` }
  }
  if (typeof value !== 'string') return undefined
  if (value.length < (asNumber(minLength) ?? 0)) return { message: 'must not be empty', fix: 'Write a text.' }
  const expression = asText(pattern)
  if (expression === undefined || new RegExp(expression).test(value)) return undefined
  return { message: 'is not written as it must be', fix: `Write a text that matches ${expression}.` }
}

function checkMembers(value: unknown, schema: JsonObject, root: JsonObject, pointer: string): readonly Problem[] {
  const object = asObject(value)
  if (!object) return []
  const required = asArray(schema.required)
    .map(asText)
    .filter((name) => name !== undefined)
  const missing = required.filter((name) => !Object.hasOwn(object, name))
  const properties = Object.entries(asObject(schema.properties) ?? {})
  return [
    ...missing.map((name) => ({ pointer: child(pointer, name), message: 'is missing', fix: `Add ${name}.` })),
    ...properties.flatMap(([name, property]) =>
      Object.hasOwn(object, name) ? check(object[name], asObject(property) ?? {}, root, child(pointer, name)) : [],
    ),
  ]
}

function checkItems(value: unknown, { items }: JsonObject, root: JsonObject, pointer: string): readonly Problem[] {
  const schema = asObject(items)
  if (!schema || !Array.isArray(value)) return []
  return value.flatMap((item: unknown, at) => check(item, schema, root, child(pointer, String(at))))
}

function child(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return typeName(value) === type
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
