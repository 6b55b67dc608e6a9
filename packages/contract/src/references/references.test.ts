import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadContract } from '../load-contract.ts'
import type { LoadOptions } from '../load-options.ts'

const HEAD = 'asyncapi: 3.0.0\ninfo: { title: Shop, version: "1" }\n'

describe('a reference to another file', () => {
  it('reaches whole files, components of other documents, and the files those refer to', async () => {
    const { contract, diagnostics } = await load({
      'app/shop.yaml': `${HEAD}channels:
  orders:
    address: orders
    messages:
      placed: { $ref: '../common/events.yaml#/components/messages/Placed' }
      paid: { payload: { $ref: ../common/paid.json } }`,
      'common/events.yaml': `asyncapi: 3.0.0
components:
  messages: { Placed: { payload: { $ref: '#/components/schemas/Order' } } }
  schemas: { Order: { type: object, properties: { buyer: { $ref: 'user.yaml#/User' }, parent: { $ref: '#/components/schemas/Order' } } } }`,
      'common/user.yaml': 'User: { type: object, properties: { name: { type: string } } }',
      'common/paid.json': '{ "type": "object", "properties": { "by": { "$ref": "user.yaml#/User" } } }',
    })
    expect(diagnostics).toEqual([])
    const [placed, paid] = contract?.channels[0]?.messages ?? []
    expect(placed?.component).toBe('Placed')
    expect(placed?.payload).toMatchObject({ name: 'Order' })
    expect(Object.keys(Object(placed?.payload?.schema).$defs)).toEqual(['User', 'Order'])
    expect(paid?.payload).toMatchObject({ name: 'paid', schema: { properties: { by: { $ref: '#/$defs/User' } } } })
  })

  it('may lead back to its own document by file name', async () => {
    const { contract, diagnostics } = await load({
      'app/shop.yaml': `${HEAD}channels:
  orders: { address: orders, messages: { placed: { $ref: 'shop.yaml#/components/messages/Placed' } } }
components: { messages: { Placed: { title: A } } }`,
    })
    expect(diagnostics).toEqual([])
    expect(contract?.channels[0]?.messages[0]).toMatchObject({
      title: 'A',
      at: { pointer: '/components/messages/Placed' },
    })
  })

  it('says where in the other file a mistake is', async () => {
    const { diagnostics } = await load({
      'app/shop.yaml': `${HEAD}channels: { orders: { $ref: channel.yaml } }`,
      'app/channel.yaml': 'address: orders\nmessage: {}',
    })
    expect(diagnostics).toMatchObject([{ code: 'schema_violation', at: { line: 2, column: 1, pointer: '/message' } }])
    expect(diagnostics[0]?.at.file).toMatch(/channel\.yaml$/)
  })

  it('takes a pointer into a .proto file for the whole text, and says so', async () => {
    const { contract, diagnostics } = await load({
      'app/shop.yaml': `${HEAD}channels: { o: { address: o, messages: { m: { payload: { schemaFormat: application/vnd.google.protobuf, schema: { $ref: 'order.proto#/Order' } } } } } }`,
      'app/order.proto': 'message Order { string id = 1; }',
    })
    expect(diagnostics.map(({ code }) => code)).toEqual(['reference_into_text', 'schema_not_analysed'])
    expect(contract?.channels[0]?.messages[0]?.payload).toMatchObject({
      format: 'protobuf',
      raw: 'message Order { string id = 1; }',
    })
  })

  it('is one mistake when it leads nowhere, however often it is used', async () => {
    const { diagnostics } = await load({
      'app/shop.yaml': `${HEAD}channels:
  a: { address: a, messages: { m: { $ref: 'gone.yaml#/A' } } }
  b: { address: b, messages: { m: { $ref: 'gone.yaml#/B' }, n: { $ref: '#/components/messages/C' } } }`,
    })
    expect(diagnostics.map(({ code, at, message }) => [code, at.line, /1 more/.test(message)])).toEqual([
      ['dangling_reference', 4, true],
      ['dangling_reference', 5, false],
    ])
  })
})

