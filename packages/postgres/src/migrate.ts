import { Failure } from '@longshore/runtime'
import type { Database, Transaction } from './database.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'
import { count } from './rows.ts'

/** Default name of the schema that holds all tables of this package. */
export const SCHEMA = 'longshore'

/**
 * Creates the tables, or brings them up to date, and answers the versions it applied. Idempotent; of several processes that come at
 * once one works and the others wait. Refuses a schema that is newer than this package.
 */
export async function migrate(database: Database, schema: string = SCHEMA): Promise<readonly number[]> {
  const quoted = quoteSchema(schema)
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${schema}.migrate`])
    const current = await versionOf(tx, quoted)
    const newest = MIGRATIONS.length
    if (current > newest) {
      const reason = `Schema ${schema} is at version ${current}, this package knows ${newest}.`
      throw new Failure('CONTRADICTORY_OPTIONS', `${reason} Install the newer package, or choose another schema.`)
    }
    const due = MIGRATIONS.filter(({ version }) => version > current)
    for (const migration of due) await apply(tx, quoted, migration)
    return due.map(({ version }) => version)
  })
}

/** An SQL identifier. Refuses what would need escaping, so that the name can stand inside function bodies too. */
export function quoteSchema(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return schema
  throw new Failure('CONTRADICTORY_OPTIONS', `Schema "${schema}" must be lower case letters, digits and underscores.`)
}

async function versionOf(tx: Transaction, schema: string): Promise<number> {
  await tx.query(`create schema if not exists ${schema}`)
  await tx.query(
    `create table if not exists ${schema}.migration (version integer primary key, about text not null, applied_at timestamptz not null default now())`,
  )
  const [row] = await tx.query(`select coalesce(max(version), 0) as version from ${schema}.migration`, [])
  return row === undefined ? 0 : count(row, 'version')
}

async function apply(tx: Transaction, schema: string, { version, about, sql }: Migration): Promise<void> {
  await tx.query(sql(schema))
  await tx.query(`insert into ${schema}.migration (version, about) values ($1, $2)`, [version, about])
}
