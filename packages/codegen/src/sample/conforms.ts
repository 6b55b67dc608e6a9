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
import { agree, isSchema, type SchemaGraph, targetOf } from '../schema/schema-graph.ts'
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
  return isAllowed({ graph, patience }, schema, value)
}

interface Judging {
  readonly graph: SchemaGraph
  readonly patience: Patience
}

/** What one keyword, or a few that belong together, say of a value. */
type Rule = (judging: Judging, value: Json) => boolean

function isAllowed(judging: Judging, schema: JsonSchema, value: Json): boolean {
  if (!judging.patience.spend()) return false
  if (typeof schema === 'boolean') return schema
  return isObject(value) ? isObjectAllowed(judging, schema, value) : isEachKept(judging, schema, value)
}

function isEachKept(judging: Judging, schema: JsonObject, value: Json): boolean {
  for (const rule of rulesOf(schema)) if (!rule(judging, value)) return false
  return true
}

/** An object is part of many values: samples are merged of parts, and broken ones differ from the valid one in a single member. */
function isObjectAllowed(judging: Judging, schema: JsonObject, value: JsonObject): boolean {
  const ofSchema = verdicts.get(schema) ?? new WeakMap<JsonObject, Verdict>()
  const last = ofSchema.get(value)
  if (last !== undefined && agree(judging.graph, last.graph)) return last.answer
  const answer = isEachKept(judging, schema, value)
  if (!judging.patience.isLost) verdicts.set(schema, ofSchema.set(value, { graph: judging.graph, answer }))
  return answer
}

interface Verdict {
  readonly graph: SchemaGraph
  readonly answer: boolean
}

const verdicts = new WeakMap<JsonObject, WeakMap<JsonObject, Verdict>>()

const known = new WeakMap<JsonObject, readonly Rule[]>()

/** The keywords that are there, read once: the same schemas judge many values, and those of a contract are shared by its events. */
function rulesOf(schema: JsonObject): readonly Rule[] {
  const read = known.get(schema)
  if (read !== undefined) return read
  const rules = [
    ...valueRules(schema),
    ...textRules(schema),
    ...numberRules(schema),
    ...listRules(schema),
    ...objectRules(schema),
    ...inPlaceRules(schema),
  ]
  known.set(schema, rules)
  return rules
}

function valueRules(schema: JsonObject): readonly Rule[] {
  const allowed = valuesOf(schema)
  const types = typesOf(schema)
  return [
    ...(allowed === undefined
      ? []
      : [(_: Judging, value: Json) => allowed.some((other) => checks.isEqual(other, value))]),
    ...(types.length === 0 ? [] : [(_: Judging, value: Json) => types.some((type) => isOfType(value, type))]),
  ]
}

function textRules(schema: JsonObject): readonly Rule[] {
  const least = numberOf(schema, 'minLength')
  const most = numberOf(schema, 'maxLength')
  const pattern = stringOf(schema, 'pattern')
  const expression = pattern === undefined ? undefined : regExpOf(pattern)
  const format = FORMATS.strings.get(stringOf(schema, 'format') ?? '')
  const rule = (holds: (text: string) => boolean): Rule[] => [(_, value) => typeof value !== 'string' || holds(value)]
  return [
    ...(least === undefined ? [] : rule((text) => !checks.isShorter(text, least))),
    ...(most === undefined ? [] : rule((text) => !checks.isLonger(text, most))),
    ...(expression === undefined ? [] : rule((text) => expression.test(text))),
    ...(format === undefined ? [] : rule((text) => call(format.check, text))),
  ]
}

function numberRules(schema: JsonObject): readonly Rule[] {
  const { minimum, maximum, above, below } = boundsOf(schema)
  const divisor = numberOf(schema, 'multipleOf')
  const format = FORMATS.numbers.get(stringOf(schema, 'format') ?? '')
  const rule = (holds: (value: number) => boolean): Rule[] => [(_, value) => typeof value !== 'number' || holds(value)]
  return [
    ...(minimum === undefined ? [] : rule((value) => value >= minimum)),
    ...(maximum === undefined ? [] : rule((value) => value <= maximum)),
    ...(above === undefined ? [] : rule((value) => value > above)),
    ...(below === undefined ? [] : rule((value) => value < below)),
    ...(divisor === undefined || divisor <= 0 ? [] : rule((value) => checks.isMultiple(value, divisor))),
    ...(format === undefined ? [] : rule((value) => call(format.check, value))),
  ]
}

/** Calls a check of the table by its name; each takes one string or number. */
function call(name: string, value: string | number): boolean {
  const check: unknown = Reflect.get(checks, name)
  return typeof check !== 'function' || check(value) === true
}

