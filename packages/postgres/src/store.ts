import { type Clock, type Store, systemClock } from '@longshore/runtime'
import type { Database, Transaction } from './database.ts'
import { postgresFencing } from './fencing.ts'
import { postgresInbox } from './inbox.ts'
import { migrate, quoteSchema, SCHEMA } from './migrate.ts'
import { postgresParking } from './parking.ts'
import { tidy } from './tidy.ts'

export interface PostgresStoreOptions {
  /** Default `longshore`: apart from your own tables. */
  readonly schema?: string
  /** How long an effect is remembered. Default 30 days: longer than topics, retry lanes and dead letters usually live. */
  readonly retentionDays?: number
  /** How long transactions of a former owner may run on when its partition is taken over. Default 2 s: inside the recovery target. */
  readonly takeoverGraceMs?: number
  /** Default: the system's. Decides leases and due times; the processes of one group agree to within seconds. */
  readonly clock?: Clock
}

export const POSTGRES_STORE_DEFAULTS = Object.freeze({
  schema: SCHEMA,
  retentionDays: 30,
  takeoverGraceMs: 2_000,
} as const satisfies PostgresStoreOptions)

/**
 * Keeps a consumer's inbox, fences and parked keys in PostgreSQL. Handlers get `context.tx`: what they write through it is committed
 * together with the claim on the message, so it happens once.
 *
 * @example
 * consume(contract, transport, async (event, { tx }) => {
 *   await tx.query('insert into orders (id) values ($1)', [event.orderId])
 * }, { store: postgresStore(pgDatabase({ connectionString })) })
 */
export function postgresStore(database: Database, options: PostgresStoreOptions = {}): Store<Transaction> {
  const { schema, retentionDays, takeoverGraceMs, clock } = {
    ...POSTGRES_STORE_DEFAULTS,
    clock: systemClock,
    ...options,
  }
  const quoted = quoteSchema(schema)
  const now = () => clock.now()
  return {
    name: database.about,
    async open() {
      await migrate(database, schema)
    },
    tidy: () => tidy(database, { schema, retentionDays }),
    inbox: postgresInbox({ database, schema: quoted, retentionDays, now }),
    fencing: postgresFencing({ database, schema: quoted, graceMs: takeoverGraceMs }),
    parking: postgresParking({ database, schema: quoted, now }),
  }
}
