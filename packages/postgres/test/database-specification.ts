/** What both databases answer alike. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/database.ts'
import { migrate } from '../src/migrate.ts'
import { MIGRATIONS } from '../src/migrations.ts'
import { removal, SPOOL_TABLES, STORE_TABLES, tidy } from '../src/tidy.ts'

const schema = `database_${process.pid}`

export function specifyDatabase(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database

    beforeAll(async () => {
      database = await open()
    }, 60_000)
    afterAll(async () => {
      await database.query(`drop schema if exists ${schema} cascade`)
      await database.close()
    })

    describe('a database', () => {
      it('answers int8 as bigint, bytea as bytes, json parsed, null as null', async () => {
        const [row] = await database.query(
          `select 9007199254740993::int8 as big, $1::bytea as bytes, '{"a":1}'::json as json, null::text as nothing, 7 as small`,
          [new Uint8Array([0, 255])],
        )
        expect(row).toMatchObject({ big: 9_007_199_254_740_993n, json: { a: 1 }, nothing: null, small: 7 })
        expect([...(row?.bytes instanceof Uint8Array ? row.bytes : [])]).toEqual([0, 255])
      })

      it('hands the rows of the opening statement to the work', async () => {
        const opening = { text: 'select $1::int8 + 1 as answer', values: [41n] }
        expect(await database.transaction(async (_, [row]) => row?.answer, opening)).toBe(42n)
      })

      it('refuses a transaction that is used after its end', async () => {
        const escaped = await database.transaction(async (tx) => ({ tx }))
        await expect(escaped.tx.query('select 1')).rejects.toMatchObject({ code: 'STOPPED' })
      })

      it('rolls back and reports when a failed statement was swallowed', async () => {
        const swallowing = database.transaction((tx) => tx.query('select nonsense').catch(() => undefined))
        await expect(swallowing).rejects.toThrow('swallowed')
        expect(await database.query('select 1 as one', [])).toEqual([{ one: 1 }])
      })
    })

    describe('the schema', () => {
      it('is migrated once, by whoever comes first', async () => {
        const applied = await Promise.all([migrate(database, schema), migrate(database, schema)])
        expect(applied.map(({ length }) => length).sort()).toEqual([0, MIGRATIONS.length])
      })

      it('is refused when it is newer than this package', async () => {
        await migrate(database, schema)
        await database.query(`insert into ${schema}.migration (version, about) values (999, 'from the future')`)
        await expect(migrate(database, schema)).rejects.toMatchObject({ code: 'CONTRADICTORY_OPTIONS' })
        await database.query(`delete from ${schema}.migration where version = 999`)
      })

      it('is refused when a step of it was made of other statements, and says which', async () => {
        await migrate(database, schema)
        await database.query(`update ${schema}.migration set edition = reverse(edition) where version = 2`)
        await expect(migrate(database, schema)).rejects.toThrow(/Step 2 .* another edition/)
        await database.query(`update ${schema}.migration set edition = reverse(edition) where version = 2`)
        expect(await migrate(database, schema)).toEqual([])
      })

      it('is refused under a name that would need escaping', async () => {
        await expect(migrate(database, 'a"b')).rejects.toMatchObject({ code: 'CONTRADICTORY_OPTIONS' })
      })

      it('forgets effects past their retention, in batches, and no others', async () => {
        await migrate(database, schema)
        await database.query(
          `insert into ${schema}.inbox (group_name, handler, id, payload_hash, claimed_at)
         select 'g', 'h', n::text, '', now() - make_interval(days => n) from generate_series(1, 10) n`,
        )
        expect(await tidy(database, { schema, retentionDays: 7, batch: 2 })).toBe(4)
        expect(await database.query(`select count(*) as rows from ${schema}.inbox`, [])).toEqual([{ rows: 6n }])
      })

      it.each([...STORE_TABLES, ...SPOOL_TABLES])(
        'finds what is past retention in $table by an index',
        async ({ table, since }) => {
          await migrate(database, schema)
          const plan = await database.transaction(async (tx) => {
            // A table this small would be read as a whole, and sorted.
            await tx.query('set local enable_seqscan = off; set local enable_bitmapscan = off')
            return tx.query(`explain ${removal(`${schema}.${table}`, since)}`, [7, 1_000])
          })
          const lines = plan.map((row) => String(row['QUERY PLAN']))
          expect(lines).toContainEqual(expect.stringMatching(`Index Scan using ${table}_${since}`))
          expect(lines).toContainEqual(expect.stringContaining('Tid Scan'))
          expect(lines).not.toContainEqual(expect.stringMatching('Seq Scan|Sort'))
        },
      )
    })
  })
}
