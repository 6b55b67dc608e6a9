import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Database, mqttSpool } from '@longshore/postgres'
import { pgDatabase } from '@longshore/postgres/pg'
import type { DeadLetter } from '@longshore/runtime'
import { until } from '@longshore/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { resolveMqttOptions } from '../src/options.ts'
import { MqttTransport } from '../src/transport.ts'
import { wantedOf } from './mqtt-under-test.ts'

const PROGRAM = join(import.meta.dirname, 'mortal-consumer.ts')
/** What the program says. */
const CRASH_LIMIT = 3
const SCHEMA = `test_mqtt_crash_loop_${process.pid}`
const { MQTT_URL: url = '', DATABASE_URL: connectionString = '' } = process.env

describe.skipIf(!url || !connectionString)('a message in the MQTT spool that kills the process', () => {
  let database: Database
  beforeAll(() => {
    database = pgDatabase({ connectionString })
  })
  afterAll(async () => {
    await database.query(`drop schema if exists ${SCHEMA} cascade`)
    await database.close()
  })

  it('is a dead letter once it has done so as often as it may, and those beside it are handled', async () => {
    const topic = `test-${randomUUID()}`
    const wanted = wantedOf(topic, { group: `${topic}-mortals` })
    const options = { url, clientId: topic, spool: mqttSpool(database, { schema: SCHEMA }) }
    const transport = new MqttTransport(resolveMqttOptions(options))
    onTestFinished(() => transport.close())
    const declared = await transport.subscribe(wanted, { deliver() {}, report() {} })
    await declared.close()
    const innocent = Array.from({ length: 30 }, (_, n) => `alarm ${n}`)
    const all = [...innocent.slice(0, 10), 'killer', ...innocent.slice(10)]
    await transport.publish(all.map((name) => ({ topic, key: name, value: Buffer.from(JSON.stringify({ name })) })))

    const handled = new Set<string>()
    const letters = () => lettersOf(transport, wanted)
    let deaths = 0
    while (await diesOf(topic, handled, async () => (await letters()).length > 0)) deaths += 1

    expect(deaths).toBe(CRASH_LIMIT)
    expect([...handled].sort()).toEqual([...innocent].sort())
    expect((await letters()).map(({ value }) => String(value))).toEqual(['{"name":"killer"}'])
    expect((await letters())[0]?.details).toMatchObject({
      errorCode: 'CRASH_LOOP',
      attempts: CRASH_LIMIT,
      origin: { topic },
    })
  }, 60_000)
})

async function lettersOf(transport: MqttTransport, wanted: ReturnType<typeof wantedOf>): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = []
  for await (const letter of (await transport.deadLetters(wanted)).read()) letters.push(letter)
  return letters
}

/** Runs the program until it is killed, or all is handled that can be and the rest is a dead letter. Answers whether it was killed. */
async function diesOf(topic: string, handled: Set<string>, isLetter: () => Promise<boolean>): Promise<boolean> {
  const args = ['--conditions=source', PROGRAM, url, connectionString, SCHEMA, topic]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.on('data', (bytes) => {
    for (const name of String(bytes).split('\n').filter(Boolean)) handled.add(name)
  })
  const isKilled = () => {
    if (child.exitCode !== null) throw new Error(`The program ended with ${child.exitCode} instead.`)
    return child.signalCode !== null
  }
  try {
    await until(async () => isKilled() || (handled.size === 30 && (await isLetter())), 'it has ended', 30_000)
    return isKilled()
  } finally {
    child.kill('SIGKILL')
  }
}
