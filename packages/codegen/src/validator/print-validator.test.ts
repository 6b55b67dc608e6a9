import type { JsonSchema } from '@longshore/contract'
import { describe, expect, it } from 'vitest'
import { ajvOf } from '../../test/ajv-of.ts'
import { printedValidator } from '../../test/printed-validator.ts'
import { randomNumbers, randomValues } from '../../test/random-value.ts'
import { isObject } from '../schema/subschemas.ts'

async function disagreements(schema: JsonSchema, count: number): Promise<readonly string[]> {
  const printed = await printedValidator(schema)
  const compiled = ajvOf().compile(typeof schema === 'boolean' ? schema : { ...schema })
  const next = randomValues(schema, randomNumbers(1))
  return Array.from({ length: count }, next).flatMap((value) => {
    const [ours, theirs] = [printed(value).length === 0, compiled(value)]
    return ours === theirs || isBeyondAjv(schema, value)
      ? []
      : [`${JSON.stringify(value)} is ${ours ? 'valid' : 'invalid'} here`]
  })
}

/** Ajv keeps what it has looked at in a plain object, which has looked at `constructor` from birth. */
function isBeyondAjv(schema: JsonSchema, value: unknown): boolean {
  const isAsked = typeof schema !== 'boolean' && schema.unevaluatedProperties !== undefined
  return isAsked && isObject(value) && Object.keys(value).some((name) => name in Object.prototype)
}

const SCHEMAS: { readonly [about: string]: JsonSchema } = {
  'scalars and their bounds': {
    type: 'object',
    required: ['text', 'count'],
    properties: {
      text: { type: 'string', minLength: 2, maxLength: 5 },
      count: { type: 'integer', minimum: 1, exclusiveMaximum: 9 },
      share: { type: 'number', exclusiveMinimum: 0, maximum: 1, multipleOf: 0.01 },
      flag: { type: ['boolean', 'null'] },
      code: { type: 'string', pattern: '^[A-Z]{2}\\p{Lu}?$' },
      maybe: { type: 'string', nullable: true, enum: ['a', 'b', null] },
    },
  },
  formats: {
    type: 'object',
    properties: Object.fromEntries(
      [
        'date',
        'time',
        'date-time',
        'duration',
        'email',
        'hostname',
        'ipv4',
        'ipv6',
        'uuid',
        'uri',
        'uri-reference',
        'json-pointer',
        'byte',
        'regex',
        'password',
        'unheard-of',
      ].map((format) => [format, { type: 'string', format }]),
    ),
  },
  'closed objects, patterns and names': {
    type: 'object',
    properties: { kept: { type: 'string' }, constructor: { type: 'number' } },
    patternProperties: { '^m_': { type: 'number' }, '^x': { type: 'integer' } },
    additionalProperties: false,
    propertyNames: { maxLength: 9 },
    minProperties: 1,
    maxProperties: 3,
  },
  maps: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' }, minItems: 1 } },
  'required names of every object': { type: 'object', required: ['toString', 'constructor', '__proto__'] },
  lists: {
    type: 'array',
    minItems: 1,
    maxItems: 4,
    uniqueItems: true,
    items: { type: ['number', 'string', 'array', 'object'] },
    contains: { type: 'number' },
    maxContains: 2,
  },
  tuples: {
    type: 'array',
    prefixItems: [{ type: 'string' }, { type: 'number' }],
    items: { type: 'boolean' },
    minItems: 2,
  },
  'closed tuples': { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
  'tagged unions': {
    oneOf: [
      { type: 'object', required: ['kind'], properties: { kind: { const: 'card' }, number: { type: 'string' } } },
      {
        type: 'object',
        required: ['kind', 'iban'],
        properties: { kind: { enum: ['sepa', 'swift'] }, iban: { type: 'string' } },
      },
    ],
  },
  'untagged unions': { oneOf: [{ type: 'integer' }, { type: 'number', minimum: 2 }, { type: 'string' }] },
  'any of': { anyOf: [{ type: 'string', minLength: 3 }, { required: ['a'] }, { type: 'null' }] },
  'all of with siblings': {
    allOf: [{ type: 'object', required: ['a'] }, { properties: { a: { type: 'string' } } }],
    properties: { b: { type: 'number' } },
    $defs: {},
  },
  'not and conditionals': {
    type: 'object',
    not: { required: ['forbidden'] },
    if: { properties: { kind: { const: 'card' } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['number'] },
    else: { required: ['iban'] },
    properties: { kind: { enum: ['card', 'sepa'] }, number: { type: 'string' }, iban: { type: 'string' } },
  },
  dependencies: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    dependentRequired: { a: ['b'] },
    dependentSchemas: { b: { properties: { a: { minimum: 5 } } } },
  },
  'members that nothing has looked at': {
    type: 'object',
    allOf: [{ properties: { a: { type: 'string' } } }],
    anyOf: [
      { properties: { kind: { const: 'x' }, b: { type: 'number' } }, required: ['kind'] },
      { properties: { kind: { const: 'y' } }, patternProperties: { '^m_': true }, required: ['kind'] },
      { required: ['a'] },
    ],
    if: { required: ['a'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { extra: { type: 'number' } } },
    unevaluatedProperties: false,
  },
  'elements that nothing has looked at': {
    type: 'array',
    prefixItems: [{ type: 'string' }],
    anyOf: [{ prefixItems: [true, { type: 'number' }] }, { minItems: 1 }],
    unevaluatedItems: { type: 'null' },
  },
  recursion: {
    $ref: '#/$defs/Node',
    $defs: {
      Node: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string' },
          parent: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] },
          children: { type: 'array', items: { $ref: '#/$defs/Node' } },
        },
      },
    },
  },
  'values that are lists and objects': { enum: [{ a: [1, { b: null }] }, [1, 2], 'x', null] },
  'values beside members': { type: 'object', enum: [{ a: 1 }, { a: 'x' }], properties: { a: { type: 'number' } } },
  'values no type allows': { type: 'object', enum: ['a', 'b'] },
  'keywords without a type': {
    properties: { a: { minLength: 2, minimum: 3, items: { type: 'string' } } },
    required: ['a'],
  },
  'schemas that are true and false': { type: 'object', properties: { any: true, none: false } },
}

