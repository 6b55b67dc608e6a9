import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Contract } from './contract.ts'
import { loadContract, parseContract } from './load-contract.ts'

describe('a 2.x document', () => {
  it('inverts publish and subscribe: what others publish is received', async () => {
    const { channels } = await contractOf(`
asyncapi: 2.6.0
info: { title: Shop, version: '1' }
channels:
  order.placed:
    publish: { operationId: onOrderPlaced, message: { name: OrderPlaced } }
    subscribe: { message: { name: OrderSeen } }
`)
    expect(channels[0]?.operations).toMatchObject([
      { name: 'onOrderPlaced', action: 'receive', messages: ['OrderPlaced'] },
      { name: 'order.placed.subscribe', action: 'send', messages: ['OrderSeen'] },
    ])
    expect(channels[0]).toMatchObject({ name: 'order.placed', address: 'order.placed' })
  })

  it('gives a channel every message of oneOf once, also when both operations carry it', async () => {
    const { channels } = await contractOf(`
asyncapi: 2.6.0
info: { title: Shop, version: '1' }
channels:
  orders:
    publish: { message: { oneOf: [{ $ref: '#/components/messages/Placed' }, { name: Placed }, { payload: {} }] } }
    subscribe: { message: { $ref: '#/components/messages/Placed' } }
components: { messages: { Placed: { title: An order was placed } } }
`)
    expect(channels[0]?.messages.map(({ name, component }) => [name, component])).toEqual([
      ['Placed', 'Placed'],
      ['Placed_2', undefined],
      ['message', undefined],
    ])
    expect(channels[0]?.operations[1]?.messages).toEqual(['Placed'])
  })

  it('lets a trait override the message, the last trait winning', async () => {
    const { channels } = await contractOf(`
asyncapi: 2.6.0
info: { title: Shop, version: '1' }
channels:
  orders:
    publish:
      message: { contentType: text/plain, title: own, traits: [{ contentType: text/xml }, { contentType: text/csv }] }
`)
    expect(channels[0]?.messages[0]).toMatchObject({ contentType: 'text/csv', title: 'own' })
  })

  it('names the security schemes in force by type', async () => {
    const { servers } = await contractOf(`
asyncapi: 2.6.0
info: { title: Shop, version: '1' }
servers:
  main: { url: 'kafka://{region}.shop.test:9092', protocol: kafka, variables: { region: { enum: [eu, us], default: eu } }, security: [{ login: [] }] }
channels: {}
components: { securitySchemes: { login: { type: scramSha256 } } }
`)
    expect(servers[0]).toMatchObject({
      host: '{region}.shop.test:9092',
      security: ['scramSha256'],
      variables: [{ name: 'region', enum: ['eu', 'us'], default: 'eu' }],
    })
  })
})

