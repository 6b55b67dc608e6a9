/** What is printed to create topics and queues, run against real brokers as its user runs it. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type OwnBroker, startRabbitmq } from '@longshore/brokers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removeTopics } from './remove-from-brokers.ts'
import { runCommand } from './run-command.ts'

const run = promisify(execFile)
const ROOT = new URL('../../../', import.meta.url)
/** Debian's own script, below its wrapper. */
const RABBITMQCTL = '/usr/lib/rabbitmq/bin/rabbitmqctl'
const folders: string[] = []

/** A folder outside the repository, with the repository's packages installed. */
async function userFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-provision-'))
  folders.push(folder)
  await symlink(new URL('node_modules', ROOT), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  return folder
}

/** Runs the printed script; the states it reports by name. */
async function provision(folder: string, env: Record<string, string>, ...args: readonly string[]) {
  const answer = await run(process.execPath, ['provision.ts', ...args], {
    cwd: join(folder, 'src'),
    env: { ...process.env, ...env, NODE_OPTIONS: '' },
  }).catch((error: unknown) => error as { readonly stdout: string; readonly stderr: string; readonly code: number })
  expect(answer.stderr).toBe('')
  const lines = answer.stdout.split('\n').filter((line) => /^\S/.test(line))
  const states = Object.fromEntries(lines.map((line) => line.split(/\s+/).reverse()))
  return { code: 'code' in answer ? answer.code : 0, states }
}

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

const CONTRACT = `asyncapi: 3.0.0
info: { title: Shop, version: 1.0.0 }
servers:
  rabbit: { host: localhost, protocol: amqp }
channels:
  orders:
    address: order.placed
    messages: { placed: { $ref: '#/components/messages/placed' } }
    bindings:
      amqp: { is: routingKey, exchange: { name: shop, type: topic } }
  invoices:
    address: invoices
    messages: { invoiced: { $ref: '#/components/messages/invoiced' } }
    bindings:
      amqp: { is: queue, queue: { name: invoices, durable: true }, x-message-ttl: 60000 }
operations:
  onOrder: { action: receive, channel: { $ref: '#/channels/orders' } }
  onInvoice: { action: receive, channel: { $ref: '#/channels/invoices' } }
components:
  messages:
    placed: { name: order.placed, payload: { type: object } }
    invoiced: { name: order.invoiced, payload: { type: object }, x-retry: { maxAttempts: 2, initialDelayMs: 200 } }
`

