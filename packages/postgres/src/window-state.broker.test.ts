import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { specifyWindowState, windowScene } from '../test/window-state-specification.ts'
import type { Database } from './database.ts'
import { pgDatabase } from './pg.ts'

const connectionString = process.env.DATABASE_URL ?? ''

describe.skipIf(connectionString === '')('with DATABASE_URL', () => {
  specifyWindowState('PostgreSQL', async () => pgDatabase({ connectionString }))

  describe('windows whose session is killed', () => {
    let database: Database
    let here: Awaited<ReturnType<typeof windowScene>>

    beforeAll(() => {
      database = pgDatabase({ connectionString })
    })
    afterAll(() => database.close())
    beforeEach(async () => {
      here = await windowScene(database)
    })
    afterEach(() => here.close())

    it('between what many events wrote and its commit tell each of them once, all the same', async () => {
      const keys = Array.from({ length: 40 }, (_, n) => `key${n}`)
      let kills = 0
      const consumer = await here.started({
        put: async (outputs, { tx, key }) => {
          await here.tell(tx, outputs)
          if (key.endsWith('9') && kills < 3) {
            kills += 1
            await tx.query('select pg_terminate_backend(pg_backend_pid())')
          }
        },
      })
      await here.assessAll(keys)
      await here.passing('all are in', () => consumer.metrics.acked === 40)
      expect(kills).toBe(3)
      expect([...(await here.told())].sort()).toEqual(keys.map((key) => `${key} 0: 0.5`).sort())
      const [samples] = await database.query(`select count(*) as rows from ${here.schema}.window_sample`, [])
      expect(samples).toEqual({ rows: 40n })
      expect(consumer.windows).toMatchObject({ accepted: 40, duplicates: 0 })
    })

    it('by a process that dies behind its commit are told once by its successor', async () => {
      const keys = Array.from({ length: 40 }, (_, n) => `key${n}`)
      const first = await here.started()
      here.broker.faults.commitsFail('real-time-risk')
      await here.assessAll(keys)
      await here.passing('all are in', () => first.metrics.acked === 40)
      here.broker.faults.crash('real-time-risk')
      const second = await here.started()
      await here.passing('all came again', () => second.metrics.acked === 40)
      expect(await here.told()).toHaveLength(40)
      expect(second.metrics.duplicates).toBe(40)
    })
  })
})
