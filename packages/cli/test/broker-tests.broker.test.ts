/** The tests that `--broker-tests` prints, run as a user runs them: with Node alone, on the brokers the environment names. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removeQueues, removeTopics } from './remove-from-brokers.ts'
import { runCommand } from './run-command.ts'

const run = promisify(execFile)
const MODULES = new URL('../../../node_modules', import.meta.url)
const BROKERS = [
  ['Kafka', 'KAFKA_BROKERS', 'contracts/user-events.yaml --only user.created', 'user-created', removeTopics],
  ['RabbitMQ', 'AMQP_URL', 'contracts/orders-rabbitmq.yaml --only order.placed', 'order-placed', removeQueuesOf],
  ['MQTT', 'MQTT_URL', 'contracts/sensors-mqtt.yaml --only alarm.raised', 'alarm-raised', expiresByItself],
] as const

function removeQueuesOf(topic: string): Promise<void> {
  return removeQueues([topic, `${topic}.test.dlq`, `${topic}.test.retry`])
}

/** What is left at Mosquitto is a session of a minute. */
async function expiresByItself(): Promise<void> {}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-broker-tests-'))
  await symlink(MODULES, join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(BROKERS)('a printed test on %s', (broker, variable, document, file, remove) => {
  const topic = `longshore-test-${randomUUID()}`
  const test = async (env: Record<string, string | undefined>) => {
    const cwd = join(folder, broker)
    const { stdout } = await run(
      process.execPath,
      ['--test', '--test-reporter=tap', `${file}.consumer.broker.test.ts`],
      {
        cwd,
        env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, ...env },
      },
    )
    return stdout
  }

  beforeAll(async () => {
    const printed = await runCommand(
      `generate consumer ${document} --broker-tests --tests node --import-extension ts --out ${folder}/${broker}`,
    )
    expect(printed.code).toBe(0)
    expect(await readdir(join(folder, broker))).toContain(`${file}.consumer.test.ts`)
    await callTopic(topic, join(folder, broker, `${file}.consumer.broker.test.ts`))
  })
  afterAll(() => (process.env[variable] ? remove(topic) : undefined))

  it.skipIf(!process.env[variable])('is green at once', async () => {
    expect(await test({})).toMatch(/^# pass 1$/m)
  })

  it(`is skipped without ${variable}`, async () => {
    expect(await test({ [variable]: undefined })).toMatch(/^ok 1 - .* # SKIP/m)
  })
})

/** A name that is known here, so that it can be removed. */
async function callTopic(name: string, path: string): Promise<void> {
  const random = /^const topic = `longshore-test-.*`$/m
  const text = await readFile(path, 'utf8')
  expect(text).toMatch(random)
  await writeFile(path, text.replace(random, `const topic = '${name}'`))
}