describe('a chain of files', () => {
  it('ends where it gets too long', async () => {
    const files = Array.from({ length: 5 }, (_, index) => [
      `app/s${index}.json`,
      `{ "items": { "$ref": "s${index + 1}.json" } }`,
    ])
    const { diagnostics } = await load(
      {
        'app/shop.yaml': `${HEAD}channels: { o: { address: o, messages: { m: { payload: { $ref: s0.json } } } } }`,
        ...Object.fromEntries(files),
      },
      { maxChain: 3 },
    )
    expect(diagnostics).toMatchObject([{ code: 'too_many_files', at: { file: expect.stringMatching(/s2\.json$/) } }])
  })
})

describe('the root folder', () => {
  const files = {
    'app/shop.yaml': `${HEAD}channels: { o: { $ref: '../common/channel.yaml' } }`,
    'common/channel.yaml': 'address: o',
  }

  it('is the nearest one that marks a project', async () => {
    expect((await load(files)).diagnostics).toEqual([])
  })

  it('is never left, by path, by URL or by symbolic link', async () => {
    const folder = write({
      ...files,
      'app/file.yaml': `${HEAD}channels: { o: { $ref: 'file:///etc/hostname' } }`,
      'app/link.yaml': `${HEAD}channels: { o: { $ref: 'linked.yaml' } }`,
    })
    symlinkSync(join(folder, 'common/channel.yaml'), join(folder, 'app/linked.yaml'))
    for (const name of ['shop', 'file', 'link']) {
      const { diagnostics } = await loadContract(join(folder, `app/${name}.yaml`), { root: join(folder, 'app') })
      expect(diagnostics.map(({ code }) => code)).toEqual(['reference_outside_root'])
    }
  })
})

describe('a reference to the network', () => {
  const files = { 'app/shop.yaml': `${HEAD}channels: { o: { $ref: 'https://shop.test/events/channel.yaml' } }` }

  it('is refused unless it is allowed', async () => {
    expect((await load(files)).diagnostics).toMatchObject([{ code: 'http_reference_not_allowed' }])
  })

  it('is fetched once, and what is there refers on from there', async () => {
    const texts = new Map([
      [
        'https://shop.test/events/channel.yaml',
        'address: o\nmessages: { m: { payload: { $ref: ../order.json } }, n: { payload: { $ref: ../order.json } } }',
      ],
      ['https://shop.test/order.json', '{ "type": "object" }'],
    ])
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      return texts.get(url) ?? ''
    }
    const httpCache = new Map<string, string>()
    const first = await load(files, { allowHttp: true, fetch, httpCache })
    const second = await load(files, { allowHttp: true, fetch, httpCache })
    expect([...first.diagnostics, ...second.diagnostics]).toEqual([])
    expect(second.contract?.channels[0]?.messages[0]?.payload?.name).toBe('order')
    expect(asked).toEqual([...texts.keys()])
  })

  it('never leads from there to the disk', async () => {
    const fetch = async () => 'address: o\nmessages: { m: { $ref: "file:///etc/hostname" } }'
    const { diagnostics } = await load(files, { allowHttp: true, fetch })
    expect(diagnostics).toMatchObject([
      { code: 'dangling_reference', at: { file: 'https://shop.test/events/channel.yaml', line: 2 } },
    ])
  })

  it('that fails is a dangling reference with the reason', async () => {
    const fetch = () => Promise.reject(new Error('the server answered 404'))
    const { diagnostics } = await load(files, { allowHttp: true, fetch })
    expect(diagnostics).toMatchObject([
      { code: 'dangling_reference', message: expect.stringContaining('answered 404') },
    ])
  })
})

/** Writes a project and loads its `app/shop.yaml`. */
function load(files: { readonly [path: string]: string }, options: LoadOptions = {}) {
  return loadContract(join(write(files), 'app/shop.yaml'), options)
}

function write(files: { readonly [path: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'))
  for (const [path, text] of Object.entries({ 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
