import type { JsonSchema } from '@longshore/contract'
import { describe, expect, it } from 'vitest'
import { schemaGraph } from '../schema/schema-graph.ts'
import { printTypes } from './print-types.ts'
import { typeNames } from './type-names.ts'

function printed(schema: JsonSchema, rootName?: string): readonly string[] {
  const graph = schemaGraph(schema)
  return printTypes(graph, typeNames(graph, 'Event', rootName), new Map())
    .join('\n')
    .split('\n')
}

/** The type of one member of an object. */
function member(schema: JsonSchema): string {
  const lines = printed({ type: 'object', required: ['x'], properties: { x: schema } })
  return lines.slice(1, -1).join('\n').replace('  readonly x: ', '')
}

describe('a printed type', () => {
  it.each<[JsonSchema, string]>([
    [{ type: 'string' }, 'string'],
    [{ type: 'integer' }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: 'string', nullable: true }, 'string | null'],
    [{ const: 'card' }, "'card'"],
    [{ enum: ['2fa-required', 1, null] }, "'2fa-required' | 1 | null"],
    [{ type: 'array', items: { type: 'string' } }, 'readonly string[]'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, "readonly ('a' | 'b')[]"],
    [{ type: 'array', items: { type: 'array', items: { type: 'string' } } }, 'readonly (readonly string[])[]'],
    [
      { prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 1 },
      'readonly [string, number?]',
    ],
    [{ type: 'array', items: [{ type: 'string' }] }, 'readonly [string?, ...unknown[]]'],
    [
      { type: 'array', items: { type: 'array', prefixItems: [{ type: 'string' }], items: false } },
      'readonly (readonly [string?])[]',
    ],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ type: 'object' }, '{ readonly [name: string]: unknown }'],
    [true, 'unknown'],
    [false, 'never'],
    [{}, 'unknown'],
  ])('of %j is %s', (schema, type) => {
    expect(member(schema)).toBe(type)
  })

  it('keeps the names of the contract, and recursion by name', () => {
    expect(
      printed({
        $ref: '#/$defs/CategoryNode',
        $defs: {
          CategoryNode: {
            type: 'object',
            properties: { children: { type: 'array', items: { $ref: '#/$defs/CategoryNode' } } },
          },
        },
      }),
    ).toEqual([
      'export type Event = CategoryNode',
      'export interface CategoryNode {',
      '  readonly children?: readonly CategoryNode[]',
      '}',
    ])
  })

  it('quotes wire names only where it has to', () => {
    expect(
      printed({ type: 'object', properties: { 'x-request-id': { type: 'string' }, ok: { type: 'string' } } }),
    ).toEqual(['export interface Event {', "  readonly 'x-request-id'?: string", '  readonly ok?: string', '}'])
  })

  it('extends what allOf refers to, and declares again only what becomes required', () => {
    expect(
      printed({
        allOf: [
          { $ref: '#/$defs/Entity' },
          { type: 'object', required: ['note'], properties: { id: { type: 'string' }, extra: { type: 'number' } } },
        ],
        $defs: {
          Entity: {
            type: 'object',
            required: ['id'],
            properties: { id: { type: 'string' }, note: { type: 'string' } },
          },
        },
      }).slice(0, 4),
    ).toEqual(['export interface Event extends Entity {', '  readonly extra?: number', '  readonly note: string', '}'])
  })

  it('merges what allOf refers to when the parts disagree', () => {
    expect(
      printed({
        allOf: [{ $ref: '#/$defs/A' }, { properties: { kind: { const: 'b' } }, required: ['kind'] }],
        $defs: { A: { type: 'object', properties: { kind: { type: 'string' } } } },
      })[0],
    ).toBe('export interface Event {')
  })

  it('is a union of what oneOf refers to, which a constant member tells apart', () => {
    const kind = (name: string) => ({ type: 'object', required: ['kind'], properties: { kind: { const: name } } })
    expect(
      printed({
        oneOf: [{ $ref: '#/$defs/Card' }, { $ref: '#/$defs/Sepa' }],
        $defs: { Card: kind('card'), Sepa: kind('sepa') },
      }),
    ).toEqual([
      'export type Event = Card | Sepa',
      'export interface Card {',
      "  readonly kind: 'card'",
      '}',
      'export interface Sepa {',
      "  readonly kind: 'sepa'",
      '}',
    ])
  })

  it('says maps by index, and prefixes by template', () => {
    expect(member({ type: 'object', additionalProperties: { type: 'number' } })).toContain(
      'readonly [name: string]: number',
    )
    expect(
      member({ type: 'object', patternProperties: { '^m_': { type: 'number' } }, additionalProperties: false }),
    ).toContain('readonly [name: `m_$' + '{string}`]: number')
  })

  it('ends where references only lead to each other', () => {
    const lines = printed({
      $ref: '#/$defs/A',
      $defs: { A: { $ref: '#/$defs/B' }, B: { allOf: [{ $ref: '#/$defs/A' }] } },
    })
    expect(lines.at(-1)).toMatch(/^export type \w+ = unknown$/)
  })

  it('gives names that collide a number', () => {
    const lines = printed({
      type: 'object',
      properties: { a: { $ref: '#/$defs/order-item' }, b: { $ref: '#/$defs/OrderItem' } },
      $defs: { 'order-item': { type: 'string' }, OrderItem: { type: 'number' } },
    })
    expect(lines.slice(-2)).toEqual(['export type OrderItem = string', 'export type OrderItem2 = number'])
  })
})
