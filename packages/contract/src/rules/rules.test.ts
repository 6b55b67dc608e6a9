import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseContract } from '../load-contract.ts'
import { CONTRACT_RULES } from './check-rules.ts'
import { CONTRACT_CODES } from './contract-codes.ts'

/** For each rule a document that breaks it, where, and the same document set right. */
const CASES: readonly { code: string; bad: string; good: string; at: string }[] = [
  {
    code: 'undeclared_parameter',
    bad: v3('channels: { a: { address: "users/{id}" } }'),
    good: v3('channels: { a: { address: "users/{id}", parameters: { id: {} } } }'),
    at: '/channels/a',
  },
  {
    code: 'unused_parameter',
    bad: v2('channels: { users: { parameters: { id: {} } } }'),
    good: v2('channels: { "users/{id}": { parameters: { id: {} } } }'),
    at: '/channels/users/parameters/id',
  },
  {
    code: 'undeclared_server_variable',
    bad: v3('servers: { a: { host: "{region}.shop.test", protocol: kafka } }'),
    good: v3('servers: { a: { host: "{region}.shop.test", protocol: kafka, variables: { region: {} } } }'),
    at: '/servers/a',
  },
  {
    code: 'undefined_server',
    bad: v2('servers: { a: { url: a.test, protocol: kafka } }\nchannels: { o: { servers: [b] } }'),
    good: v2('servers: { a: { url: a.test, protocol: kafka } }\nchannels: { o: { servers: [a] } }'),
    at: '/channels/o',
  },
  {
    code: 'undefined_security_scheme',
    bad: v2('servers: { a: { url: a.test, protocol: kafka, security: [{ login: [] }] } }\nchannels: {}'),
    good: v2(
      'servers: { a: { url: a.test, protocol: kafka, security: [{ login: [] }] } }\nchannels: {}\ncomponents: { securitySchemes: { login: { type: plain } } }',
    ),
    at: '/servers/a/security/0/login',
  },
  {
    code: 'operation_without_channel',
    bad: v3(
      'operations: { o: { action: send, channel: { $ref: "#/components/channels/a" } } }\ncomponents: { channels: { a: {} } }',
    ),
    good: v3(
      'operations: { o: { action: send, channel: { $ref: "#/channels/a" } } }\nchannels: { a: { $ref: "#/components/channels/a" } }\ncomponents: { channels: { a: {} } }',
    ),
    at: '/operations/o/channel',
  },
  {
    code: 'message_not_of_channel',
    bad: v3(
      'operations: { o: { action: send, channel: { $ref: "#/channels/a" }, messages: [{ $ref: "#/components/messages/m" }] } }\nchannels: { a: {} }\ncomponents: { messages: { m: {} } }',
    ),
    good: v3(
      'operations: { o: { action: send, channel: { $ref: "#/channels/a" }, messages: [{ $ref: "#/channels/a/messages/m" }] } }\nchannels: { a: { messages: { m: {} } } }',
    ),
    at: '/operations/o/messages/0',
  },
  {
    code: 'duplicate_address',
    bad: v3('channels: { a: { address: x }, b: { address: x } }'),
    good: v3(
      'servers: { s: { host: s, protocol: kafka }, t: { host: t, protocol: kafka } }\nchannels: { a: { address: x, servers: [{ $ref: "#/servers/s" }] }, b: { address: x, servers: [{ $ref: "#/servers/t" }] } }',
    ),
    at: '/channels/b',
  },
  {
    code: 'duplicate_operation_id',
    bad: v2('channels: { a: { publish: { operationId: o } }, b: { publish: { operationId: o } } }'),
    good: v2('channels: { a: { publish: { operationId: o } }, b: { publish: { operationId: p } } }'),
    at: '/channels/b/publish',
  },
  {
    code: 'proposed_member',
    bad: v3(
      'operations: { o: { action: receive, channel: { $ref: "#/channels/a" }, deadLetter: { channel: { $ref: "#/channels/b" } } } }\nchannels: { a: {}, b: {} }',
    ),
    good: v3(
      'operations: { o: { action: receive, channel: { $ref: "#/channels/a" }, x-dlq: b } }\nchannels: { a: {}, b: {} }',
    ),
    at: '/operations/o/deadLetter',
  },
  {
    code: 'invalid_pattern',
    bad: message('payload: { properties: { a: { pattern: "(?i)abc(" } } }'),
    good: message('payload: { properties: { a: { pattern: "^[a-z]+$" } } }'),
    at: '/channels/a/messages/m/payload/properties/a/pattern',
  },
  {
    code: 'invalid_example',
    bad: message('payload: { properties: { a: { type: string } } }, examples: [{ payload: { a: 1 } }]'),
    good: message('payload: { properties: { a: { type: string } } }, examples: [{ payload: { a: x } }]'),
    at: '/channels/a/messages/m/examples/0/payload/a',
  },
  {
    code: 'invalid_default',
    bad: message('payload: { properties: { a: { type: string, default: 1 } } }'),
    good: message('payload: { properties: { a: { type: string, default: x } } }'),
    at: '/channels/a/messages/m/payload/properties/a/default',
  },
]

