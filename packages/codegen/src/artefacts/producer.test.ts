import { describe, expect, it } from 'vitest'
import { linesBetween, manifestOf } from '../../test/manifest-of.ts'
import { plan } from '../plan/plan.ts'

const sent = (facts: Parameters<typeof manifestOf>[0] = {}) => manifestOf({ actions: ['send'], ...facts })
const filesOf = (...manifests: Parameters<typeof plan>[0]) => plan(manifests, { producers: true }).files
const print = (facts: Parameters<typeof manifestOf>[0] = {}) =>
  filesOf(sent(facts)).find(({ path }) => path === 'user-created.producer.ts')?.text ?? ''

describe('a printed producer', () => {
  it('checks an event, and publishes it with key, id and headers', () => {
    const payload = { type: 'object', properties: { event_id: { type: 'string' }, owner: { type: 'string' } } }
    const facts = manifestOf({ payload, metadata: { ordering_key: 'owner' }, actions: ['send'] })
    const id = { path: 'event_id', name: 'event_id', type: 'string', required: true, pii: false }
    const manifest = { ...facts, schema: { ...facts.schema, fields: [id] } }
    const text = filesOf(manifest).find(({ path }) => path === 'user-created.producer.ts')?.text ?? ''
    expect(linesBetween(text, '  async send', '    ])')).toEqual([
      '  async send(event: UserCreated, options: UserCreatedSendOptions = {}): Promise<void> {',
      '    const violations = validateUserCreated(event)',
      "    if (violations.length > 0) throw new Failure('SCHEMA_VIOLATED', summary(violations))",
      '    await this.#transport.publish([',
      '      {',
      "        topic: 'user.created',",
      "        key: options.key === undefined ? (asText(memberAt(event, 'owner')) ?? null) : options.key,",
      "        messageId: options.messageId ?? asText(memberAt(event, 'event_id')) ?? randomUUID(),",
      '        headers: options.headers ?? {},',
      '        value: new TextEncoder().encode(JSON.stringify(event)),',
      '      },',
      '    ])',
    ])
  })

  it('sets the header by which consumers know the event', () => {
    expect(print({ toldApartBy: { kind: 'header', name: 'x-kind', value: 'created' } })).toContain(
      "        headers: { ...options.headers, 'x-kind': 'created' },",
    )
  })

  it('publishes to the exchange of the contract, never with a pattern as routing key', () => {
    const exchange = { name: 'events', type: 'topic' }
    const lines = (routing_key: string) =>
      print({ delivery: { transport: 'amqp' }, metadata: { exchange, routing_key } })
        .split('\n')
        .filter((line) => /^ {8}(topic|exchange):/.test(line))
    expect(lines('users.created')).toEqual(["        topic: 'users.created',", "        exchange: 'events',"])
    expect(lines('users.#')).toEqual(["        topic: 'user.created',", "        exchange: 'events',"])
  })

  it('asks for the parameters of an address, which cannot reach beyond their place', () => {
    const text = print({ delivery: { transport: 'mqtt', topic: 'users/{id}/created' } })
    expect(text).toContain("        topic: ['users/', level(options.parameters.id), '/created'].join(''),")
    expect(text).toContain('  async send(event: UserCreated, options: UserCreatedSendOptions): Promise<void> {')
  })

  it('is printed for what the application sends, beside consumers of what it receives', () => {
    const paths = filesOf(manifestOf(), sent({ name: 'user.invited' })).map(({ path }) => path)
    expect(paths).toContain('user-invited.producer.ts')
    expect(paths).toContain('user-invited.event.ts')
    expect(paths).not.toContain('user-invited.consumer.ts')
    expect(paths).not.toContain('user-created.producer.ts')
  })
})

describe('the printed test of a producer', () => {
  const test = (facts: Parameters<typeof manifestOf>[0] = {}) =>
    filesOf(sent(facts)).find(({ path }) => path === 'user-created.producer.test.ts')?.text ?? ''

  it('looks for key, id and header at the broker, and for nothing where the contract is broken', () => {
    const text = test({
      metadata: { ordering_key: 'id' },
      examples: [{ id: '3b241101-e2bb-4255-8caf-4136c566a962', email: 'grace@example.com' }],
      toldApartBy: { kind: 'header', name: 'x-kind', value: 'created' },
    })
    expect(text).toContain("    expect(message?.key).toEqual('3b241101-e2bb-4255-8caf-4136c566a962')\n")
    expect(text).toContain("    expect(message?.headers['x-kind']).toEqual('created')\n")
    expect(text).toContain("    expect(code).toEqual('SCHEMA_VIOLATED')\n    expect(await received()).toEqual([])\n")
  })

  it('fills in the parameters of an address', () => {
    const text = test({ delivery: { transport: 'mqtt', topic: 'users/{id}/created' } })
    expect(text).toContain("const parameters = { id: 'a1' }\n")
    expect(text).toContain("topics: ['users/a1/created']")
    expect(text).toContain(
      "    const sending = producer.send(valid as UserCreated, { parameters: { ...parameters, id: 'a/b.#' } })\n",
    )
  })

  it('is left out with the other tests', () => {
    expect(plan([sent()], { producers: true, tests: 'none' }).files.map(({ path }) => path)).not.toContain(
      'user-created.producer.test.ts',
    )
  })
})
