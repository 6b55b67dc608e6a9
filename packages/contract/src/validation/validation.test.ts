import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { VERSIONS } from '../identify.ts'
import { parseContract } from '../load-contract.ts'

const HEAD = 'asyncapi: 3.0.0\ninfo: { title: Shop, version: "1" }\n'

describe('a mistake in a document', () => {
  it('is told once, however many messages share it', async () => {
    const messages = Array.from(
      { length: 50 },
      (_, index) => `m${index}: { payload: { $ref: '#/components/schemas/Order' } }`,
    )
    const order =
      "{ type: objekt, properties: { lines: { type: array, items: { properties: { price: { minimum: '0' } } } } } }"
    expect(
      await violationsOf(
        `${HEAD}channels: { a: { address: a, messages: { ${messages.join(', ')} } } }\ncomponents: { schemas: { Order: ${order} } }`,
      ),
    ).toEqual([
      [
        '/components/schemas/Order/type',
        '"type" must be one of array, boolean, integer, null, number, object, string.',
      ],
      ['/components/schemas/Order/properties/lines/items/properties/price/minimum', '"minimum" must be number.'],
    ])
  })

  it.each([
    ['channels: { a: { address: 1 } }', '/channels/a/address', '"address" must be string or null.'],
    ['channels: { a: { adress: x } }', '/channels/a/adress', '"adress" is not known here.'],
    [
      'operations: { o: { action: consume, channel: { $ref: "#/channels/a" } } }\nchannels: { a: {} }',
      '/operations/o/action',
      '"action" must be one of send, receive.',
    ],
    ['operations: { o: { action: send } }', '/operations/o', '"o" lacks "channel".'],
    [
      'components: { securitySchemes: { s: { type: sasl } } }',
      '/components/securitySchemes/s/type',
      expect.stringContaining('must be one of userPassword'),
    ],
    [
      'components: { securitySchemes: { s: { type: oauth2, flows: { implicit: {} } } } }',
      '/components/securitySchemes/s/flows/implicit',
      expect.stringContaining('lacks'),
    ],
    ['servers: { s: { protocol: kafka } }', '/servers/s', '"s" lacks "host".'],
  ])('such as %j gives one diagnostic', async (text, pointer, message) => {
    const [first, ...others] = await violationsOf(HEAD + text)
    expect(first).toEqual([pointer, message])
    expect(others.filter(([other]) => !other?.startsWith(pointer))).toEqual([])
  })

  it('in 2.x is not hidden behind the forms a message may have', async () => {
    const text =
      "asyncapi: 2.6.0\ninfo: { title: Shop, version: '1' }\nchannels: { a: { publish: { message: { payload: {}, contenttype: x } } } }"
    expect(await violationsOf(text)).toEqual([
      ['/channels/a/publish/message/contenttype', '"contenttype" is not known here.'],
    ])
  })
})

describe('the generated validators', () => {
  it('are made from the schemas and tools that are installed (npm run compile-validators)', async () => {
    const tool: { fingerprint: () => string } = await import(
      new URL('../../tools/compile-validators.mjs', import.meta.url).href
    )
    const folder = new URL('../../generated/', import.meta.url)
    const names = readdirSync(folder).filter((name) => name.endsWith('.mjs'))
    expect(names.sort()).toEqual([...VERSIONS.map((version) => `asyncapi-${version}.mjs`), 'bindings.mjs'])
    for (const name of names)
      expect(readFileSync(new URL(name, folder), 'utf8').slice(0, 200)).toContain(tool.fingerprint())
  })
})

async function violationsOf(text: string) {
  const { diagnostics } = await parseContract(text, { file: 'shop.yaml' })
  return diagnostics.map(({ at, message }) => [at.pointer, message])
}
