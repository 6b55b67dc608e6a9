/** Avro 1.12 schemas as JSON Schema for the JSON a decoder hands on: the same fields, names, docs and defaults. */
import type { Json, JsonObject } from '../contract.ts'
import { isList, isObject } from '../source/pointer.ts'

export interface TranslatedAvro {
  readonly schema: Json
  /** Named types met inside, by the name `nameOf` chose for them. */
  readonly types: ReadonlyMap<string, Json>
}

const PRIMITIVES: ReadonlyMap<string, JsonObject> = new Map([
  ['null', { type: 'null' }],
  ['boolean', { type: 'boolean' }],
  ['int', { type: 'integer', format: 'int32' }],
  ['long', { type: 'integer', format: 'int64' }],
  ['float', { type: 'number', format: 'float' }],
  ['double', { type: 'number', format: 'double' }],
  ['bytes', { type: 'string', contentEncoding: 'base64' }],
  ['string', { type: 'string' }],
])

/** Members with a meaning in Avro; all others are annotations of the author and are kept. */
const KNOWN = new Set(
  'type name namespace doc aliases fields items values symbols size order default logicalType precision scale'.split(
    ' ',
  ),
)

/** `nameOf` turns a full name (`com.acme.User`) into the name of a definition. A type used before it is complete stays a `$ref`. */
export function avroToJsonSchema(root: Json, nameOf: (fullName: string) => string): TranslatedAvro {
  const types = new Map<string, Json>()
  const names = new Map<string, string>()
  const used = new Set<string>()
  const schema = isObject(root) && isNamed(root) ? rootType(root) : translate(root, '')
  return { schema, types }

  /** The root stays in place; it becomes a definition too when it refers to itself. */
  function rootType(type: JsonObject): Json {
    const fullName = fullNameOf(type, '')
    const name = nameOf(shortName(fullName))
    names.set(fullName, name)
    const body = named(type, namespaceOf(fullName))
    if (used.has(name)) types.set(name, body)
    return body
  }

  function translate(type: Json | undefined, namespace: string): JsonObject {
    if (typeof type === 'string') return PRIMITIVES.get(type) ?? reference(type, namespace)
    if (isList(type)) return union(type, namespace)
    if (!isObject(type)) return {}
    if (isNamed(type)) return define(type, namespace)
    if (type.type === 'array') return { type: 'array', items: translate(type.items, namespace), ...notes(type) }
    if (type.type === 'map')
      return { type: 'object', additionalProperties: translate(type.values, namespace), ...notes(type) }
    return { ...translate(type.type, namespace), ...logical(type), ...notes(type) }
  }

  function define(type: JsonObject, namespace: string): JsonObject {
    const fullName = fullNameOf(type, namespace)
    const name = names.get(fullName) ?? nameOf(shortName(fullName))
    if (!names.has(fullName)) {
      names.set(fullName, name)
      types.set(name, named(type, namespaceOf(fullName)))
    }
    used.add(name)
    return { $ref: `#/$defs/${name}` }
  }

  /** An unknown type allows everything. */
  function reference(type: string, namespace: string): JsonObject {
    const name = names.get(qualified(type, namespace)) ?? names.get(type)
    if (name === undefined) return {}
    used.add(name)
    return { $ref: `#/$defs/${name}` }
  }

  function named(type: JsonObject, namespace: string): JsonObject {
    if (type.type === 'enum') return { type: 'string', enum: type.symbols ?? [], ...notes(type) }
    if (type.type === 'fixed') return { type: 'string', contentEncoding: 'base64', ...logical(type), ...notes(type) }
    const fields = (isList(type.fields) ? type.fields : []).filter(isObject)
    const required = fields.filter((field) => field.default === undefined).map(fieldName)
    return {
      type: 'object',
      properties: Object.fromEntries(fields.map((field) => [fieldName(field), property(field, namespace)])),
      ...(required.length > 0 && { required }),
      ...notes(type),
    }
  }

  function property(field: JsonObject, namespace: string): JsonObject {
    const { default: value } = field
    return { ...translate(field.type, namespace), ...notes(field), ...(value !== undefined && { default: value }) }
  }

  function union(branches: readonly Json[], namespace: string): JsonObject {
    const translated = branches.map((branch) => translate(branch, namespace))
    const [only] = translated
    if (only && translated.length === 1) return only
    const value = translated.find((branch) => branch.type !== 'null')
    const simple = translated.length === 2 && value && typeof value.type === 'string' && translated.some(isNull)
    return simple ? { ...value, type: [value.type ?? 'null', 'null'], ...enumOrNull(value) } : { anyOf: translated }
  }
}

function isNull(schema: JsonObject): boolean {
  return schema.type === 'null'
}

function enumOrNull({ enum: symbols }: JsonObject): JsonObject {
  return isList(symbols) ? { enum: [...symbols, null] } : {}
}

function isNamed({ type, name }: JsonObject): boolean {
  return typeof name === 'string' && (type === 'record' || type === 'error' || type === 'enum' || type === 'fixed')
}

/** `doc` and whatever Avro does not define (`x-pii`, `pii`, `sensitive`). */
function notes(type: JsonObject): JsonObject {
  const { doc } = type
  const others = Object.entries(type).filter(([key]) => !KNOWN.has(key))
  return { ...(typeof doc === 'string' && { description: doc }), ...Object.fromEntries(others) }
}

function logical({ logicalType }: JsonObject): JsonObject {
  if (typeof logicalType !== 'string') return {}
  return logicalType === 'uuid' ? { format: 'uuid' } : { 'x-logical-type': logicalType }
}

function fieldName(field: JsonObject): string {
  return String(field.name ?? '')
}

function fullNameOf(type: JsonObject, namespace: string): string {
  const own = type.namespace
  return qualified(String(type.name), typeof own === 'string' ? own : namespace)
}

function qualified(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
}

function namespaceOf(fullName: string): string {
  return fullName.slice(0, Math.max(fullName.lastIndexOf('.'), 0))
}

function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1)
}
