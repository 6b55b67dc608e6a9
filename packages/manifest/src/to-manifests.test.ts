import { describe, expect, it } from 'vitest'
import { channel, contract, message, operation, payload, server } from '../test/contract-builder.ts'
import { toManifests } from './to-manifests.ts'

describe('the manifests of a contract', () => {
  it('say what an event is called, what it carries, how it travels and what is risky about it', () => {
    const [manifest] = toManifests(userEvents)
    expect(manifest).toEqual({
      protocol: 'event-protocol/v1',
      urn: 'urn:events:identity:user:created',
      event: { name: 'user.created', version: '1.2.0', lifecycle: { status: 'active' } },
      semantics: { purpose: 'A user signed up.' },
      schema: {
        format: 'json-schema',
        payload: schema,
        name: 'UserCreated',
        fields: [
          { path: 'user', name: 'user', type: 'object', required: true, pii: false },
          {
            path: 'user.email',
            name: 'email',
            type: 'string',
            format: 'email',
            required: false,
            pii: true,
            category: 'email',
            tier: 'definite',
            confidence: 0.99,
            evidence: ['name: email', 'format email', 'belongs to a person'],
          },
        ],
        compatibility: { policy: 'backward' },
      },
      delivery: {
        contract: {
          transport: 'kafka',
          topic: 'user.created',
          dlq: 'user.created.dlq',
          retry_policy: 'exponential',
          guarantees: 'at-least-once',
          confidence: 0.95,
          evidence: ['kafka: server kafka (kafka)'],
          metadata: { receivers: 1, 'retry.max.attempts': 3, 'retry.backoff.ms': 1_000 },
        },
      },
      patterns: {
        detected: [
          expect.objectContaining({
            pattern: 'dlq_configured',
            metadata: { dlq: 'user.created.dlq', pii: ['user.email'] },
          }),
          expect.objectContaining({ pattern: 'balanced_schema' }),
        ],
      },
      governance: { policy: { classification: 'pii', legal_basis: 'contract' } },
      channel: { name: 'userCreated', address: 'user.created', actions: ['receive'], parameters: [], siblings: [] },
      metadata: {
        source_type: 'asyncapi',
        source_version: '3.0.0',
        source_hash: 'a'.repeat(64),
        source_file: 'contract.yaml',
        pointer: '/components/messages/userCreated',
        tags: ['identity'],
      },
    })
  })

  it('are the same bytes twice', () => {
    const { locate, ...plain } = userEvents
    const copy = { ...structuredClone(plain), locate }
    expect(JSON.stringify(toManifests(copy))).toBe(JSON.stringify(toManifests(userEvents)))
  })

  it('are one per message, told apart by name and URN', () => {
    const of = (name: string) => message({ name, payload: payload({ properties: { type: { const: name } } }) })
    const [created, deleted] = toManifests(
      contract({ channels: [channel({ messages: [of('userCreated'), of('userDeleted')] })] }),
    )
    expect(created?.channel).toMatchObject({
      siblings: ['userDeleted'],
      told_apart_by: { path: 'type', value: 'userCreated' },
    })
    expect([created?.urn, deleted?.urn]).toEqual([
      'urn:events:identity:user:created',
      'urn:events:identity:user:deleted',
    ])
  })

  it('never share a URN', () => {
    const twice = [channel(), channel({ name: 'other', address: 'user/created' })]
    expect(toManifests(contract({ channels: twice })).map(({ urn }) => urn)).toEqual([
      'urn:events:identity:user:created',
      'urn:events:identity:user:created-2',
    ])
  })

  it('keep the URN when version, server or wording change', () => {
    const [before] = toManifests(userEvents)
    const [after] = toManifests({
      ...userEvents,
      version: '2.0.0',
      servers: [server('mqtt')],
      description: 'Reworded.',
    })
    expect(after?.urn).toBe(before?.urn)
  })

  it('mark an object as a whole where none of its own fields is found', () => {
    const fieldsOf = (address: object) => {
      const properties = { homeAddress: { type: 'object', ...address } }
      const [manifest] = toManifests(
        contract({ channels: [channel({ messages: [message({ payload: payload({ properties }) })] })] }),
      )
      return manifest?.schema.fields.filter(({ pii }) => pii).map(({ path }) => path)
    }
    expect(fieldsOf({})).toEqual(['homeAddress'])
    expect(fieldsOf({ properties: { street: { type: 'string' } } })).toEqual(['homeAddress.street'])
  })

  it('see that an id beside a first name is a person’s', () => {
    const properties = { id: { type: 'string' }, firstName: { type: 'string' } }
    const [manifest] = toManifests(
      contract({
        channels: [
          channel({ name: 'x', address: 'x', messages: [message({ name: 'x', payload: payload({ properties }) })] }),
        ],
      }),
    )
    expect(manifest?.schema.fields.map(({ category }) => category)).toEqual(['user_id', 'name'])
  })
})

const schema = {
  type: 'object',
  required: ['user'],
  properties: { user: { type: 'object', properties: { email: { type: 'string', format: 'email' } } } },
}

const userEvents = contract({
  servers: [server('kafka')],
  tags: ['identity'],
  channels: [
    channel({
      extensions: {
        'x-dlq': 'user.created.dlq',
        'x-retry': { backoff: 'exponential', maxAttempts: 3, initialDelayMs: 1_000 },
        'x-legal-basis': 'contract',
      },
      operations: [operation()],
      messages: [
        message({
          wireName: 'user.created',
          summary: 'A user signed up. It happens.',
          payload: payload(schema, 'UserCreated'),
        }),
      ],
    }),
  ],
})
