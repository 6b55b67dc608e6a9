import { type JsonSchema, parseContract } from '@longshore/contract'
import { toManifests } from '@longshore/manifest'
import { describe, expect, it } from 'vitest'
import { plan } from './plan.ts'

/** Prints the consumer of a contract whose event holds a total, unless told otherwise. */
async function consumerOf(key: JsonSchema, properties: object = { total: { type: 'number' } }): Promise<string> {
  const placed = { payload: { type: 'object', properties }, bindings: { kafka: { key } } }
  const document = {
    asyncapi: '3.0.0',
    info: { title: 'Shop', version: '1.0.0' },
    servers: { main: { host: 'localhost:9092', protocol: 'kafka' } },
    channels: { placed: { address: 'order.placed', messages: { placed } } },
    operations: { onOrder: { action: 'receive', channel: { $ref: '#/channels/placed' } } },
    components: { schemas: { Address: { type: 'string', format: 'email' } } },
  }
  const { contract } = await parseContract(JSON.stringify(document), { file: 'shop.json' })
  if (contract === undefined) throw new Error('The contract of this test does not load.')
  return plan(toManifests(contract)).files.find(({ path }) => path.endsWith('.consumer.ts'))?.text ?? ''
}

describe('the key of a printed consumer', () => {
  it.each([
    ['names a person', { properties: { userId: { type: 'string' } } }],
    ['is an e-mail address', { type: 'string', format: 'email' }],
    ['refers to an e-mail address', { $ref: '#/components/schemas/Address' }],
  ])('is personal where its schema %s, though the payload is not', async (_, key) => {
    expect(await consumerOf(key)).toContain('  pii: [],\n  keyIsPii: true,\n')
  })

  it('is said to be nothing where it names a thing', async () => {
    expect(await consumerOf({ properties: { orderId: { type: 'string' } } })).not.toContain('keyIsPii')
  })

  it('is masked by itself where the payload holds personal data', async () => {
    const text = await consumerOf({ properties: { userId: {} } }, { email: { type: 'string', format: 'email' } })
    expect(text).toContain("  pii: ['email'],\n  validate")
  })
})
