import { Failure } from '@longshore/runtime'
import { type ClientBase, Pool, type PoolClient, type QueryResult, types } from 'pg'
import { asFailure, isConnectionLoss } from './connection-failure.ts'
import { type Database, type Row, type Statement, SWALLOWED, type Transaction } from './database.ts'
import { Slots } from './slots.ts'

export interface PgOptions {
  /** `postgres://user:password@host:port/database`. Default: see {@link connectionFromEnv}. */
  readonly connectionString: string
  /**
   * Connections of the pool. Default 20: more rarely helps a server. A handler holds one while it runs; where handlers are slow, raise
   * this to the consumer's `concurrency`.
   */
  readonly connections?: number
  /** For one connection to be made. Default 10 s: then the database counts as away. Waiting for a free one counts as nothing. */
  readonly connectTimeoutMs?: number
  /** The server ends a transaction that is idle for so long. Default 60 s, twice an attempt: a frozen process blocks nobody for longer. */
  readonly idleInTransactionTimeoutMs?: number
}

export const PG_DEFAULTS = Object.freeze({
  connections: 20,
  connectTimeoutMs: 10_000,
  idleInTransactionTimeoutMs: 60_000,
} as const satisfies Omit<PgOptions, 'connectionString'>)

/** `DATABASE_URL`, else `POSTGRES_HOST`, `_PORT`, `_USER`, `_PASSWORD` and `_DB`; `undefined` when neither is set. */
export function connectionFromEnv(env: { readonly [name: string]: string | undefined }): string | undefined {
  if (env.DATABASE_URL !== undefined && env.DATABASE_URL !== '') return env.DATABASE_URL
  if (env.POSTGRES_HOST === undefined && env.POSTGRES_DB === undefined) return undefined
  const url = new URL(`postgres://${env.POSTGRES_HOST ?? 'localhost'}:${env.POSTGRES_PORT ?? '5432'}`)
  url.username = env.POSTGRES_USER ?? 'postgres'
  url.password = env.POSTGRES_PASSWORD ?? ''
  url.pathname = `/${env.POSTGRES_DB ?? url.username}`
  return url.href
}

/** PostgreSQL 15 or later (tried on 15, 16, 17 and 18) through a pool of `pg` clients. Connects on first use and again after a loss. */
export function pgDatabase(options: PgOptions): Database {
  const { connectionString, connections, connectTimeoutMs, idleInTransactionTimeoutMs } = { ...PG_DEFAULTS, ...options }
  const pool = new Pool({
    connectionString,
    max: connections,
    connectionTimeoutMillis: connectTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    application_name: 'longshore',
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser: parserFor },
  })
  // An idle client that is cut off has left the pool already; the next user gets a new one.
  pool.on('error', () => undefined)
  const slots = new Slots(connections)
  // One that is cut off in use tells so through its next statement. Listening begins with the connection: the cut may come right behind.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    about: describe(connectionString),
    query: (text, values) => slots.use(() => queryOnce(pool, { text, ...(values === undefined ? {} : { values }) })),
    transaction: (work, opening) => slots.use(() => transact(pool, work, opening)),
    close: () => pool.end(),
  }
}

async function queryOnce(pool: Pool, statement: Statement): Promise<readonly Row[]> {
  const client = await connect(pool)
  let broken = false
  try {
    return await run(client, statement)
  } catch (thrown) {
    broken = isConnectionLoss(thrown)
    throw thrown
  } finally {
    client.release(broken)
  }
}

async function transact<Result>(
  pool: Pool,
  work: (tx: Transaction, opened: readonly Row[]) => Promise<Result>,
  opening?: Statement,
): Promise<Result> {
  const client = await connect(pool)
  const tx = new PgTransaction(client)
  let broken = false
  try {
    // Both are on the wire before the first is answered.
    const [, opened] = await Promise.all([
      run(client, { text: 'begin' }),
      opening === undefined ? [] : run(client, opening),
    ])
    const result = await work(tx, opened)
    tx.end()
    await commit(client)
    return result
  } catch (thrown) {
    tx.end()
    broken = isConnectionLoss(thrown) || !(await rolledBack(client))
    throw thrown
  } finally {
    client.release(broken)
  }
}

class PgTransaction implements Transaction {
  readonly #client: ClientBase
  #open = true

  constructor(client: ClientBase) {
    this.#client = client
  }

  async query(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    if (!this.#open) throw new Failure('STOPPED', 'This transaction has ended; await what you do in it.')
    return run(this.#client, { text, ...(values === undefined ? {} : { values }) })
  }

  end(): void {
    this.#open = false
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (thrown) {
    throw asFailure(thrown)
  }
}

async function run(client: ClientBase, { text, values, name }: Statement): Promise<readonly Row[]> {
  try {
    const result: QueryResult<Row> | readonly QueryResult<Row>[] = await client.query<Row>({
      text,
      ...(values === undefined ? {} : { values: [...values] }),
      ...(name === undefined ? {} : { name }),
    })
    // Several statements in one text answer with one result each.
    return Array.isArray(result) ? [] : result.rows
  } catch (thrown) {
    throw asFailure(thrown)
  }
}

/** A transaction in which a statement failed answers COMMIT with ROLLBACK and no error, even when its user swallowed the failure. */
async function commit(client: ClientBase): Promise<void> {
  const { command } = await client.query('commit').catch((thrown) => {
    throw asFailure(thrown)
  })
  if (command === 'ROLLBACK') throw new Failure('HANDLER_FAILED', SWALLOWED)
}

async function rolledBack(client: ClientBase): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}

/** As `pg` parses, but int8 exactly. */
function parserFor(oid: number, format?: 'text' | 'binary') {
  if (oid === types.builtins.INT8 && format !== 'binary') return BigInt
  return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text')
}

/** Without the password, and without an error that would quote it. */
function describe(connectionString: string): string {
  const url = URL.parse(connectionString)
  return url === null ? 'postgres' : `postgres at ${url.host}${url.pathname}`
}
