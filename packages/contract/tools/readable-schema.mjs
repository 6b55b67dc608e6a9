/**
 * Rewrites the schema of an AsyncAPI version so that one mistake gives one error: every `oneOf` whose branches can be told apart becomes
 * an `if`, and the two views of a JSON Schema (draft-07 and AsyncAPI's additions) become one. What is accepted stays the same, but for
 * bindings: they are left out, and checked by a schema of their own that all versions share.
 */

const NOISE = new Set([
  'description',
  'examples',
  'example',
  'title',
  'default',
  'markdownDescription',
  '$comment',
  '$id',
  '$schema',
])
const MAPS = new Set(['properties', 'patternProperties', 'definitions'])

/** The document's schema. */
export function readableSchema(source) {
  const schema = withoutNoise(source)
  const { definitions } = schema
  mergeSchemaViews(definitions)
  for (const { then } of definitions.message?.oneOf[1].oneOf[1].allOf ?? []) allowReference(then.properties)
  for (const name of Object.keys(definitions))
    if (/BindingsObject$|^bindingsObject$/.test(name)) definitions[name] = { type: 'object' }
  for (const name of ['operation', 'operationTrait']) if (definitions.operationReply) allowProposals(definitions[name])
  return reachable(discriminated(schema, definitions))
}

/** One schema for all bindings: `{ server: { kafka: … }, channel: …, operation: …, message: … }`. */
export function bindingsSchema(source) {
  const schema = withoutNoise(source)
  const { definitions } = schema
  mergeSchemaViews(definitions)
  const properties = {}
  for (const part of ['server', 'channel', 'operation', 'message'])
    properties[part] = { $ref: `#/definitions/${part}BindingsObject` }
  return reachable(discriminated({ $schema: schema.$schema, type: 'object', properties, definitions }, definitions))
}

/** Comparing every item with every other is left to lists of a size people write. */
const COMPARED = { maxItems: 500 }

function withoutNoise(node, isMap = false) {
  if (Array.isArray(node)) return node.map((item) => withoutNoise(item))
  if (typeof node !== 'object' || node === null) return node
  const { uniqueItems, ...others } = node
  if (uniqueItems === true && !isMap) return { ...withoutNoise(others), ...decide(COMPARED, { uniqueItems }, {}) }
  const kept = Object.entries(node).filter(([key]) => isMap || !NOISE.has(key))
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutNoise(value, !isMap && MAPS.has(key))]))
}

/** `schema` is draft-07 and more, and says so level by level: without this each level would be checked once per level above it. */
function mergeSchemaViews(definitions) {
  const [{ $ref }, additions] = definitions.schema.allOf
  const name = $ref.split('/').pop()
  const draft07 = structuredClone(definitions[name])
  const { definitions: parts, ...own } = draft07
  const toSchema = (node) =>
    redirect(node, (ref) => (ref.endsWith(`/${name}`) || ref === '#' ? '#/definitions/schema' : ref))
  for (const [part, value] of Object.entries(parts))
    definitions[`schema-${part}`] = toSchema(redirect(value, local(name)))
  const base = toSchema(redirect(own, local(name)))
  definitions.schema = {
    ...base,
    properties: { ...base.properties, ...additions.properties },
    patternProperties: additions.patternProperties,
  }
}

/** 2.x validates a payload after its reference is followed; here it is seen before. */
function allowReference(properties) {
  properties.payload = { oneOf: [{ $ref: '#/definitions/Reference' }, properties.payload] }
}

/** `retry` and `deadLetter` are proposed for the 3.x Operation Object; a rule names them as such. */
function allowProposals({ properties }) {
  properties.retry = { type: 'object' }
  properties.deadLetter = { type: 'object' }
}

function local(name) {
  const inside = `#/definitions/${name}/definitions/`
  return (ref) => (ref.startsWith(inside) ? `#/definitions/schema-${ref.slice(inside.length)}` : ref)
}

function redirect(node, to) {
  if (Array.isArray(node)) return node.map((item) => redirect(item, to))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? to(value) : redirect(value, to),
    ]),
  )
}

function discriminated(node, definitions) {
  if (Array.isArray(node)) return node.map((item) => discriminated(item, definitions))
  if (typeof node !== 'object' || node === null) return node
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, discriminated(value, definitions)]))
  for (const keyword of ['oneOf', 'anyOf']) {
    const { [keyword]: branches, ...rest } = copy
    if (!Array.isArray(branches)) continue
    const choice = choose(branches, keyword, definitions)
    if (choice) return Object.keys(rest).length === 0 ? choice : { ...rest, allOf: [...(rest.allOf ?? []), choice] }
  }
  return copy
}

