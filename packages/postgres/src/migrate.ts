import { createHash } from 'node:crypto'
import { Failure } from '@longshore/runtime'
import type { Database, Sql, Transaction } from './database.ts'
import type { Migration } from './migrations/migration.ts'
import { MIGRATIONS } from './migrations.ts'
import { count } from './rows.ts'

/** Default name of the schema that holds all tables of this package. */
export const SCHEMA = 'longshore'

/**
 * Creates the tables, or brings them up to date, and answers the versions it applied. Idempotent; of several processes that come at
 * once one works and the others wait. Refuses a schema that is newer than this package, or was made by another edition of its steps.
 */
export async function migrate(database: Database, schema: string = SCHEMA): Promise<readonly number[]> {
  const quoted = quoteSchema(schema)
  if ((await versionOf(database, quoted, schema)) === MIGRATIONS.length) return []
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${schema}.migrate`])
    const current = await versionOf(tx, quoted, schema)
    if (current === 0) await create(tx, quoted)
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

/** 0 where nothing is there yet. Asks for no more than the right to read, so that an application need not own its schema. */
async function versionOf(database: Sql, quoted: string, schema: string): Promise<number> {
  const [table] = await database.query(
    `select from pg_catalog.pg_tables where schemaname = $1 and tablename = 'migration'`,
    [schema],
  )
  if (table === undefined) return 0
  const applied = await database.query(
    `select version, to_jsonb(applied) ->> 'edition' as edition from ${quoted}.migration as applied order by version`,
    [],
  )
  for (const row of applied) refuseOther(count(row, 'version'), row.edition, schema)
  return applied.length
}

function refuseOther(version: number, edition: unknown, schema: string): void {
  const known = MIGRATIONS.find((migration) => migration.version === version)
  if (known === undefined) {
    const reason = `Schema ${schema} is at version ${version}, this package knows ${MIGRATIONS.length}.`
    throw new Failure('CONTRADICTORY_OPTIONS', `${reason} Install the newer package, or choose another schema.`)
  }
  if (edition === editionOf(known)) return
  const reason = `Step ${version} (${known.about}) of schema ${schema} was made by another edition of this package.`
  throw new Failure(
    'CONTRADICTORY_OPTIONS',
    `${reason} Choose another schema, or drop this one if it holds nothing you need.`,
  )
}

/** Tells a step apart from one of the same number and other statements. */
function editionOf({ sql }: Migration): string {
  return createHash('sha256').update(sql(SCHEMA)).digest('hex')
}

async function create(tx: Transaction, schema: string): Promise<void> {
  await tx.query(`create schema if not exists ${schema}`)
  await tx.query(
    `create table if not exists ${schema}.migration (version integer primary key, about text not null, edition text, applied_at timestamptz not null default now())`,
  )
}

async function apply(tx: Transaction, schema: string, migration: Migration): Promise<void> {
  const { version, about, sql } = migration
  await tx.query(sql(schema))
  await tx.query(`insert into ${schema}.migration (version, about, edition) values ($1, $2, $3)`, [
    version,
    about,
    editionOf(migration),
  ])
}
