/**
 * A consumer as its user has it: printed into a folder outside the repository, with only the broker client, TypeScript and Node's types
 * installed, compiled strictly, run against a real Kafka, and killed in the worst moment.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { consume, type Transport } from '@longshore/runtime'
import { kafkaOptionsFromEnvironment, kafkaTransport } from '@longshore/transport-kafka/platformatic'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { removeTopics } from './remove-from-brokers.ts'
import { runCommand } from './run-command.ts'

const run = promisify(execFile)
const PREFIX = `standalone-${randomUUID().slice(0, 8)}`
const TOPIC = `${PREFIX}.user.created`
const ROOT = new URL('../../../', import.meta.url)

let folder = ''
let transport: Transport

/** The user's own handler: its effect is a line in a file, and once it dies between effect and commit. */
const HANDLER = `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Handler } from './support/index.js'
import type { UserCreated } from './user-created.event.js'

export const handleUserCreated: Handler<UserCreated> = async (event) => {
  appendFileSync('effects.log', event.event_id + '\\n')
  const effects = readFileSync('effects.log', 'utf8').split('\\n').length - 1
  if (effects === 7 && !existsSync('killed')) {
    writeFileSync('killed', '')
    process.kill(process.pid, 'SIGKILL')
  }
}
`

describe.skipIf(process.env.KAFKA_BROKERS === undefined)('a printed consumer outside the repository', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longshore-standalone-'))
    await install()
    await print()
    transport = kafkaTransport({ ...kafkaOptionsFromEnvironment(process.env), provision: 'all' })
    await createTopic()
  }, 120_000)

  afterAll(async () => {
    await transport?.close()
    await removeTopics(PREFIX)
    await rm(folder, { recursive: true, force: true })
  })

  it.each([
    ['an ESM package with NodeNext', { module: 'nodenext' }],
    ['a bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('compiles strictly for %s', async (_, options) => {
    await writeFile(join(folder, 'tsconfig.json'), tsconfig(options))
    const { stdout } = await run(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', '.', '--outDir', 'built'],
      { cwd: folder },
    )
    expect(stdout).toBe('')
  })

  it('loses nothing when it is killed between an effect and its commit', async () => {
    const ids = Array.from({ length: 40 }, () => randomUUID())
    await transport.publish(ids.map((id) => ({ topic: TOPIC, key: id, value: new TextEncoder().encode(event(id)) })))
    const [code, signal] = await once(start(), 'exit')
    expect([code, signal]).toEqual([null, 'SIGKILL'])
    const effects = async () => new Set((await readFile(join(folder, 'effects.log'), 'utf8')).trim().split('\n'))
    expect((await effects()).size).toBeLessThan(ids.length)

    const second = start()
    await vi.waitFor(async () => expect([...(await effects())].sort()).toEqual([...ids].sort()), {
      timeout: 30_000,
      interval: 100,
    })
    second.kill('SIGTERM')
    expect(await once(second, 'exit')).toEqual([0, null])
  }, 60_000)
})

/** Only what a user needs, in the versions of this repository. */
async function install(): Promise<void> {
  const versions = await Promise.all(
    ['@platformatic/kafka', 'typescript', '@types/node'].map(async (name) => [name, await versionOf(name)]),
  )
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'user', private: true, type: 'module', dependencies: Object.fromEntries(versions) }),
  )
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'], { cwd: folder })
}

async function versionOf(name: string): Promise<string> {
  const facts: { readonly version: string } = JSON.parse(
    await readFile(new URL(`node_modules/${name}/package.json`, ROOT), 'utf8'),
  )
  return facts.version
}

async function print(): Promise<void> {
  const contract = await readFile(new URL('contracts/user-events.yaml', ROOT), 'utf8')
  await writeFile(
    join(folder, 'contract.yaml'),
    contract
      .replaceAll('user.created', TOPIC)
      .replaceAll(`name: ${TOPIC}`, 'name: user.created')
      .replaceAll('user-service', PREFIX),
  )
  const { code, err } = await runCommand(
    `generate consumer ${folder}/contract.yaml --only user.created --tests node --out ${folder}/src`,
  )
  expect(err).toBe('')
  expect(code).toBe(0)
  await writeFile(join(folder, 'src/user-created.handler.ts'), HANDLER)
}

/** A consumer that may provision, started and stopped again. */
async function createTopic(): Promise<void> {
  const contract = {
    urn: 'urn:events:test:topic:created',
    topic: TOPIC,
    group: `${PREFIX}-setup`,
    pii: [],
    validate: () => [],
  }
  const setup = consume(contract, transport, () => undefined)
  await setup.start()
  await setup.stop()
}

function tsconfig(options: { readonly module: string }): string {
  return JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      noUnusedLocals: true,
      skipLibCheck: true,
      rootDir: 'src',
      ...options,
    },
    include: ['src'],
  })
}

function start(): ChildProcess {
  const child = spawn(process.execPath, ['built/main.js'], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  expect(existsSync(join(folder, 'built/main.js'))).toBe(true)
  return child
}

function event(id: string): string {
  return JSON.stringify({
    event_id: id,
    occurred_at: '2026-03-14T09:26:53Z',
    user: { id: randomUUID(), email: 'ada@example.com' },
  })
}