/** The branches as a decision, or nothing when they cannot be told apart by looking. */
function choose(branches, keyword, definitions) {
  if (branches.length === 1) return branches[0]
  const rest = (without) => {
    const others = branches.filter((branch) => branch !== without)
    return others.length === 1 ? others[0] : (choose(others, keyword, definitions) ?? { [keyword]: others })
  }
  const reference = branches.find(({ $ref }) => $ref === '#/definitions/Reference')
  if (reference) return decide({ type: 'object', required: ['$ref'] }, reference, rest(reference))
  const several = branches.find(({ required }) => required?.length === 1 && required[0] === 'oneOf')
  if (several) return decide({ type: 'object', required: ['oneOf'] }, several, rest(several))
  const boolean = branches.find(({ type, ...others }) => type === 'boolean' && Object.keys(others).length === 0)
  if (boolean && branches.some(({ $ref }) => $ref === '#/definitions/schema')) return rest(boolean)
  const byType = branches.filter((branch) => typeof typeOf(branch, definitions) === 'string')
  const list = byType.find((branch) => typeOf(branch, definitions) === 'array')
  if (list && byType.filter((branch) => typeOf(branch, definitions) === 'array').length === 1) {
    return decide({ type: 'array' }, list, rest(list))
  }
  const scalar = byType.find((branch) => ['integer', 'string', 'number'].includes(typeOf(branch, definitions)))
  if (scalar && branches.some(({ $ref }) => $ref === '#/definitions/schema')) {
    return decide({ type: typeOf(scalar, definitions) }, scalar, rest(scalar))
  }
  return (
    byMember('type', branches, keyword, definitions) ??
    byMember('is', branches, keyword, definitions) ??
    byMember('destinationType', branches, keyword, definitions)
  )
}

function decide(condition, yes, no) {
  return Object.fromEntries([
    ['if', condition],
    ['then', yes],
    ['else', no],
  ])
}

function typeOf(branch, definitions) {
  return behind(branch, definitions).type
}

function behind(branch, definitions) {
  return branch.$ref ? (definitions[branch.$ref.slice('#/definitions/'.length)] ?? branch) : branch
}

/** Objects that say in one of their members what they are: security schemes, AMQP channels. */
function byMember(member, branches, keyword, definitions) {
  const leaves = branches.flatMap((branch) => flatten(branch, keyword, definitions))
  const objects = leaves.map((leaf) => behind(leaf, definitions))
  const values = objects.map(({ properties }) => valuesOf(properties?.[member]))
  if (values.some((value) => value === undefined)) return undefined
  const all = [...new Set(values.flat())]
  const isRequired = objects.every(({ required }) => required?.includes(member))
  const known = {
    type: 'object',
    properties: { [member]: { type: 'string', enum: all } },
    ...(isRequired && { required: [member] }),
  }
  return all.reduce((otherwise, value) => {
    const fitting = leaves.filter((_, index) => values[index].includes(value))
    const form = fitting.length === 1 ? fitting[0] : { [keyword]: fitting }
    return decide({ type: 'object', required: [member], properties: { [member]: { const: value } } }, form, otherwise)
  }, known)
}

function valuesOf(schema) {
  if (schema?.const !== undefined) return [schema.const]
  return Array.isArray(schema?.enum) ? schema.enum : undefined
}

function flatten(branch, keyword, definitions) {
  const inner = behind(branch, definitions)
  return Array.isArray(inner[keyword])
    ? inner[keyword].flatMap((leaf) => flatten(leaf, keyword, definitions))
    : [branch]
}

/** Drops the definitions nothing refers to any more. */
function reachable(schema) {
  const { definitions, ...root } = schema
  const used = new Set(referencesIn(root))
  for (const name of used) for (const need of referencesIn(definitions[name])) used.add(need)
  return { ...root, definitions: Object.fromEntries(Object.entries(definitions).filter(([name]) => used.has(name))) }
}

function referencesIn(node) {
  if (typeof node !== 'object' || node === null) return []
  const own = typeof node.$ref === 'string' ? [node.$ref.split('/')[2] ?? ''] : []
  return [...own.filter((name) => name !== ''), ...Object.values(node).flatMap(referencesIn)]
}