describe('a 3.x document', () => {
  it('joins operations to channels and replies, and keeps a missing address apart from an empty one', async () => {
    const { channels } = await contractOf(`
asyncapi: 3.0.0
info: { title: Shop, version: '1', contact: { name: Sales } }
channels:
  quotes: { address: null, messages: { ask: { $ref: '#/components/messages/Ask' } } }
  answers: { messages: { answer: {} } }
operations:
  onAsk:
    action: receive
    channel: { $ref: '#/channels/quotes' }
    messages: [{ $ref: '#/channels/quotes/messages/ask' }]
    reply: { channel: { $ref: '#/channels/answers' }, address: { location: '$message.header#/replyTo' } }
components: { messages: { Ask: { name: ask.v1 } } }
`)
    expect(channels.map(({ address }) => address)).toEqual([null, null])
    expect(channels[0]?.messages).toMatchObject([{ name: 'ask', wireName: 'ask.v1', component: 'Ask' }])
    expect(channels[0]?.operations).toMatchObject([
      { name: 'onAsk', messages: ['ask'], reply: { channel: 'answers', address: '$message.header#/replyTo' } },
    ])
  })

  it('lets the message win over its traits, and merges bindings into what the message has', async () => {
    const { channels } = await contractOf(`
asyncapi: 3.0.0
info: { title: Shop, version: '1' }
channels:
  orders:
    address: orders
    messages:
      placed:
        title: own
        bindings: { kafka: { key: { type: string } } }
        traits: [{ title: first, bindings: { mqtt: {} } }, { $ref: '#/components/messageTraits/common' }]
components: { messageTraits: { common: { title: second, headers: { type: object, properties: { id: { type: string } } } } } }
`)
    const message = channels[0]?.messages[0]
    expect(message).toMatchObject({ title: 'own', bindings: { kafka: { key: { type: 'string' } }, mqtt: {} } })
    expect(message?.headers?.at.pointer).toBe('/components/messageTraits/common/headers')
  })

  it('reads the recovery paths that are proposed for operations', async () => {
    const { channels } = await contractOf(`
asyncapi: 3.0.0
info: { title: Shop, version: '1' }
channels: { orders: { address: orders }, failed: { address: orders.dlq } }
operations:
  onOrder:
    action: receive
    channel: { $ref: '#/channels/orders' }
    retry: { maxAttempts: 3 }
    deadLetter: { channel: { $ref: '#/channels/failed' } }
`)
    expect(channels[0]?.operations[0]).toMatchObject({
      retry: { raw: { maxAttempts: 3 } },
      deadLetter: { channel: 'failed' },
    })
  })

  it('is the same whether written in YAML or in JSON', async () => {
    const document = {
      asyncapi: '3.1.0',
      info: { title: 'Shop', version: '1' },
      channels: { a: { address: 'a', messages: { m: { payload: { type: 'string' } } } } },
    }
    const json = await contractOf(JSON.stringify(document))
    const yaml = await contractOf(
      'asyncapi: 3.1.0\ninfo: {title: Shop, version: "1"}\nchannels: {a: {address: a, messages: {m: {payload: {type: string}}}}}',
    )
    expect({ ...json, hash: '', locate: '' }).toEqual({ ...yaml, hash: '', locate: '' })
  })
})

describe('a place in a contract', () => {
  it('is the line and column of its text', async () => {
    const contract = await contractOf(`asyncapi: 3.0.0
info: { title: Shop, version: '1' }
channels:
  orders:
    address: orders
    x-dlq: orders.dlq
`)
    expect(contract.locate({ file: 'shop.yaml', pointer: '/channels/orders' })).toMatchObject({ line: 4, column: 3 })
    expect(contract.locate({ file: 'shop.yaml', pointer: '/channels/orders/x-dlq' })).toMatchObject({
      line: 6,
      column: 12,
    })
    expect(contract.locate({ file: 'shop.yaml', pointer: '/channels/orders/none/at/all' })).toMatchObject({ line: 4 })
  })
})

describe('a text that is no contract', () => {
  it.each([
    ['', 'empty_document', 1, 1],
    ['# nothing\n', 'empty_document', 1, 1],
    ['openapi: 3.0.0', 'not_asyncapi', 1, 1],
    ['a: 1\nasyncapi: 1.2.0', 'not_asyncapi', 2, 11],
    ['asyncapi: 3.0', 'not_asyncapi', 1, 11],
    ['[1, 2]', 'not_asyncapi', 1, 1],
    ['asyncapi: 3.0.0\ninfo: [\ntitle: "x', 'invalid_syntax', 3, 1],
    ['asyncapi: 3.0.0\nasyncapi: 3.0.0', 'invalid_syntax', 2, 1],
    ['{ "asyncapi": "3.0.0",\n "info": { "a": { "b": [1] }, "b": 1,\n "\\"": 2, "a": 3 } }', 'invalid_syntax', 3, 11],
  ])('%j is refused once, as %s', async (text, code, line, column) => {
    const { contract, diagnostics } = await parseContract(text, { file: 'shop.yaml' })
    expect(contract).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code, severity: 'error', at: { file: 'shop.yaml', line, column } }])
  })

  it('may be no file at all', async () => {
    const { diagnostics } = await loadContract('/nowhere/shop.yaml')
    expect(diagnostics).toMatchObject([{ code: 'unreadable_document', at: { file: '/nowhere/shop.yaml' } }])
  })

  it('may be too large to be opened', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'contract-')), 'shop.yaml')
    writeFileSync(file, 'asyncapi: 3.0.0')
    expect((await loadContract(file, { maxBytes: 10 })).diagnostics).toMatchObject([{ code: 'document_too_large' }])
  })
})

/** The contract of a text without mistakes. */
async function contractOf(text: string): Promise<Contract> {
  const { contract, diagnostics } = await parseContract(text, { file: 'shop.yaml' })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  if (!contract) throw new Error('no contract')
  return contract
}