function listRules(schema: JsonObject): readonly Rule[] {
  const least = numberOf(schema, 'minItems')
  const most = numberOf(schema, 'maxItems')
  const { first, rest } = elementsOf(schema)
  const { contains } = schema
  const rule = (holds: (list: readonly Json[], judging: Judging) => boolean): Rule[] => [
    (judging, value) => !Array.isArray(value) || holds(value, judging),
  ]
  const hasMatches = (matches: number) =>
    matches >= (numberOf(schema, 'minContains') ?? 1) && matches <= (numberOf(schema, 'maxContains') ?? matches)
  return [
    ...(least === undefined ? [] : rule((list) => list.length >= least)),
    ...(most === undefined ? [] : rule((list) => list.length <= most)),
    ...(schema.uniqueItems === true ? rule((list) => checks.isUnique(list)) : []),
    ...(first.length === 0 && rest === true
      ? []
      : rule((list, judging) => list.every((item, index) => isAllowed(judging, first[index] ?? rest, item)))),
    ...(isSchema(contains)
      ? rule((list, judging) => hasMatches(list.filter((item) => isAllowed(judging, contains, item)).length))
      : []),
  ]
}

type ObjectRule = (object: JsonObject, judging: Judging) => boolean

function objectRules(schema: JsonObject): readonly Rule[] {
  const required = requiredOf(schema)
  const least = numberOf(schema, 'minProperties')
  const most = numberOf(schema, 'maxProperties')
  const rule = (holds: ObjectRule): Rule[] => [(judging, value) => !isObject(value) || holds(value, judging)]
  return [
    ...(required.length === 0 ? [] : rule((object) => required.every((name) => Object.hasOwn(object, name)))),
    ...(least === undefined ? [] : rule((object) => Object.keys(object).length >= least)),
    ...(most === undefined ? [] : rule((object) => Object.keys(object).length <= most)),
    ...memberRules(schema).flatMap(rule),
    ...dependencies(schema).flatMap(rule),
  ]
}

function memberRules(schema: JsonObject): readonly ObjectRule[] {
  const { propertyNames, additionalProperties } = schema
  const properties = new Map(schemaMap(schema.properties))
  const patterned = schemaMap(schema.patternProperties).map(
    ([pattern, member]) => ({ pattern: regExpOf(pattern), member }) as const,
  )
  const others = isSchema(additionalProperties) ? additionalProperties : true
  const names = isSchema(propertyNames) ? propertyNames : true
  if (properties.size + patterned.length === 0 && others === true && names === true) return []
  const memberConforms = (judging: Judging, name: string, value: Json): boolean => {
    if (names !== true && !isAllowed(judging, names, name)) return false
    const declared = properties.get(name)
    const matching = patterned.filter(({ pattern }) => pattern?.test(name) === true)
    if (declared === undefined && matching.length === 0) return others === true || isAllowed(judging, others, value)
    if (declared !== undefined && !isAllowed(judging, declared, value)) return false
    return matching.every(({ member }) => isAllowed(judging, member, value))
  }
  return [(object, judging) => Object.keys(object).every((name) => memberConforms(judging, name, object[name] ?? null))]
}

function dependencies(schema: JsonObject): readonly ObjectRule[] {
  return ['dependentRequired', 'dependentSchemas', 'dependencies'].flatMap((keyword) => {
    const rules = schema[keyword]
    return Object.entries(isObject(rules) ? rules : {}).map(([name, rule]): ObjectRule => {
      const others = Array.isArray(rule) ? stringsOf(rule) : []
      return (object, judging) =>
        !Object.hasOwn(object, name) ||
        (isSchema(rule) ? isAllowed(judging, rule, object) : others.every((other) => Object.hasOwn(object, other)))
    })
  })
}

function inPlaceRules(schema: JsonObject): readonly Rule[] {
  const [allOf, anyOf, oneOf] = [schemaList(schema.allOf), schemaList(schema.anyOf), schemaList(schema.oneOf)]
  const { not, if: test } = schema
  const rule = (applies: boolean, holds: Rule): readonly Rule[] => (applies ? [holds] : [])
  return [
    ...rule(schema.$ref !== undefined, (judging, value) => {
      const target = targetOf(judging.graph, schema)
      return target === undefined || isAllowed(judging, target.schema, value)
    }),
    ...rule(allOf.length > 0, (judging, value) => allOf.every((part) => isAllowed(judging, part, value))),
    ...rule(anyOf.length > 0, (judging, value) => anyOf.some((part) => isAllowed(judging, part, value))),
    ...rule(oneOf.length > 0, (judging, value) => oneOf.filter((part) => isAllowed(judging, part, value)).length === 1),
    ...(isSchema(not) ? rule(true, (judging, value) => !isAllowed(judging, not, value)) : []),
    ...(isSchema(test)
      ? rule(true, (judging, value) => {
          const branch = isAllowed(judging, test, value) ? schema.then : schema.else
          return !isSchema(branch) || isAllowed(judging, branch, value)
        })
      : []),
  ]
}
