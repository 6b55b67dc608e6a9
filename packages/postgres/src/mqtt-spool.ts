import { type Clock, type FailureRecord, type Headers, type History, ownHeaders, systemClock } from '@longshore/runtime'
import type { Database, Row } from './database.ts'
import { migrate, quoteSchema, SCHEMA } from './migrate.ts'
import { type MqttSpoolMessage, packed } from './packed-messages.ts'
import { bytesOrNull, count, headersBase64, headersOf, int8, list, text, textOrNull } from './rows.ts'
import { SPOOL_TABLES, tidy } from './tidy.ts'

export interface MqttSpoolOptions {
  /** Default `longshore`: apart from your own tables. */
  readonly schema?: string
  /** How long a dead letter is kept, whatever became of it. Default 30 days: it bounds how long PII stays there. */
  readonly letterRetentionDays?: number
  /** Default: the system's. Decides leases and due times; the processes of one group agree to within seconds. */
  readonly clock?: Clock
}

export const MQTT_SPOOL_DEFAULTS = Object.freeze({
  schema: SCHEMA,
  letterRetentionDays: 30,
} as const satisfies MqttSpoolOptions)

/** Its `SpoolRow`. */
export interface MqttSpoolRow extends MqttSpoolMessage {
  readonly seq: bigint
  readonly history?: History
  readonly crashes?: number
}

type Status = 'waiting' | 'redriven' | 'quarantined'
type Standing = { readonly role: 'reader' | 'worker' | 'lost'; readonly owners: number }

/**
 * The `MqttSpool` of `@longshore/transport-mqtt` on PostgreSQL: a row per message from its arrival until it is settled, a row per
 * consumer, which is the lease on what it holds, and a row per dead letter. What changes who holds a key happens one transaction at a
 * time for each queue, under an advisory lock.
 *
 * @example
 * mqttTransport({ url, spool: mqttSpool(pgDatabase({ connectionString })) })
 */
