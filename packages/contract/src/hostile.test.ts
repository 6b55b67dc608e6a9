import { describe, expect, it } from 'vitest'
import { parseContract } from './load-contract.ts'

const HEAD = 'asyncapi: 3.0.0\ninfo: { title: Shop, version: "1" }\n'

describe('a hostile document', () => {
  it('cannot grow through YAML aliases', async () => {
    const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const bomb = levels.map(
      (name, index) => `x-${name}: &${name} [${Array(10).fill(index === 0 ? 1 : `*${levels[index - 1]}`)}]`,
    )
    expect(await codesOf(HEAD + bomb.join('\n'))).toEqual(['document_too_large'])
    expect(await codesOf(`${HEAD}x-a: &a [*a]`)).toEqual(['document_too_large'])
  })

  it('cannot grow through references', async () => {
    const text = `${HEAD}
channels: { a: { $ref: '#/components/channels/big' }, b: { $ref: '#/components/channels/big' } }
components: { channels: { big: { messages: { m: {}, n: {}, o: {}, p: {} } } } }
`
    const { diagnostics } = await parseContract(text, { file: 'hostile.yaml', maxMembers: 10 })
    expect(diagnostics.map(({ code }) => code)).toEqual(['document_too_large'])
  })

  it('cannot be nested without end', async () => {
    expect(await codesOf(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toEqual(['document_too_large'])
    expect(await codesOf(`x: ${'['.repeat(100_000)}`)).toEqual(['invalid_syntax'])
  })

  it('cannot reach a prototype, by key or by reference', async () => {
    const { contract, diagnostics } = await parse(`${HEAD}
channels:
  __proto__:
    address: a
    messages:
      constructor: { payload: { type: object, properties: { __proto__: { $ref: '#/components/schemas/__proto__' } } } }
      toString: { payload: { $ref: '#/__proto__/toString' } }
components: { schemas: { __proto__: { type: string, x-polluted: true } } }
`)
    expect(diagnostics.map(({ code }) => code)).toEqual(['dangling_reference'])
    expect(contract?.channels.map(({ name }) => name)).toEqual(['__proto__'])
    expect(Object.hasOwn(Object.prototype, 'x-polluted')).toBe(false)
    expect(JSON.stringify(contract?.channels[0]?.messages[0]?.payload?.schema)).toBe(
      '{"type":"object","properties":{"__proto__":{"$ref":"#/$defs/_proto__"}},"$defs":{"_proto__":{"type":"string","x-polluted":true}}}',
    )
  })

  it('cannot hang in references that lead to each other', async () => {
    const codes = await codesOf(`${HEAD}
channels:
  a: { address: a, messages: { first: { $ref: '#/channels/a/messages/second' }, second: { $ref: '#/channels/a/messages/first' } } }
  b: { $ref: '#/channels/b/messages' }
`)
    expect(codes).toEqual(['reference_cycle', 'dangling_reference'])
  })

  it('cannot hang in an example: patterns and towers of schemas have a time limit', async () => {
    const tower = Array.from({ length: 60 }, (_, index) => {
      const next = `{ $ref: '#/components/schemas/s${index + 1}' }`
      return `    s${index}: { allOf: [${next}, ${next}] }`
    })
    const codes = await codesOf(`${HEAD}
channels:
  a:
    address: a
    messages:
      slow: { payload: { type: string, pattern: '^(a+)+$' }, examples: [{ payload: '${'a'.repeat(50)}!' }] }
      tower: { payload: { $ref: '#/components/schemas/s0' }, examples: [{ payload: text }] }
      plain: { payload: { type: string }, examples: [{ payload: 1 }] }
components:
  schemas:
${tower.join('\n')}
    s60: { type: string }
`)
    expect(codes).toEqual(['invalid_example'])
  })

  it('cannot overflow the stack with a long chain of schemas', async () => {
    const chain = Array.from(
      { length: 5_000 },
      (_, index) => `    s${index}: { properties: { next: { $ref: '#/components/schemas/s${index + 1}' } } }`,
    )
    const { contract } = await parse(`${HEAD}
channels: { a: { address: a, messages: { m: { payload: { $ref: '#/components/schemas/s0' } } } } }
components:
  schemas:
${chain.join('\n')}
    s5000: { type: string }
`)
    const schema = contract?.channels[0]?.messages[0]?.payload?.schema
    expect(Object.keys(Object(schema).$defs)).toHaveLength(5_000)
  })
})

function parse(text: string) {
  return parseContract(text, { file: 'hostile.yaml' })
}

async function codesOf(text: string): Promise<string[]> {
  return (await parse(text)).diagnostics.map(({ code }) => code)
}