describe.skipIf(!existsSync(RABBITMQCTL))('RabbitMQ definitions', () => {
  let broker: OwnBroker
  let dataDir = ''
  let folder = ''

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'longshore-rabbitmq-'))
    broker = await startRabbitmq({ dataDir })
    folder = await userFolder()
    await writeFile(join(folder, 'shop.yaml'), CONTRACT)
    const { code, err } = await runCommand(
      `generate consumer ${folder}/shop.yaml --out ${folder}/src --provision script,rabbitmq --import-extension ts`,
    )
    expect([code, err]).toEqual([0, ''])
  }, 60_000)
  afterAll(() => broker?.remove())

  /** The broker's own tool, on the node of this test. */
  const rabbitmqctl = (...args: readonly string[]) =>
    run(RABBITMQCTL, ['--quiet', ...args], {
      env: {
        ...process.env,
        HOME: dataDir,
        RABBITMQ_NODENAME: `longshore-${broker.port}@localhost`,
        ERL_EPMD_ADDRESS: '127.0.0.1',
      },
    })

  it('are what the consumers find as they want it', async () => {
    await rabbitmqctl('import_definitions', join(folder, 'src/rabbitmq.definitions.json'))
    const { code, states } = await provision(folder, { AMQP_URL: broker.url }, '--dry-run')
    expect(code).toBe(0)
    expect(states).toEqual({
      shop: 'as-stated',
      'order.placed.shop.order-placed': 'as-stated',
      'order.placed.shop.order-placed.dlq': 'as-stated',
      'order.placed.shop.order-placed.retry': 'as-stated',
      invoices: 'as-stated',
      'invoices.shop.order-invoiced.dlq': 'as-stated',
      'invoices.shop.order-invoiced.retry': 'as-stated',
    })
  })

  it('let the printed consumers start, and carry a message to them', async () => {
    const at = (file: string) => pathToFileURL(join(folder, 'src', file)).href
    const [{ amqpTransport }, { OrderPlacedConsumer }] = await Promise.all([
      import(at('support/transport-amqp/index.ts')),
      import(at('order-placed.consumer.ts')),
    ])
    const transport = amqpTransport({ url: broker.url })
    const handled = Promise.withResolvers<unknown>()
    const consumer = new OrderPlacedConsumer({ transport, handle: handled.resolve })
    await consumer.start()
    const value = new TextEncoder().encode('{"order":1}')
    await transport.publish([{ topic: 'order.placed', exchange: 'shop', value }])
    expect(await handled.promise).toEqual({ order: 1 })
    await consumer.stop()
    await transport.close()
  })

  it('hold the queue where a failed message waits, as the consumers declare it', async () => {
    const { queues } = JSON.parse(await readFile(join(folder, 'src/rabbitmq.definitions.json'), 'utf8')) as Definitions
    expect(queues.map(({ name }) => name)).toContain('invoices.shop.order-invoiced.retry.250ms')
    const at = (file: string) => pathToFileURL(join(folder, 'src', file)).href
    const [{ amqpTransport }, { OrderInvoicedConsumer }] = await Promise.all([
      import(at('support/transport-amqp/index.ts')),
      import(at('order-invoiced.consumer.ts')),
    ])
    const transport = amqpTransport({ url: broker.url })
    const again = Promise.withResolvers<number>()
    const handle = (_: unknown, { attempt }: { readonly attempt: number }) => {
      if (attempt === 1) throw new Error('not yet')
      again.resolve(attempt)
    }
    const consumer = new OrderInvoicedConsumer({ transport, handle, laneAttempts: 1 })
    await consumer.start()
    await transport.publish([{ topic: 'invoices', value: new TextEncoder().encode('{"order":1}') }])
    expect(await again.promise).toBe(2)
    await consumer.stop()
    await transport.close()
  })

  it('are, but for the queues where messages wait, what the script makes of an empty broker', async () => {
    await rabbitmqctl('add_vhost', 'empty')
    await rabbitmqctl('set_permissions', '-p', 'empty', 'guest', '.*', '.*', '.*')
    const { code } = await provision(folder, { AMQP_URL: `${broker.url}/empty` })
    expect(code).toBe(0)
    const exported = join(folder, 'exported.json')
    await rabbitmqctl('export_definitions', exported)
    const made = comparable(JSON.parse(await readFile(exported, 'utf8')), 'empty')
    expect(made).toEqual(
      comparable(JSON.parse(await readFile(join(folder, 'src/rabbitmq.definitions.json'), 'utf8')), '/'),
    )
  })

  it('name a queue that is there and differs', async () => {
    await rabbitmqctl('add_vhost', 'other')
    await rabbitmqctl('set_permissions', '-p', 'other', 'guest', '.*', '.*', '.*')
    const classic = {
      vhosts: [],
      queues: [{ name: 'invoices', vhost: 'other', durable: true, auto_delete: false, arguments: {} }],
    }
    await writeFile(join(folder, 'classic.json'), JSON.stringify(classic))
    await rabbitmqctl('import_definitions', join(folder, 'classic.json'))
    const { code, states } = await provision(folder, { AMQP_URL: `${broker.url}/other` })
    expect(code).toBe(1)
    expect(states).toMatchObject({
      invoices: 'differs',
      'invoices.shop.order-invoiced.dlq': 'created',
      shop: 'created',
    })
  })
})

interface Definitions {
  readonly queues: readonly Definition[]
  readonly exchanges: readonly Definition[]
  readonly bindings: readonly Definition[]
}
type Definition = { readonly vhost: string; readonly [member: string]: unknown }

/** What one virtual host holds, in an order of its own. */
function comparable({ queues, exchanges, bindings }: Definitions, vhost: string) {
  const of = (definitions: readonly Definition[]) =>
    definitions
      .filter(({ vhost: of, name }) => of === vhost && !/\.retry\.\d+ms$/.test(String(name)))
      .map(({ vhost: _, type, ...definition }) => ({ ...definition, ...(type === 'topic' ? { type } : {}) }))
      .sort((one, other) => (JSON.stringify(sorted(one)) < JSON.stringify(sorted(other)) ? -1 : 1))
  return { queues: of(queues), exchanges: of(exchanges), bindings: of(bindings) }
}

function sorted(definition: object): readonly unknown[] {
  return Object.entries(definition).sort()
}

describe.skipIf(process.env.KAFKA_BROKERS === undefined)('a printed provisioning script', () => {
  const prefix = `script-${randomUUID().slice(0, 8)}`
  afterAll(() => removeTopics(prefix))

  it('creates what a contract states on Kafka, and says it is as stated from then on', async () => {
    const folder = await userFolder()
    const contract = await readFile(new URL('contracts/user-events.yaml', ROOT), 'utf8')
    await writeFile(
      join(folder, 'users.yaml'),
      contract.replaceAll('user.created', `${prefix}.created`).replaceAll('user-service', prefix),
    )
    await runCommand(
      `generate consumer ${folder}/users.yaml --only ${prefix}.created --provision script --import-extension ts --out ${folder}/src`,
    )
    const names = [`${prefix}.created`, `${prefix}.created.dlq`, `${prefix}.created.${prefix}.retry`]
    const all = (state: string) => Object.fromEntries(names.map((name) => [name, state]))
    expect(await provision(folder, {}, '--dry-run')).toEqual({ code: 1, states: all('missing') })
    expect(await provision(folder, {})).toEqual({ code: 0, states: all('created') })
    expect(await provision(folder, {})).toEqual({ code: 0, states: all('as-stated') })
  })
})