export function mqttSpool(database: Database, options: MqttSpoolOptions = {}) {
  const { schema: name, letterRetentionDays, clock } = { ...MQTT_SPOOL_DEFAULTS, clock: systemClock, ...options }
  const schema = quoteSchema(name)
  const letter = `${schema}.mqtt_letter`
  const nowMs = () => Math.floor(clock.now())

  return {
    about: database.about,

    async open(): Promise<void> {
      await migrate(database, name)
    },

    /** Removes letters past their retention, in small steps; answers how many. */
    tidy: () => tidy(database, { schema: name, retentionDays: letterRetentionDays }, SPOOL_TABLES),

    async renew(queue: string, owner: string, leaseMs: number, isNew: boolean): Promise<Standing> {
      const [row] = await database.query(`select * from ${schema}.mqtt_renew($1, $2, $3, $4, $5)`, [
        queue,
        owner,
        nowMs(),
        leaseMs,
        isNew,
      ])
      if (row === undefined || row.oldest === null) return { role: 'lost', owners: 0 }
      return { role: row.oldest === owner ? 'reader' : 'worker', owners: count(row, 'owners') }
    },

    async leave(queue: string, owner: string): Promise<void> {
      await database.query(`select ${schema}.mqtt_leave($1, $2)`, [queue, owner])
    },

    async add(queue: string, owner: string, messages: readonly MqttSpoolMessage[], room: number) {
      const [row] = await database.query(
        `select * from ${schema}.mqtt_add($1, $2, $3, $4, $5::text::integer[], $6::text::integer[], $7::text::integer[],
           $8::text::integer[], $9::text::integer[], $10::text::integer[], $11::text::bigint[])`,
        [queue, owner, room, ...packed(messages)],
      )
      if (row === undefined) return []
      const held = list(row, 'held')
      return list(row, 'seqs').map((seq, index) => ({ seq: BigInt(String(seq)), isHeld: held[index] === true }))
    },

    async claim(queue: string, owner: string, limit: number): Promise<readonly MqttSpoolRow[]> {
      const values = [queue, owner, limit, nowMs()]
      const rows = await database.query(`select * from ${schema}.mqtt_claim($1, $2, $3, $4) order by seq`, values)
      return rows.map((row) => ({ ...rowOf(row), crashes: count(row, 'crashes') }))
    },

    async complete(owner: string, seqs: readonly bigint[]): Promise<void> {
      if (seqs.length === 0) return
      const { first, last } = runsOf(seqs)
      await database.query(`select ${schema}.mqtt_complete($1, $2, $3)`, [owner, first, last])
    },

    async postpone(
      queue: string,
      owner: string,
      seq: bigint,
      record: FailureRecord,
      dueAtMs: number,
    ): Promise<boolean> {
      const [row] = await database.query(`select ${schema}.mqtt_postpone($1, $2, $3, $4, $5, $6) as done`, [
        queue,
        owner,
        seq,
        record.attempts,
        record.firstFailureAtMs,
        Math.ceil(dueAtMs),
      ])
      return row?.done === true
    },

    async bury(owner: string, seq: bigint, headers: Headers): Promise<boolean> {
      const rows = await database.query(
        `with gone as (delete from ${schema}.mqtt_message where seq = $2 and owner = $1 returning *)
         insert into ${letter} (seq, queue, topic, key, headers, value, timestamp_ms, message_id, redrive_count, origin_topic, origin_offset)
         select seq, queue, topic, key, decode($3, 'base64'), value, timestamp_ms, message_id, redrive_count, origin_topic, origin_offset
         from gone returning 1 as buried`,
        [owner, seq, headersBase64(headers)],
      )
      return rows.length === 1
    },

    async letters(queue: string, after: bigint, limit: number) {
      const rows = await database.query(
        `select *, null::bigint as first_failure_at_ms, 0 as attempts from ${letter}
         where queue = $1 and seq > $2 order by seq limit $3`,
        [queue, after, limit],
      )
      return rows.map((row) => ({ ...rowOf(row), headers: headersOf(row), status: statusOf(row) }))
    },

    async redrive(queue: string, seq: bigint): Promise<void> {
      await database.query(`select ${schema}.mqtt_redrive($1, $2)`, [queue, seq])
    },

    async quarantine(queue: string, seq: bigint): Promise<void> {
      await database.query(`update ${letter} set status = 'quarantined' where queue = $1 and seq = $2`, [queue, seq])
    },

    async load(queue: string): Promise<{ readonly messages: number; readonly oldestMs?: number }> {
      const [row] = await database.query(
        `select count(*) as messages, min(timestamp_ms) as oldest from ${schema}.mqtt_message where queue = $1`,
        [queue],
      )
      if (row === undefined) return { messages: 0 }
      return { messages: count(row, 'messages'), ...(row.oldest === null ? {} : { oldestMs: count(row, 'oldest') }) }
    },
  }
}

/** Numbers that follow one another as one run: mostly everything does. */
function runsOf(seqs: readonly bigint[]): { readonly first: readonly bigint[]; readonly last: readonly bigint[] } {
  const first: bigint[] = []
  const last: bigint[] = []
  for (const seq of [...seqs].sort((one, other) => (one < other ? -1 : 1))) {
    if (last.at(-1) === seq - 1n) last[last.length - 1] = seq
    else {
      first.push(seq)
      last.push(seq)
    }
  }
  return { first, last }
}

function rowOf(row: Row): MqttSpoolRow {
  const key = bytesOrNull(row, 'key')
  const messageId = textOrNull(row, 'message_id')
  const history = historyOf(row)
  return {
    seq: int8(row, 'seq'),
    topic: text(row, 'topic'),
    key: key === null ? null : Buffer.from(key).toString(),
    headers: history === undefined ? headersOf(row) : ownHeaders(headersOf(row)),
    value: bytesOrNull(row, 'value'),
    timestampMs: count(row, 'timestamp_ms'),
    ...(messageId === null ? {} : { messageId }),
    ...(history === undefined ? {} : { history }),
  }
}

/** Absent until it was tried and put back, or redriven. */
function historyOf(row: Row): History | undefined {
  if (row.origin_topic === null) return undefined
  return {
    attempts: count(row, 'attempts'),
    redriveCount: count(row, 'redrive_count'),
    ...(row.first_failure_at_ms === null ? {} : { firstFailureAtMs: count(row, 'first_failure_at_ms') }),
    origin: { topic: text(row, 'origin_topic'), partition: 0, offset: int8(row, 'origin_offset') },
  }
}

function statusOf(row: Row): Status {
  return row.status === 'redriven' || row.status === 'quarantined' ? row.status : 'waiting'
}
