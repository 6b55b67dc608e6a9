import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import * as checks from '../schema/checks.ts'
import {
  boundsOf,
  elementsOf,
  isOfType,
  numberOf,
  regExpOf,
  requiredOf,
  stringOf,
  stringsOf,
  typesOf,
  valuesOf,
} from '../schema/keywords.ts'
import { isSchema, type SchemaGraph, targetOf } from '../schema/schema-graph.ts'
import { isObject, schemaList, schemaMap } from '../schema/subschemas.ts'
import { FORMATS } from '../validator/formats.ts'

/** How much work a judgement may take. References can multiply a schema beyond every bound: two to the next, thirty times over. */
export class Patience {
  #left = 200_000

  get isLost(): boolean {
    return this.#left < 0
  }

  /** Uses some up; `false` when there is none left. */
  spend(): boolean {
    this.#left -= 1
    return this.#left >= 0
  }
}

/**
 * Whether a value is what a schema describes; the judgement of the printed validator without printing it, but for `unevaluated…`.
 * Once patience is lost the answer is no.
 */
export function conforms(
  graph: SchemaGraph,
  schema: JsonSchema,
  value: Json,
  patience: Patience = new Patience(),
): boolean {
  return isAllowed({ ...graph, patience }, schema, value)
}

interface Judging extends SchemaGraph {
  readonly patience: Patience
}

function isAllowed(graph: Judging, schema: JsonSchema, value: Json): boolean {
  if (!graph.patience.spend()) return false
  if (typeof schema === 'boolean') return schema
  const allowed = valuesOf(schema)
  if (allowed !== undefined && !allowed.some((other) => checks.isEqual(other, value))) return false
  const types = typesOf(schema)
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) return false
  if (typeof value === 'string' && !textConforms(schema, value)) return false
  if (typeof value === 'number' && !numberConforms(schema, value)) return false
  if (Array.isArray(value) && !listConforms(graph, schema, value)) return false
  if (isObject(value) && !objectConforms(graph, schema, value)) return false
  return conformsInPlace(graph, schema, value)
}

function textConforms(schema: JsonObject, text: string): boolean {
  const pattern = stringOf(schema, 'pattern')
  const format = FORMATS.strings.get(stringOf(schema, 'format') ?? '')
  return (
    !checks.isShorter(text, numberOf(schema, 'minLength') ?? 0) &&
    !checks.isLonger(text, numberOf(schema, 'maxLength') ?? Number.POSITIVE_INFINITY) &&
    (pattern === undefined || regExpOf(pattern)?.test(text) !== false) &&
    (format === undefined || call(format.check, text))
  )
}

function numberConforms(schema: JsonObject, value: number): boolean {
  const { minimum, maximum, above, below } = boundsOf(schema)
  const divisor = numberOf(schema, 'multipleOf')
  const format = FORMATS.numbers.get(stringOf(schema, 'format') ?? '')
  return (
    value >= (minimum ?? value) &&
    value <= (maximum ?? value) &&
    value > (above ?? Number.NEGATIVE_INFINITY) &&
    value < (below ?? Number.POSITIVE_INFINITY) &&
    (divisor === undefined || divisor <= 0 || checks.isMultiple(value, divisor)) &&
    (format === undefined || call(format.check, value))
  )
}

/** Calls a check of the table by its name; each takes one string or number. */
function call(name: string, value: string | number): boolean {
  const check: unknown = Reflect.get(checks, name)
  return typeof check !== 'function' || check(value) === true
}

function listConforms(graph: Judging, schema: JsonObject, list: readonly Json[]): boolean {
  const { first, rest } = elementsOf(schema)
  const { contains } = schema
  const matches = isSchema(contains) ? list.filter((item) => isAllowed(graph, contains, item)).length : undefined
  return (
    list.length >= (numberOf(schema, 'minItems') ?? 0) &&
    list.length <= (numberOf(schema, 'maxItems') ?? list.length) &&
    (schema.uniqueItems !== true || checks.isUnique(list)) &&
    list.every((item, index) => isAllowed(graph, first[index] ?? rest, item)) &&
    (matches === undefined ||
      (matches >= (numberOf(schema, 'minContains') ?? 1) && matches <= (numberOf(schema, 'maxContains') ?? matches)))
  )
}

function objectConforms(graph: Judging, schema: JsonObject, object: JsonObject): boolean {
  const names = Object.keys(object)
  return (
    requiredOf(schema).every((name) => Object.hasOwn(object, name)) &&
    names.length >= (numberOf(schema, 'minProperties') ?? 0) &&
    names.length <= (numberOf(schema, 'maxProperties') ?? names.length) &&
    names.every((name) => memberConforms(graph, schema, name, object[name] ?? null)) &&
    dependenciesConform(graph, schema, object)
  )
}

function memberConforms(graph: Judging, schema: JsonObject, name: string, value: Json): boolean {
  const { propertyNames, additionalProperties } = schema
  if (isSchema(propertyNames) && !isAllowed(graph, propertyNames, name)) return false
  const properties = isObject(schema.properties) ? schema.properties : {}
  const declared = Object.hasOwn(properties, name) ? properties[name] : undefined
  const patterned = schemaMap(schema.patternProperties).filter(([pattern]) => regExpOf(pattern)?.test(name) === true)
  const schemas = [...(isSchema(declared) ? [declared] : []), ...patterned.map(([, member]) => member)]
  if (schemas.length === 0) return !isSchema(additionalProperties) || isAllowed(graph, additionalProperties, value)
  return schemas.every((member) => isAllowed(graph, member, value))
}

function dependenciesConform(graph: Judging, schema: JsonObject, object: JsonObject): boolean {
  return ['dependentRequired', 'dependentSchemas', 'dependencies'].every((keyword) => {
    const rules = schema[keyword]
    return Object.entries(isObject(rules) ? rules : {}).every(([name, rule]) => {
      if (!Object.hasOwn(object, name)) return true
      if (Array.isArray(rule)) return stringsOf(rule).every((other) => Object.hasOwn(object, other))
      return !isSchema(rule) || isAllowed(graph, rule, object)
    })
  })
}

function conformsInPlace(graph: Judging, schema: JsonObject, value: Json): boolean {
  const target = targetOf(graph, schema)
  const accepts = (part: JsonSchema) => isAllowed(graph, part, value)
  const [anyOf, oneOf] = [schemaList(schema.anyOf), schemaList(schema.oneOf)]
  if (target !== undefined && !accepts(target.schema)) return false
  if (!schemaList(schema.allOf).every(accepts)) return false
  if (anyOf.length > 0 && !anyOf.some(accepts)) return false
  if (oneOf.length > 0 && oneOf.filter(accepts).length !== 1) return false
  if (isSchema(schema.not) && accepts(schema.not)) return false
  if (!isSchema(schema.if)) return true
  const branch = accepts(schema.if) ? schema.then : schema.else
  return !isSchema(branch) || accepts(branch)
}