describe('a rule', () => {
  it.each(CASES)(
    '$code speaks once about the bad document and not about the good one',
    async ({ code, bad, good, at }) => {
      expect(await found(bad)).toEqual([{ code, at }])
      expect(await found(good)).toEqual([])
    },
  )

  it('has a case here', () => {
    expect(CASES.map(({ code }) => code)).toEqual(CONTRACT_RULES.map(({ code }) => code))
  })

  it('is listed once, as is every other code this package speaks with', () => {
    const folder = fileURLToPath(new URL('..', import.meta.url))
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(?<!\.test)\.ts$/.test(name),
    )
    const written = files.flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/code: '(\w+)'/g)])
    const codes = CONTRACT_CODES.map(({ code }) => code)
    expect(codes.toSorted()).toEqual([...new Set(written.map(([, code]) => code))].toSorted())
  })
})

describe('a binding', () => {
  it('keeps fields outside its specification, with a warning', async () => {
    const document = message('bindings: { amqp: { contentEncoding: gzip, priority: 3 } }')
    const { contract } = await parseContract(document, { file: 'shop.yaml' })
    expect(contract?.channels[0]?.messages[0]?.bindings).toEqual({ amqp: { contentEncoding: 'gzip', priority: 3 } })
    expect(await found(document)).toEqual([
      { code: 'unknown_binding_field', at: '/channels/a/messages/m/bindings/amqp/priority' },
    ])
  })

  it('of the wrong form is refused in 3.x and only named in 2.x, where the schema left it free', async () => {
    const binding = 'bindings: { kafka: { partitions: many } }'
    const severities = [v3(`channels: { a: { ${binding} } }`), v2(`channels: { a: { ${binding} } }`)].map(
      async (text) => {
        const { diagnostics } = await parseContract(text, { file: 'shop.yaml' })
        return diagnostics.map(({ code, severity }) => [code, severity])
      },
    )
    expect(await Promise.all(severities)).toEqual([[['invalid_binding', 'error']], [['invalid_binding', 'warn']]])
  })

  it('hands out a schema that refers to others self-contained', async () => {
    const text = `${message('bindings: { kafka: { key: { $ref: "#/components/schemas/Key" } } }')}\ncomponents: { schemas: { Key: { type: string } } }`
    const { contract } = await parseContract(text, { file: 'shop.yaml' })
    expect(contract?.channels[0]?.messages[0]?.bindings).toEqual({ kafka: { key: { type: 'string' } } })
  })
})

function v2(rest: string): string {
  const channels = rest.includes('channels:') ? '' : 'channels: {}\n'
  return `asyncapi: 2.6.0\ninfo: { title: Shop, version: '1' }\n${channels}${rest}`
}

function v3(rest: string): string {
  return `asyncapi: 3.0.0\ninfo: { title: Shop, version: '1' }\n${rest}`
}

function message(members: string): string {
  return v3(`channels: { a: { address: a, messages: { m: { ${members} } } } }`)
}

async function found(text: string) {
  const { diagnostics } = await parseContract(text, { file: 'shop.yaml' })
  return diagnostics.map(({ code, at }) => ({ code, at: at.pointer }))
}
