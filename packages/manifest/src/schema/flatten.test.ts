import type { JsonSchema } from '@longshore/contract'
import { describe, expect, it } from 'vitest'
import { flatten } from './flatten.ts'
import { valueType } from './value-type.ts'

describe('the fields of a schema', () => {
  it('are listed through objects, arrays and maps', () => {
    const street = { type: 'object', required: ['street'], properties: { street: { type: 'string' } } }
    const schema = {
      type: 'object',
      required: ['customer'],
      properties: {
        customer: { type: 'object', properties: { addresses: { type: 'array', items: street } } },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
      },
    }
    expect(printed(schema)).toEqual([
      'customer object required',
      'customer.addresses array<object>',
      'customer.addresses[].street string required',
      'labels object',
      'labels.* string',
    ])
  })

  it('are those of all branches of a union, required only where every value has them', () => {
    const schema = {
      allOf: [{ required: ['id'], properties: { id: { type: 'string' } } }],
      oneOf: [
        { required: ['iban'], properties: { iban: { type: 'string' } } },
        { required: ['card'], properties: { card: { type: ['string', 'null'] } } },
      ],
    }
    expect(printed(schema)).toEqual(['id string required', 'iban string', 'card string|null'])
  })

  it('end where a type contains itself', () => {
    const node = {
      type: 'object',
      properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
    }
    const schema = { $ref: '#/$defs/Node', $defs: { Node: node } }
    expect(printed(schema)).toEqual(['name string', 'children array<object>'])
    const mutual = {
      $defs: { A: { $ref: '#/$defs/B' }, B: { $ref: '#/$defs/A' } },
      properties: { a: { $ref: '#/$defs/A' } },
    }
    expect(printed(mutual)).toEqual(['a any'])
  })

  it('stay within their bounds where references multiply', () => {
    const names = Array.from({ length: 12 }, (_, at) => `T${at}`)
    const $defs = Object.fromEntries(
      names.map((name, at) => [
        name,
        {
          properties: {
            a: { $ref: `#/$defs/T${at + 1}` },
            b: { $ref: `#/$defs/T${at + 1}` },
            c: { $ref: `#/$defs/T${at + 1}` },
          },
        },
      ]),
    )
    expect(flatten({ $ref: '#/$defs/T0', $defs }, 'T0', { maxFields: 1_000 })).toHaveLength(1_000)
    expect(flatten({ $ref: '#/$defs/T0', $defs }, 'T0', { maxDepth: 2 })).toHaveLength(3 + 9)
  })

  it('know the names around them, nearest first', () => {
    const address = { properties: { street: { type: 'string' } } }
    const schema = { properties: { home: { $ref: '#/$defs/Address' } }, $defs: { Address: address } }
    const street = flatten(schema, 'User').find(({ path }) => path === 'home.street')
    expect(street?.owners).toEqual([['home', 'Address'], ['User']])
  })
})

function printed(schema: JsonSchema): readonly string[] {
  return flatten(schema).map(
    ({ path, schemas, items, required }) => `${path} ${valueType(schemas, items)}${required ? ' required' : ''}`,
  )
}
