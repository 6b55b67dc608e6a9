import { randomUUID } from 'node:crypto'
import { Failure, type Fence, formatSource, type ParkAnswer, type ParkedHead, type Parking } from '@longshore/runtime'
import type { Database } from './database.ts'
import { fenceOf, headOf, laneIn, parkedJson } from './parked-rows.ts'
import { count, text } from './rows.ts'

export interface ParkingParts {
  readonly database: Database
  /** Quoted. */
  readonly schema: string
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Condition on the lane `$1`…`$4`. */
const THE_LANE = 'group_name = $1 and topic = $2 and partition = $3 and lane = $4'

/** Parked lanes on PostgreSQL: a row per lane, which is the lock, and a row per message behind it. */
export function postgresParking({ database, schema, now }: ParkingParts): Parking {
  const nowMs = () => Math.floor(now())
  const lanes = `${schema}.parked_lane`
  const messages = `${schema}.parked_message`

  return {
    async lanes({ group, topic, partition }) {
      const rows = await database.query(
        `select l.lane, l.held_for, l.due_at_ms, m.* from ${lanes} l left join lateral (
           select seq, topic, partition, offset_no, key, attempts, redrive_count, parked_at_ms from ${messages} m
           where (m.group_name, m.topic, m.partition, m.lane) = (l.group_name, l.topic, l.partition, l.lane)
           order by seq limit 1) m on true
         where l.group_name = $1 and l.topic = $2 and l.partition = $3`,
        [group, topic, partition],
      )
      return rows.map(laneIn)
    },

    async park(fence, lane, message, dueAtMs) {
      const answer = await park(fence, lane, Math.ceil(dueAtMs), parkedJson(message, nowMs()))
      if (answer === 'empty') throw new Failure('HANDLER_FAILED', 'A lane that was parked was not there.')
      return answer
    },

    append: (fence, lane, message) => park(fence, lane, null, parkedJson(message, nowMs())),

    async hold(fence, lane, origin) {
      const rows = await database.query(
        `insert into ${lanes} (group_name, topic, partition, lane, held_for)
         select $1::text, $2::text, $3::integer, $4::text, $5::text where ${schema}.owns($1, $2, $3, $6)
         on conflict (group_name, topic, partition, lane) do update set due_at_ms = null, held_for = excluded.held_for
         returning 1 as held`,
        [...laneOf(fence, lane), formatSource(origin), fence.epoch],
      )
      return rows.length === 1 ? 'parked' : 'fenced'
    },

    async unhold(group, lane, { topic, partition, offset }) {
      const rows = await database.query(
        `update ${lanes} set due_at_ms = 0, held_for = null where ${THE_LANE} and held_for = $5 returning 1 as held`,
        [group, topic, partition, lane, formatSource({ topic, partition, offset })],
      )
      return rows.length === 1
    },

    async claim(fences, { limit, lockMs }) {
      if (fences.length === 0) return []
      const token = randomUUID()
      const rows = await database.query(
        `with asked as (
           select * from json_to_recordset($1::json) as a (group_name text, topic text, partition integer, epoch bigint)
         ), ready as (
           select l.group_name, l.topic, l.partition, l.lane, l.begun, l.due_at_ms
           from ${lanes} l join asked using (group_name, topic, partition)
           where l.due_at_ms <= $2 and l.locked_until_ms <= $2 and (asked.epoch is null or asked.epoch = (
             select f.epoch from ${schema}.fence f
             where (f.group_name, f.topic, f.partition) = (l.group_name, l.topic, l.partition)))
           order by l.begun > 0 desc, l.due_at_ms limit $3 for update of l skip locked
         ), due as (
           select * from ready order by begun > 0 desc, due_at_ms
           limit case when exists (select from ready where begun > 0) then 1 else $3 end
         ), locked as (
           update ${lanes} l set locked_until_ms = $2 + $4, token = $5, begun = l.begun + 1
           from due where (l.group_name, l.topic, l.partition, l.lane) = (due.group_name, due.topic, due.partition, due.lane)
           returning l.*
         )
         select m.*, l.begun, l.group_name, l.topic, l.partition, l.lane from locked l left join lateral (
           select * from ${messages} m
           where (m.group_name, m.topic, m.partition, m.lane) = (l.group_name, l.topic, l.partition, l.lane)
           order by seq limit 1) m on true`,
        [JSON.stringify(fences.map(asRow)), nowMs(), limit, lockMs, token],
      )
      const heads: ParkedHead[] = []
      for (const row of rows) {
        const fence = fenceOf(row, fences)
        if (row.seq !== null) heads.push(headOf(row, fence, { token, begun: count(row, 'begun') }))
        // Held until now, with nothing queued behind it.
        else
          await database.query(`select 1 from ${schema}.complete($1, $2, $3, $4, $5, 0, 0)`, [
            ...laneOf(fence, text(row, 'lane')),
            token,
          ])
      }
      return heads
    },

    async renew(heads, lockMs) {
      const tokens = [...new Set(heads.map(({ token }) => token))]
      if (tokens.length === 0) return
      await database.query(
        `update ${lanes} set locked_until_ms = $1 where locked_until_ms > 0
         and token in (select value::uuid from json_array_elements_text($2::json))`,
        [nowMs() + lockMs, JSON.stringify(tokens)],
      )
    },

    async postpone({ fence, lane, token, seq }, { history }, dueAtMs) {
      await database.query(
        `with lane as (
           update ${lanes} set due_at_ms = $6, token = null, locked_until_ms = 0, begun = 0
           where ${THE_LANE} and token = $5 and due_at_ms is not null returning 1
         )
         update ${messages} set attempts = $8, first_failure_at_ms = $9 where seq = $7 and exists (select from lane)`,
        [
          ...laneOf(fence, lane),
          token,
          Math.ceil(dueAtMs),
          seq,
          history?.attempts ?? 0,
          history?.firstFailureAtMs ?? null,
        ],
      )
    },

    async complete({ fence, lane, token, seq }, lockMs) {
      const [row] = await database.query(
        `select answer, (head).* from ${schema}.complete($1, $2, $3, $4, $5, $6, $7)`,
        [...laneOf(fence, lane), token, seq, nowMs() + lockMs],
      )
      const answer = row === undefined ? undefined : text(row, 'answer')
      if (answer === 'empty' || answer === 'waiting') return answer
      if (row === undefined || answer !== 'next') throw new Failure('HANDLER_FAILED', `Parking answered ${answer}.`)
      return headOf(row, fence, { token, begun: 1 })
    },

    async load(group) {
      const [row] = await database.query(
        `select (select count(*) from ${lanes} where group_name = $1) as lanes, count(*) as messages,
           min(parked_at_ms) as oldest from ${messages} where group_name = $1`,
        [group],
      )
      if (row === undefined) return { lanes: 0, messages: 0 }
      const oldest = row.oldest === null ? {} : { oldestParkedAtMs: count(row, 'oldest') }
      return { lanes: count(row, 'lanes'), messages: count(row, 'messages'), ...oldest }
    },
  }

  async function park(
    fence: Fence,
    lane: string,
    dueAtMs: number | null,
    message: string,
  ): Promise<ParkAnswer | 'empty'> {
    const [row] = await database.query(`select ${schema}.park($1, $2, $3, $4, $5, $6, $7) as answer`, [
      fence.group,
      fence.topic,
      fence.partition,
      fence.epoch,
      lane,
      dueAtMs,
      message,
    ])
    const answer = row === undefined ? undefined : text(row, 'answer')
    if (answer === 'parked' || answer === 'fenced' || answer === 'empty') return answer
    throw new Failure('HANDLER_FAILED', `Parking answered ${answer}.`)
  }
}

function laneOf({ group, topic, partition }: Fence, lane: string): readonly unknown[] {
  return [group, topic, partition, lane]
}

function asRow({ group, topic, partition, epoch }: Fence) {
  return { group_name: group, topic, partition, epoch: epoch === null ? null : String(epoch) }
}
