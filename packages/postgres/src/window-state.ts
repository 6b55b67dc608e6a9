import {
  type AlertState,
  Failure,
  type Sample,
  type StoredWindows,
  type WindowDecision,
  type WindowRecord,
  type WindowState,
} from '@longshore/runtime'
import type { Database, Row, Sql } from './database.ts'
import { migrate, quoteSchema, SCHEMA } from './migrate.ts'
import { count, int8, text, textOrNull } from './rows.ts'

/**
 * Windows on PostgreSQL, in the transaction of the event that changes them: give a consumer's windows the database of its store. An event
 * costs one round trip beside its claim; what it writes depends on the results it brings about, not on what lies in the windows. A key is
 * read when it is not in memory, or when somebody else has changed it since.
 */
export function postgresWindowState(
  database: Database,
  { schema = SCHEMA }: { readonly schema?: string } = {},
): WindowState<Sql> {
  const quoted = quoteSchema(schema)
  return {
    async open() {
      await migrate(database, schema)
    },

    async load(tx, { group, name, key }) {
      const [row] = await tx.query(`select * from ${quoted}.window_load($1, $2, $3)`, [group, name, key])
      return row === undefined ? odd('windows') : storedWindows(row)
    },

    async write(tx, { group, name, key }, { topic, partition }, change) {
      const json = JSON.stringify({ ...change, decisions: change.decisions.map(asRow) })
      const [row] = await tx.query(`select ${quoted}.window_write($1, $2, $3, $4, $5, $6) as written`, [
        group,
        name,
        key,
        topic,
        partition,
        json,
      ])
      return row?.written === true ? 'written' : 'stale'
    },

    async due({ group, name }, at, nowMs, limit) {
      const rows = await database.query(
        `select key from ${quoted}.window_key
         where group_name = $1 and name = $2 and due_at_ms <= $3 and ($4::text is null or topic = $4 and partition = $5)
         order by due_at_ms limit $6`,
        [group, name, Math.floor(nowMs), at?.topic ?? null, at?.partition ?? null, limit],
      )
      return rows.map((row) => text(row, 'key'))
    },
  }
}

function asRow(decision: WindowDecision) {
  return decision.kind === 'silent'
    ? { kind: decision.kind, id: decision.afterId, ms: decision.untilMs }
    : { kind: decision.kind, id: decision.id, ms: decision.aheadMs }
}

function storedWindows(row: Row): StoredWindows {
  return {
    stamp: textOrNull(row, 'stamp'),
    streamTimeMs: row.stream_time_ms === null ? null : Number(int8(row, 'stream_time_ms')),
    seenAtMs: count(row, 'seen_at_ms'),
    lastId: textOrNull(row, 'last_id'),
    alert: alertOf(row.alert),
    samples: list(row, 'samples').map(sampleOf),
    windows: list(row, 'windows').map(windowOf),
    decisions: list(row, 'decisions').map(decisionOf),
  }
}

function alertOf(value: unknown): AlertState | null {
  if (value === null) return null
  const episode = property(value, 'episode')
  const judgedMs = numberOf(value, 'judgedMs')
  if (episode === undefined) return { judgedMs }
  return { judgedMs, episode: { startedAtMs: numberOf(episode, 'startedAtMs'), peak: numberOf(episode, 'peak') } }
}

function sampleOf(value: unknown): Sample {
  return { id: textOf(value, 'id'), timeMs: numberOf(value, 'timeMs'), value: numberOf(value, 'value') }
}

function windowOf(value: unknown): WindowRecord {
  return { endMs: numberOf(value, 'endMs'), revision: numberOf(value, 'revision') }
}

function decisionOf(value: unknown): WindowDecision {
  const id = textOf(value, 'id')
  const ms = numberOf(value, 'ms')
  return textOf(value, 'kind') === 'silent'
    ? { kind: 'silent', afterId: id, untilMs: ms }
    : { kind: 'future', id, aheadMs: ms }
}

function list(row: Row, column: string): readonly unknown[] {
  const value = row[column]
  return Array.isArray(value) ? value : odd(column)
}

function textOf(value: unknown, name: string): string {
  const found = property(value, name)
  return typeof found === 'string' ? found : odd(name)
}

function numberOf(value: unknown, name: string): number {
  const found = property(value, name)
  return typeof found === 'number' ? found : odd(name)
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function odd(what: string): never {
  throw new Failure('CONTRADICTORY_OPTIONS', `The stored ${what} of a key are not those of this version.`)
}
