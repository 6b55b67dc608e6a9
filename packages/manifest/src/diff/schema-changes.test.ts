import type { JsonObject, JsonSchema } from '@longshore/contract'
import { describe, expect, it } from 'vitest'
import { classOf } from './change.ts'
import { schemaChanges } from './schema-changes.ts'

/** `path: class`, with a `?` where only undeclared data can break. */
function classes(before: JsonSchema, after: JsonSchema): readonly string[] {
  return schemaChanges(before, after).map(
    (change) => `${change.path || '.'}: ${classOf(change)}${change.undeclaredOnly ? '?' : ''}`,
  )
}

const object = (properties: { readonly [name: string]: JsonSchema }, more: JsonObject = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...more,
})
const text = { type: 'string' }
const closed = { additionalProperties: false }

describe('a member of an object', () => {
  it('that becomes required breaks new readers', () => {
    expect(classes(object({ a: text }), object({ a: text }, { required: ['a'] }))).toEqual(['a: forward'])
  })
  it('that is no longer required breaks old readers', () => {
    expect(classes(object({ a: text }, { required: ['a'] }), object({ a: text }))).toEqual(['a: backward'])
  })
  it('that is added to a closed object is refused by old readers', () => {
    expect(classes(object({}, closed), object({ a: text }, closed))).toEqual(['a: backward'])
  })
  it('that is added and required in a closed object breaks both sides', () => {
    expect(classes(object({}, closed), object({ a: text }, { ...closed, required: ['a'] }))).toEqual(['a: breaking'])
  })
  it('that is removed from a closed object is refused by new readers', () => {
    expect(classes(object({ a: text }, closed), object({}, closed))).toEqual(['a: forward'])
  })
  it('that is added to an open object can only break on data nobody declared', () => {
    expect(classes(object({}), object({ a: text }))).toEqual(['a: forward?'])
    expect(classes(object({ a: text }), object({}))).toEqual(['a: backward?'])
  })
  it('that nobody restricts may be declared freely', () => {
    expect(classes(object({}), object({ a: {} }))).toEqual(['.: full'])
  })
  it('that was undeclared is refused once the object is closed', () => {
    expect(classes(object({ a: text }), object({ a: text }, closed))).toEqual(['*: forward'])
  })
  it('is found through arrays and nested objects, by its path', () => {
    const order = (street: JsonSchema) => object({ addresses: { type: 'array', items: object({ street }) } })
    expect(classes(order({ type: 'string', maxLength: 80 }), order({ type: 'string', maxLength: 40 }))).toEqual([
      'addresses[].street: forward',
    ])
  })
})

describe('a value', () => {
  const cases: readonly (readonly [what: string, before: JsonSchema, after: JsonSchema, expected: string])[] = [
    ['type widened', { type: 'integer' }, { type: 'number' }, '.: backward'],
    ['type narrowed', { type: ['string', 'null'] }, text, '.: forward'],
    ['type replaced', text, { type: 'integer' }, '.: breaking'],
    ['enum value added', { enum: ['a', 'b'] }, { enum: ['a', 'b', 'c'] }, '.: backward'],
    ['enum value removed', { enum: ['a', 'b'] }, { enum: ['a'] }, '.: forward'],
    ['const to enum', { const: 'a' }, { enum: ['a', 'b'] }, '.: backward'],
    ['enum in place of a free string', text, { type: 'string', enum: ['a'] }, '.: forward'],
    ['format added', text, { type: 'string', format: 'uuid' }, '.: forward'],
    ['format widened', { type: 'integer', format: 'int32' }, { type: 'integer', format: 'int64' }, '.: backward'],
    ['pattern changed', { type: 'string', pattern: '^a' }, { type: 'string', pattern: '^b' }, '.: breaking'],
    ['minimum raised', { type: 'integer', minimum: 0 }, { type: 'integer', minimum: 1 }, '.: forward'],
    ['bound made exclusive', { type: 'number', maximum: 9 }, { type: 'number', exclusiveMaximum: 9 }, '.: forward'],
    ['maxLength raised', { type: 'string', maxLength: 5 }, { type: 'string', maxLength: 9 }, '.: backward'],
    ['multiple of a multiple', { type: 'integer', multipleOf: 4 }, { type: 'integer', multipleOf: 2 }, '.: backward'],
    ['items unique', { type: 'array' }, { type: 'array', uniqueItems: true }, '.: forward'],
    ['description only', { type: 'string', description: 'a' }, { type: 'string', description: 'b' }, '.: full'],
  ]
  it.each(cases)('%s', (_, before, after, expected) => {
    expect(classes(before, after)[0]).toBe(expected)
  })
})

describe('alternatives', () => {
  const created = object({ kind: { const: 'created' } }, { required: ['kind'] })
  const deleted = object({ kind: { const: 'deleted' } }, { required: ['kind'] })

  it('that are added are unknown to old readers', () => {
    expect(classes({ oneOf: [created] }, { oneOf: [created, deleted] })).toEqual(['.: backward'])
  })
  it('may be given in another order', () => {
    expect(classes({ oneOf: [created, deleted] }, { oneOf: [deleted, created] })).toEqual(['.: full'])
  })
  it('that stay in a oneOf are compared with the one that shares their constant', () => {
    const counted = object(
      { kind: { const: 'deleted' }, count: { type: 'integer', maximum: 9 } },
      { required: ['kind'] },
    )
    const more = object({ kind: { const: 'deleted' }, count: { type: 'integer', maximum: 99 } }, { required: ['kind'] })
    expect(classes({ oneOf: [created, counted] }, { oneOf: [created, more] })).toEqual(['count: backward'])
  })
  it('that become nullable take more', () => {
    expect(classes(text, { anyOf: [text, { type: 'null' }] })).toEqual(['.: backward'])
  })
  it('written as allOf are one schema', () => {
    const parts = { allOf: [object({ a: text }), { required: ['a'] }] }
    expect(classes(parts, object({ a: text }, { required: ['a'] }))).toEqual(['.: full'])
  })
})

describe('named schemas', () => {
  const tree = (label: JsonSchema, name = 'Node'): JsonSchema => ({
    $ref: `#/$defs/${name}`,
    $defs: { [name]: object({ label, children: { type: 'array', items: { $ref: `#/$defs/${name}` } } }, closed) },
  })

  it('may be renamed, recursion included', () => {
    expect(classes(tree(text), tree(text, 'Tree'))).toEqual(['.: full'])
  })
  it('that recurse name a change once, where it stands', () => {
    const changes = schemaChanges(tree(text), tree({ type: 'integer' }))
    expect(changes.map(({ path, pointer }) => [path, pointer])).toEqual([['label', '/$defs/Node/properties/label']])
  })
  it('that refer to each other end', () => {
    const loop = (name: string) => ({
      $ref: `#/$defs/A`,
      $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/A' } },
      title: name,
    })
    expect(classes(loop('a'), loop('b'))).toEqual(['.: full'])
  })
})

describe('what is not reasoned about', () => {
  it('is compatible when it stays as it is', () => {
    const guarded = (more: JsonObject) => ({ propertyNames: { maxLength: 9 }, ...more })
    expect(classes(guarded({}), guarded({ maxProperties: 4 }))).toEqual(['.: forward'])
  })
  it('breaks when it changes', () => {
    expect(classes({ not: { type: 'null' } }, { not: { type: 'string' } })).toEqual(['.: breaking'])
  })
})
