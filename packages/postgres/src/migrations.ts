import { fences } from './migrations/fences.ts'
import { inbox } from './migrations/inbox.ts'
import type { Migration } from './migrations/migration.ts'
import { mqttSpool } from './migrations/mqtt-spool.ts'
import { outbox } from './migrations/outbox.ts'
import { parking } from './migrations/parking.ts'
import { windows } from './migrations/windows.ts'

/**
 * The schema, in order. Times are Unix milliseconds where the runtime's clock decides (leases, due times), `timestamptz` where only
 * retention does. Headers are JSON as bytes: Postgres' own json refuses some of the text they may hold. A lane or id that Postgres cannot
 * index as text is hashed before it comes here.
 */
export const MIGRATIONS: readonly Migration[] = Object.freeze([fences, inbox, parking, outbox, windows, mqttSpool])
