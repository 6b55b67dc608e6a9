import { DependencyDown, type Fence, type Fencing, type GroupPartition, type Takeover } from '@longshore/runtime'
import { DEPENDENCY, sqlState } from './connection-failure.ts'
import type { Database } from './database.ts'
import { count, int8 } from './rows.ts'

export interface FencingParts {
  readonly database: Database
  /** Quoted. */
  readonly schema: string
  /** How long the transactions of a former owner may still run when its partition is taken over; then they are ended. */
  readonly graceMs: number
}

const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Fences on PostgreSQL: one row per group and partition. Each effect transaction holds the partition's advisory lock shared while it
 * runs; a new owner takes it exclusively, so that nothing of the former owner is still open once the epoch has risen.
 */
export function postgresFencing({ database, schema, graceMs }: FencingParts): Fencing {
  return {
    async take(partition): Promise<Takeover> {
      for (let ended = 0; ; ended++) {
        try {
          return await take(database, schema, partition, graceMs)
        } catch (thrown) {
          if (sqlState(thrown) !== LOCK_NOT_AVAILABLE) throw thrown
          if (ended === MOST_ENDINGS) throw new DependencyDown(DEPENDENCY, thrown)
          await endFormerOwner(database, schema, partition)
        }
      }
    },

    async release(fences) {
      const owned = fences.filter(({ epoch }) => epoch !== null)
      if (owned.length === 0) return
      await database.query(
        `update ${schema}.fence f set released = true
         from json_to_recordset($1::json) as o (group_name text, topic text, partition integer, epoch bigint)
         where f.group_name = o.group_name and f.topic = o.topic and f.partition = o.partition and f.epoch = o.epoch`,
        [JSON.stringify(owned.map(asRow))],
      )
    },

    async begin({ group, topic, partition }, { offset }) {
      const [row] = await database.query(
        `insert into ${schema}.begun as b (group_name, topic, partition, offset_no) values ($1, $2, $3, $4)
         on conflict (group_name, topic, partition, offset_no) do update set times = b.times + 1 returning times`,
        [group, topic, partition, offset],
      )
      return row === undefined ? 1 : count(row, 'times')
    },

    async end({ group, topic, partition }, { offset }) {
      await database.query(
        `delete from ${schema}.begun where group_name = $1 and topic = $2 and partition = $3 and offset_no = $4`,
        [group, topic, partition, offset],
      )
    },

    async recovered({ group, topic, partition, epoch }) {
      await database.query(
        `update ${schema}.fence set unclean_exits = 0
         where group_name = $1 and topic = $2 and partition = $3 and epoch = $4`,
        [group, topic, partition, epoch],
      )
    },
  }
}

const MOST_ENDINGS = 3

/** The lanes that the former owner had locked are free again; if it let go in order, what it had begun there killed nobody. */
async function take(
  database: Database,
  schema: string,
  { group, topic, partition }: GroupPartition,
  graceMs: number,
): Promise<Takeover> {
  return database.transaction(async (tx) => {
    await tx.query(`set local lock_timeout = ${Math.ceil(graceMs)}`)
    const [row] = await tx.query(`select * from ${schema}.take($1, $2, $3)`, [group, topic, partition])
    if (row === undefined) throw new DependencyDown(DEPENDENCY)
    const uncleanExits = count(row, 'unclean_exits')
    await tx.query(
      `update ${schema}.parked_lane set locked_until_ms = 0, token = null, begun = case when $4 then 0 else begun end
       where group_name = $1 and topic = $2 and partition = $3 and token is not null`,
      [group, topic, partition, uncleanExits === 0],
    )
    const begun = await tx.query(
      uncleanExits === 0
        ? `delete from ${schema}.begun where group_name = $1 and topic = $2 and partition = $3`
        : `select offset_no from ${schema}.begun where group_name = $1 and topic = $2 and partition = $3`,
      [group, topic, partition],
    )
    return { epoch: int8(row, 'epoch'), uncleanExits, begun: begun.map((left) => int8(left, 'offset_no')) }
  })
}

/** Ends the sessions that still hold the partition's lock: transactions of an owner that is frozen, cut off, or too slow to let go. */
async function endFormerOwner(database: Database, schema: string, { group, topic, partition }: GroupPartition) {
  await database.query(
    `select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and granted and objsubid = 1 and pid <> pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())
       and (classid::bigint << 32) | objid::bigint = ${schema}.fence_lock($1, $2, $3)`,
    [group, topic, partition],
  )
}

function asRow({ group, topic, partition, epoch }: Fence) {
  return { group_name: group, topic, partition, epoch: String(epoch) }
}
