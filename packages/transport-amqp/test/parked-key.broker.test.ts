import { randomUUID } from 'node:crypto'
import { type Database, postgresStore } from '@longshore/postgres'
import { pgDatabase } from '@longshore/postgres/pg'
import { consume } from '@longshore/runtime'
import { silentLog, until } from '@longshore/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { BrokerUnderTest } from './broker-under-test.ts'

const { AMQP_URL: url = '', DATABASE_URL: connectionString = '' } = process.env
const schema = `test_amqp_parked_${process.pid}`

describe.skipIf(!url || !connectionString)('a key parked on RabbitMQ', () => {
  let database: Database
  beforeAll(() => {
    database = pgDatabase({ connectionString })
  })
  afterAll(async () => {
    await database.query(`drop schema if exists ${schema} cascade`)
    await database.close()
  })

  it('goes on after a restart, although no message comes', async () => {
    const broker = new BrokerUnderTest()
    const topic = `test-${randomUUID()}`
    onTestFinished(() => broker.cleanUp())
    const handled: string[] = []
    const consumer = async (handle: (name: string) => void) => {
      const transport = await broker.open()
      const running = consume<{ readonly name: string }>(
        {
          urn: 'urn:test',
          topic,
          group: 'readers',
          retry: { kind: 'fixed', firstAfterMs: 200, jitter: 'none', budgetMs: 60_000 },
          pii: [],
          validate: () => [],
        },
        transport,
        ({ name }) => handle(name),
        { log: silentLog, store: postgresStore(database, { schema }), laneAttempts: 1 },
      )
      await running.start()
      const stop = async () => {
        await running.stop()
        await transport.close()
      }
      onTestFinished(stop)
      return { running, transport, stop }
    }

    const { running, transport, stop } = await consumer(() => {
      throw new Error('not yet')
    })
    for (const name of ['1', '2'])
      await transport.publish([{ topic, key: 'k', value: Buffer.from(JSON.stringify({ name })) }])
    await until(() => running.metrics.parkedMessages === 2, 'both are parked')
    await stop()

    await consumer((name) => handled.push(name))
    await until(() => handled.length === 2, 'both are handled')
    expect(handled).toEqual(['1', '2'])
  })
})
