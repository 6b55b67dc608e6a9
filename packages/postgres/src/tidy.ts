import type { Database } from './database.ts'
import { quoteSchema } from './migrate.ts'

export interface TidyOptions {
  readonly schema: string
  readonly retentionDays: number
  /** Rows a statement. Default 1,000: locks and log stay small. */
  readonly batch?: number
}

/**
 * Deletes inbox rows, records of attempts and windows of keys past their retention, batch by batch; answers how many. Of several processes one works and
 * the others answer 0. Parked and outgoing messages have no retention here: they stay until they are done.
 */
export async function tidy(database: Database, { schema, retentionDays, batch = 1_000 }: TidyOptions): Promise<number> {
  const quoted = quoteSchema(schema)
  const tables = [
    { table: `${quoted}.inbox`, since: 'claimed_at' },
    { table: `${quoted}.begun`, since: 'begun_at' },
    { table: `${quoted}.window_decision`, since: 'decided_at' },
    { table: `${quoted}.window_key`, since: 'updated_at' },
  ]
  let removed = 0
  for (const { table, since } of tables) {
    for (;;) {
      const rows = await removeBatch(database, table, since, retentionDays, batch)
      removed += rows
      if (rows < batch) break
    }
  }
  return removed
}

/** Each batch is a transaction of its own, so that a tidy-up of millions holds nothing for long. */
function removeBatch(database: Database, table: string, since: string, days: number, batch: number): Promise<number> {
  return database.transaction(
    async (tx, [lock]) => {
      if (lock?.mine !== true) return 0
      const rows = await tx.query(
        `delete from ${table} where ctid = any(array(
           select ctid from ${table} where ${since} < now() - make_interval(days => $1) order by ${since} limit $2
         )) returning 1 as removed`,
        [days, batch],
      )
      return rows.length
    },
    { text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine', values: [`${table}.tidy`] },
  )
}