describe('a printed validator', () => {
  for (const [about, schema] of Object.entries(SCHEMAS))
    it(`agrees with Ajv on ${about}`, async () => {
      expect((await disagreements(schema, 2_000)).slice(0, 3)).toEqual([])
    })

  it('counts what contains has matched as looked at (JSON Schema 2020-12, 11.2)', async () => {
    const validate = await printedValidator({ type: 'array', contains: { type: 'string' }, unevaluatedItems: false })
    expect(validate(['a'])).toEqual([])
    expect(validate(['a', 1]).map(({ rule }) => rule)).toEqual(['unevaluatedItems'])
  })

  it('names the place and the rule, and never a value', async () => {
    const validate = await printedValidator({
      type: 'object',
      required: ['user'],
      properties: {
        user: {
          type: 'object',
          properties: {
            'e/mail': { type: 'string', format: 'email' },
            tags: { type: 'array', items: { type: 'string' } },
          },
        },
      },
    })
    expect(validate({ user: { 'e/mail': 'secret', tags: ['a', 5] } })).toEqual([
      { pointer: '/user/e~1mail', rule: 'format', message: 'must be an e-mail address' },
      { pointer: '/user/tags/1', rule: 'type', message: 'must be a string' },
    ])
  })

  it('does not name members the contract does not name', async () => {
    const validate = await printedValidator({ type: 'object', additionalProperties: { type: 'number' } })
    expect(validate({ 'ada@example.com': 'x' })).toEqual([{ pointer: '/*', rule: 'type', message: 'must be a number' }])
  })

  it('keeps members apart from the functions it calls', async () => {
    const severity = { enum: ['low', 'high', 'higher', 'highest', 'none'] }
    const validate = await printedValidator({
      type: 'object',
      properties: {
        checkSeverity: { $ref: '#/$defs/Severity' },
        isObject: { type: 'object' },
        add: { type: 'string' },
      },
      $defs: { Severity: severity },
    })
    const value = { checkSeverity: 'odd', isObject: 1, add: 2 }
    expect(validate(value).map(({ pointer }) => pointer)).toEqual(['/checkSeverity', '/isObject', '/add'])
  })

  it('answers every valid value with the same list', async () => {
    const validate = await printedValidator({
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'number' } } },
    })
    expect(validate({ a: [1] })).toBe(validate({}))
  })

  it('lists no more than 20 violations', async () => {
    const validate = await printedValidator({ type: 'array', items: { type: 'number' } })
    expect(validate(Array.from({ length: 1_000 }, () => 'x'))).toHaveLength(20)
  })
})
