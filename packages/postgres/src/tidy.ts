import type { Database } from './database.ts'
import { quoteSchema } from './migrate.ts'

export interface TidyOptions {
  readonly schema: string
  readonly retentionDays: number
  /** Rows a statement. Default 1,000: locks and log stay small. */
  readonly batch?: number
}

/** A table whose rows are kept for a time, counted from a column that an index leads with: clean-up reads no more than it removes. */
export interface KeptForATime {
  readonly table: string
  readonly since: string
}

/** What a store's `retentionDays` counts for. */
export const STORE_TABLES: readonly KeptForATime[] = Object.freeze([
  { table: 'inbox', since: 'claimed_at' },
  { table: 'begun', since: 'begun_at' },
  { table: 'window_decision', since: 'decided_at' },
  // With their samples and results.
  { table: 'window_key', since: 'updated_at' },
])

/** What a spool's `letterRetentionDays` counts for. */
export const SPOOL_TABLES: readonly KeptForATime[] = Object.freeze([{ table: 'mqtt_letter', since: 'buried_at' }])

/**
 * Deletes rows past their retention, batch by batch; answers how many. Of several processes one works and the others answer 0. Parked,
 * spooled and outgoing messages have no retention: they stay until they are done. A fence is one row for each partition ever owned.
 */
export async function tidy(
  database: Database,
  { schema, retentionDays, batch = 1_000 }: TidyOptions,
  tables: readonly KeptForATime[] = STORE_TABLES,
): Promise<number> {
  let removed = 0
  for (const { table, since } of tables) {
    for (;;) {
      const rows = await removeBatch(database, `${quoteSchema(schema)}.${table}`, since, retentionDays, batch)
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
      const rows = await tx.query(`${removal(table, since)} returning 1 as removed`, [days, batch])
      return rows.length
    },
    { text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine', values: [`${table}.tidy`] },
  )
}

/** The oldest `$2` rows older than `$1` days. */
export function removal(table: string, since: string): string {
  return `delete from ${table} where ctid = any(array(
    select ctid from ${table} where ${since} < now() - make_interval(days => $1) order by ${since} limit $2))`
}
