import { describe, expect, it } from 'vitest'
import type { Payload } from '../contract.ts'
import { parseContract } from '../load-contract.ts'

describe('a JSON Schema payload', () => {
  it('keeps names, recursion and what stands beside a reference', async () => {
    const { payload } = await read('{ $ref: "#/components/schemas/Tree" }', {
      Tree: '{ type: object, properties: { left: { $ref: "#/components/schemas/Tree", description: smaller }, tag: { $ref: "#/components/schemas/Tag" } } }',
      Tag: '{ type: string, x-pii: false }',
    })
    const tree = {
      type: 'object',
      properties: { left: { $ref: '#/$defs/Tree', description: 'smaller' }, tag: { $ref: '#/$defs/Tag' } },
    }
    expect(payload).toMatchObject({ name: 'Tree', format: 'json-schema' })
    expect(payload?.schema).toEqual({ ...tree, $defs: { Tree: tree, Tag: { type: 'string', 'x-pii': false } } })
  })

  it('lays annotations beside the reference over the root', async () => {
    const { payload } = await read('{ $ref: "#/components/schemas/Tag", description: The tag }', {
      Tag: '{ type: string, description: A tag }',
    })
    expect(payload?.schema).toEqual({ type: 'string', description: 'The tag' })
  })

  it('keeps other keywords beside the reference as they are', async () => {
    const { payload } = await read('{ $ref: "#/components/schemas/Tag", maxLength: 3 }', { Tag: '{ type: string }' })
    expect(payload?.schema).toEqual({ $ref: '#/$defs/Tag', maxLength: 3, $defs: { Tag: { type: 'string' } } })
  })

  it('takes data for data, and properties for names', async () => {
    const schema =
      '{ type: object, default: { $ref: x }, properties: { default: { $ref: "#/components/schemas/Tag" }, $ref: { type: string } } }'
    const { payload, codes } = await read(schema, { Tag: '{ type: string }' })
    expect(codes).toEqual([])
    expect(payload?.schema).toMatchObject({
      default: { $ref: 'x' },
      properties: { default: { $ref: '#/$defs/Tag' }, $ref: { type: 'string' } },
    })
  })

  it('keeps properties whose names look like extensions', async () => {
    const { payload } = await read(
      '{ properties: { x-request-id: { $ref: "#/components/schemas/Tag" } }, x-note: { $ref: kept } }',
      {
        Tag: '{ type: string }',
      },
    )
    expect(payload?.schema).toMatchObject({
      properties: { 'x-request-id': { $ref: '#/$defs/Tag' } },
      'x-note': { $ref: 'kept' },
    })
  })

  it('shares one copy of a definition among all who need it', async () => {
    const { contract } = await read(
      '{ properties: { a: { $ref: "#/components/schemas/Tag" }, b: { $ref: "#/components/schemas/Tag" } } }',
      {
        Tag: '{ type: string }',
      },
    )
    const [first, second] =
      contract?.channels[0]?.messages.map(({ payload }) => Object(payload?.schema).$defs.Tag) ?? []
    expect(first).toEqual({ type: 'string' })
    expect(first).toBe(second)
  })

  it('allows anything where a reference leads nowhere', async () => {
    const { payload, codes } = await read('{ properties: { a: { $ref: "#/components/schemas/Gone" } } }')
    expect(codes).toEqual(['dangling_reference'])
    expect(payload?.schema).toEqual({ properties: { a: {} } })
  })
})

describe('an OpenAPI payload', () => {
  it('becomes JSON Schema: nullable, boolean bounds, example', async () => {
    const schema =
      '{ type: object, properties: { a: { type: string, nullable: true, enum: [x], example: x }, b: { type: number, minimum: 1, exclusiveMinimum: true } } }'
    const { payload } = await read(`{ schemaFormat: application/vnd.oai.openapi;version=3.0.0, schema: ${schema} }`)
    expect(payload?.schema).toEqual({
      type: 'object',
      properties: {
        a: { type: ['string', 'null'], enum: ['x', null], examples: ['x'] },
        b: { type: 'number', exclusiveMinimum: 1 },
      },
    })
  })
})

describe('an Avro payload', () => {
  it('becomes JSON Schema with the same fields, docs, defaults and recursion', async () => {
    const avro = JSON.stringify({
      type: 'record',
      name: 'User',
      namespace: 'com.shop',
      doc: 'A user',
      fields: [
        { name: 'id', type: { type: 'string', logicalType: 'uuid' } },
        { name: 'email', type: ['null', 'string'], default: null, doc: 'Where to write', 'x-pii': true },
        { name: 'level', type: { type: 'enum', name: 'Level', symbols: ['LOW', 'HIGH'] } },
        { name: 'friends', type: { type: 'array', items: 'User' } },
        { name: 'seen', type: { type: 'map', values: 'long' } },
        { name: 'last', type: ['null', 'com.shop.Level'] },
      ],
    })
    const { payload } = await read(`{ schemaFormat: application/vnd.apache.avro;version=1.9.0, schema: ${avro} }`)
    const user = {
      type: 'object',
      description: 'A user',
      properties: {
        id: { type: 'string', format: 'uuid' },
        email: { type: ['string', 'null'], description: 'Where to write', 'x-pii': true, default: null },
        level: { $ref: '#/$defs/Level' },
        friends: { type: 'array', items: { $ref: '#/$defs/User' } },
        seen: { type: 'object', additionalProperties: { type: 'integer', format: 'int64' } },
        last: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/Level' }] },
      },
      required: ['id', 'level', 'friends', 'seen', 'last'],
    }
    expect(payload).toMatchObject({ format: 'avro', name: 'User' })
    expect(payload?.schema).toEqual({
      ...user,
      $defs: { Level: { type: 'string', enum: ['LOW', 'HIGH'] }, User: user },
    })
  })
})

describe('a payload in a language that is not analysed', () => {
  it('is kept and named', async () => {
    const { payload, codes } = await read(
      '{ schemaFormat: application/vnd.google.protobuf;version=3, schema: "message A {}" }',
    )
    expect(codes).toEqual(['schema_not_analysed'])
    expect(payload).toMatchObject({ format: 'protobuf', raw: 'message A {}' })
    expect(payload).not.toHaveProperty('schema')
  })
})

/** Reads two messages with the payload and gives the first. */
async function read(payload: string, schemas: { readonly [name: string]: string } = {}) {
  const components = Object.entries(schemas).map(([name, schema]) => `    ${name}: ${schema}`)
  const text = `asyncapi: 3.0.0
info: { title: Shop, version: '1' }
channels:
  a:
    address: a
    messages:
      first: { payload: ${payload} }
      second: { payload: ${payload} }
components:
  schemas:
${components.join('\n') || '    None: {}'}
`
  const { contract, diagnostics } = await parseContract(text, { file: 'shop.yaml' })
  const first: Payload | undefined = contract?.channels[0]?.messages[0]?.payload
  return { contract, payload: first, codes: [...new Set(diagnostics.map(({ code }) => code))] }
}
