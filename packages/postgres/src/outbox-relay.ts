import { type Clock, Failure, type Log, type OutboxMessage, systemClock, type Transport } from '@longshore/runtime'
import type { Database, Row, Transaction } from './database.ts'
import { quoteSchema, SCHEMA } from './migrate.ts'
import { bytesOrNull, count, headersOf, int8, text, textOrNull } from './rows.ts'

export interface OutboxRelayOptions {
  /** Default `longshore`, as the outbox. */
  readonly schema?: string
  /** How often it looks when there was nothing. Default 100 ms: what a message waits at most, for ten small queries a second. */
  readonly everyMs?: number
  /** Messages of one shard at a time. Default 200. */
  readonly batch?: number
  /** Default: says nothing. */
  readonly log?: Log
  /** Default: the system's. */
  readonly clock?: Clock
}

export const OUTBOX_RELAY_DEFAULTS = Object.freeze({
  schema: SCHEMA,
  everyMs: 100,
  batch: 200,
} as const satisfies OutboxRelayOptions)

/** Publishes what lies in the outbox. Any number of processes may run one; each shard is worked by one of them at a time. */
export interface OutboxRelay {
  start(): void
  /** Finishes what it is publishing. */
  stop(): Promise<void>
  /** Publishes what is due now; answers how many messages were published. */
  relay(): Promise<number>
  /** What waits, and since when. */
  waiting(): Promise<{ readonly messages: number; readonly oldestSeconds: number }>
}

const FIRST_WAIT_MS = 500
const WAIT_CAP_MS = 60_000

interface OutboxRow {
  readonly seq: bigint
  readonly keyHash: bigint
  readonly failures: number
  readonly message: OutboxMessage
}

/**
 * A row is deleted once the broker has acknowledged its message, so a crash in between publishes it again under the same id. A key stops
 * at its first failure and is tried again later, in order; other keys go on.
 */
export function outboxRelay(
  database: Database,
  transport: Pick<Transport, 'publish'>,
  options: OutboxRelayOptions = {},
): OutboxRelay {
  const { schema, everyMs, batch, log, clock } = { ...OUTBOX_RELAY_DEFAULTS, clock: systemClock, ...options }
  const table = `${quoteSchema(schema)}.outbox`
  const due = `
    select * from ${table} o where shard = $1 and due_at_ms <= $2
      and not exists (select from ${table} w where w.key_hash = o.key_hash and w.seq < o.seq and w.due_at_ms > $2)
    order by seq limit $3`
  let stopTimer: (() => void) | undefined
  let running: Promise<unknown> | undefined

  return {
    start() {
      stopTimer ??= clock.every(everyMs, () => {
        running ??= relay()
          .catch((thrown) => {
            const { code, message: reason } = Failure.from(thrown)
            log?.error('the outbox cannot be relayed, will be repeated', { code, reason })
          })
          .finally(() => {
            running = undefined
          })
      })
    },
    async stop() {
      stopTimer?.()
      stopTimer = undefined
      await running
    },
    relay,
    async waiting() {
      const [row] = await database.query(
        `select count(*) as messages, coalesce(extract(epoch from now() - min(added_at)), 0)::float8 as seconds from ${table}`,
        [],
      )
      return row === undefined
        ? { messages: 0, oldestSeconds: 0 }
        : { messages: count(row, 'messages'), oldestSeconds: count(row, 'seconds') }
    },
  }

  async function relay(): Promise<number> {
    let published = 0
    for (;;) {
      const shards = await database.query(`select distinct shard from ${table} where due_at_ms <= $1`, [now()])
      const relayed = await Promise.all(shards.map((row) => relayShard(count(row, 'shard'))))
      const round = relayed.reduce((sum, { length }) => sum + length, 0)
      published += round
      if (round === 0) return published
    }
  }

  /** The lock and the rows are held in one transaction while the messages are published; both fall with the process. */
  function relayShard(shard: number): Promise<readonly OutboxRow[]> {
    return database.transaction(
      async (tx, [lock]) => {
        if (lock?.mine !== true) return []
        const rows = (await tx.query(due, [shard, now(), batch])).map(rowOf)
        const { sent, failed } = await publish(rows)
        await settle(tx, sent, failed)
        return sent
      },
      {
        name: `${table}.lock`,
        text: 'select pg_try_advisory_xact_lock(hashtextextended($1, $2)) as mine',
        values: [table, shard],
      },
    )
  }

  async function publish(rows: readonly OutboxRow[]) {
    if (rows.length === 0) return { sent: [], failed: [] }
    try {
      await transport.publish(rows.map(({ message }) => message))
      return { sent: rows, failed: [] }
    } catch {
      // Some may have arrived; their ids tell receivers. Key by key it shows which cannot.
      return publishByKey(rows)
    }
  }

  async function publishByKey(rows: readonly OutboxRow[]) {
    const byKey = new Map<OutboxRow['keyHash'], OutboxRow[]>()
    for (const row of rows) {
      const ofKey = byKey.get(row.keyHash)
      if (ofKey === undefined) byKey.set(row.keyHash, [row])
      else ofKey.push(row)
    }
    const keys = [...byKey.values()]
    const sent: OutboxRow[] = []
    const failed: OutboxRow[] = []
    await Promise.all(
      keys.map(async (ofKey) => {
        for (const row of ofKey) {
          try {
            await transport.publish([row.message])
            sent.push(row)
          } catch (thrown) {
            failed.push(row)
            const { code, message: reason } = Failure.from(thrown)
            log?.warn('a message was not published, its key waits', { topic: row.message.topic, code, reason })
            return
          }
        }
      }),
    )
    return { sent, failed }
  }

  async function settle(tx: Transaction, sent: readonly OutboxRow[], failed: readonly OutboxRow[]): Promise<void> {
    if (sent.length > 0) {
      await tx.query(
        `delete from ${table} where seq in (select value::bigint from json_array_elements_text($1::json))`,
        [JSON.stringify(sent.map(({ seq }) => String(seq)))],
      )
    }
    for (const { seq, failures } of failed) {
      const waitMs = Math.min(WAIT_CAP_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10))
      await tx.query(`update ${table} set due_at_ms = $2, failures = failures + 1 where seq = $1`, [
        seq,
        now() + waitMs,
      ])
    }
  }

  function now(): number {
    return Math.floor(clock.now())
  }
}

function rowOf(row: Row): OutboxRow {
  const exchange = textOrNull(row, 'exchange')
  const key = bytesOrNull(row, 'key')
  return {
    seq: int8(row, 'seq'),
    keyHash: int8(row, 'key_hash'),
    failures: count(row, 'failures'),
    message: {
      topic: text(row, 'topic'),
      ...(exchange === null ? {} : { exchange }),
      key: key === null ? null : Buffer.from(key).toString(),
      value: bytesOrNull(row, 'value'),
      headers: headersOf(row),
      messageId: text(row, 'message_id'),
    },
  }
}
