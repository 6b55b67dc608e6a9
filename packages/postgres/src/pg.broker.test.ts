import { fork } from 'node:child_process'
import { once } from 'node:events'
import { until } from '@longshore/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { specifyDatabase } from '../test/database-specification.ts'
import { specifyOutbox } from '../test/outbox-specification.ts'
import { bill, type Scene, scene } from '../test/scene.ts'
import { specifySpool } from '../test/spool-specification.ts'
import { specifyStore } from '../test/store-specification.ts'
import type { Database, Transaction } from './database.ts'
import { migrate } from './migrate.ts'
import { postgresOutbox } from './outbox.ts'
import { outboxRelay } from './outbox-relay.ts'
import { connectionFromEnv, pgDatabase } from './pg.ts'

const connectionString = process.env.DATABASE_URL ?? ''
const open = async () => pgDatabase({ connectionString })

describe.skipIf(connectionString === '')('with DATABASE_URL', () => {
  specifyDatabase('PostgreSQL', open)
  specifyStore('PostgreSQL', open, 'many')
  specifyOutbox('PostgreSQL', open)
  specifySpool('PostgreSQL', open)

  describe('a connection that is lost', () => {
    let database: Database
    let here: Scene

    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database.close())
    beforeEach(async () => {
      here = await scene(database)
    })
    afterEach(() => here.close())

    it('in the middle of a transaction loses and doubles nothing, and costs no attempt', async () => {
      const attempts: number[] = []
      const consumer = await here.started(async (event, context) => {
        attempts.push(context.attempt)
        await bill(event, context)
        if (attempts.length === 1) await endSession(context.tx)
        await context.tx.query('select 1')
      })
      await here.place('anna', 'a1', 'a2')
      await here.passing('both are handled', () => consumer.metrics.acked === 2)
      expect(await here.effects()).toEqual(['a1', 'a2'])
      expect(attempts).toEqual([1, 1, 1])
    })

    it('again and again, under many keys at once, leaves each effect once and in order', async () => {
      let handled = 0
      const consumer = await here.started(async (event, context) => {
        await bill(event, context)
        if (++handled % 10 === 0) await endSession(context.tx)
      })
      const keys = Array.from({ length: 10 }, (_, key) => `key${key}`)
      for (let n = 0; n < 10; n++) for (const key of keys) await here.place(key, `${key}-${n}`)
      await here.passing('all are handled', () => consumer.metrics.acked === 100, 1_000)
      const effects = await here.effects()
      expect(effects).toHaveLength(100)
      for (const key of keys) {
        const ofKey = effects.filter((id) => String(id).startsWith(`${key}-`))
        expect(ofKey).toEqual(Array.from({ length: 10 }, (_, n) => `${key}-${n}`))
      }
    })
  })

  describe('an owner that stands still in the middle of a transaction', () => {
    it('is cut off by its successor, and its effect happens once', async () => {
      const database = await open()
      const other = await open()
      const here = await scene(database)
      let goOn: () => void = () => undefined
      const frozen = await here.started(async (event, context) => {
        await bill(event, context)
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
      })
      await here.place('anna', 'a1')
      await until(() => frozen.metrics.inFlight === 1, 'the handler runs')
      const wakeUp = here.broker.faults.freeze('billing')
      const successor = await here.started(bill, {}, other)
      await here.passing('the successor has handled it', () => successor.metrics.acked === 1)
      goOn()
      wakeUp()
      await here.passing('the former owner has let go', () => frozen.metrics.inFlight === 0)
      expect(await here.effects()).toEqual(['a1'])
      await here.close()
      await Promise.all([database.close(), other.close()])
    })
  })

  describe('a process that is stopped in the middle of an effect', () => {
    it('holds nobody up, and cannot write when it wakes up', async () => {
      const database = await open()
      const here = await scene(database)
      await database.query(`create table ${here.schema}.effect (id text)`)
      const said: unknown[] = []
      const frozen = fork(new URL('../test/frozen-owner.ts', import.meta.url), [here.schema, connectionString], {
        execArgv: ['--conditions=source'],
      })
      onTestFinished(() => void frozen.kill('SIGKILL'))
      frozen.on('message', (message) => said.push(message))
      await until(() => said.includes('in the middle'), 'it is in the middle of its effect', 30_000)
      const partition = { group: 'billing', topic: 'order.placed', partition: 0 }
      const { epoch } = await here.store.fencing.take(partition)
      const claim = { handler: 'bill', id: 'a1', payloadHash: new Uint8Array(32), fence: { ...partition, epoch } }
      const answer = await here.store.inbox.transact(claim, async (tx) => {
        await tx.query(`insert into ${here.schema}.effect (id) values ('by the new owner')`)
        return { kind: 'ack' }
      })
      expect(answer).toEqual({ kind: 'ack' })
      frozen.kill('SIGCONT')
      await once(frozen, 'exit')
      expect(said).toEqual(['in the middle', 'first: DEPENDENCY_DOWN', 'then: fenced'])
      expect(await database.query(`select id from ${here.schema}.effect`, [])).toEqual([{ id: 'by the new owner' }])
      await here.close()
      await database.close()
    })
  })

  describe('two writers of one key', () => {
    it('are published in the order of their commits', async () => {
      const database = await open()
      const schema = `order_${process.pid}`
      await migrate(database, schema)
      const outbox = postgresOutbox({ schema })
      const add = (tx: Transaction, id: string) =>
        outbox.add(tx, [{ topic: 't', key: 'anna', value: null, messageId: id }])
      let commitFirst: () => void = () => undefined
      let second: Promise<void> = Promise.resolve()
      await database.transaction(async (tx) => {
        await add(tx, 'first')
        second = database.transaction((later) => add(later, 'second'))
        await new Promise<void>((resolve) => {
          commitFirst = resolve
          setImmediate(commitFirst)
        })
        await add(tx, 'first, again')
      })
      await second
      const heard: (string | undefined)[] = []
      await outboxRelay(
        database,
        { publish: async (messages) => void heard.push(...messages.map(({ messageId }) => messageId)) },
        { schema },
      ).relay()
      expect(heard).toEqual(['first', 'first, again', 'second'])
      await database.query(`drop schema ${schema} cascade`)
      await database.close()
    })
  })
})

describe('the address of a database', () => {
  it('is DATABASE_URL, else made of POSTGRES_ variables', () => {
    expect(connectionFromEnv({ DATABASE_URL: 'postgres://a/b', POSTGRES_HOST: 'c' })).toBe('postgres://a/b')
    expect(
      connectionFromEnv({ POSTGRES_HOST: 'db', POSTGRES_USER: 'u', POSTGRES_PASSWORD: 'p@ss', POSTGRES_DB: 'd' }),
    ).toBe('postgres://u:p%40ss@db:5432/d')
    expect(connectionFromEnv({})).toBeUndefined()
  })
})

async function endSession(tx: Transaction): Promise<void> {
  await tx.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
}
