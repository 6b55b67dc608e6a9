import { pgDatabase } from '@longshore/postgres/pg'
import type { DeadLetterQueue } from '@longshore/runtime'
import type { Load } from './load.ts'

type Database = ReturnType<typeof pgDatabase>

/** What the database says in the end. */
export interface Findings {
  readonly sent: number
  readonly effects: number
  /** Sent, without effect, and no dead letter. Must be 0. */
  readonly lost: number
  /** Effects beyond the first of a message. 0 with the inbox. */
  readonly repeated: number
  /** Effects that came first before an earlier message of their key had its own, and gaps inside one assignment. Must be 0. */
  readonly orderBreaks: number
  /** Messages that are dead letters. */
  readonly deadLetters: number
  /** Copies beyond the first: written again by a new owner when the old one died between letter and commit. */
  readonly repeatedDeadLetters: number
  /** Dead letters of messages that could have been handled. */
  readonly needlessDeadLetters: number
  /** Poison that has an effect. Must be 0. */
  readonly poisonedEffects: number
}

/** The tables of one run, in a schema of its own, and what they prove. */
export class Ledger {
  readonly schema: string
  readonly #database: Database

  constructor(connectionString: string, schema: string) {
    this.schema = schema
    this.#database = pgDatabase({ connectionString, connections: 4 })
  }

  async create(): Promise<void> {
    const { schema } = this
    await this.#database.query(`
      create schema ${schema};
      create table ${schema}.sent (id text primary key, kind text not null);
      create table ${schema}.dead (id text not null, code text);
      create table ${schema}.effect (
        seq bigserial primary key,
        id text not null,
        key text not null,
        place bigint not null,
        consumer text not null
      );
      create index on ${schema}.effect (id);`)
  }

  /** May be repeated. */
  async noteSent(loads: readonly Load[]): Promise<void> {
    await this.#database.query(
      `insert into ${this.schema}.sent (id, kind) select * from unnest($1::text[], $2::text[])
       on conflict do nothing`,
      [loads.map(({ id }) => id), loads.map(({ kind }) => kind)],
    )
  }

  /** Replaces the dead letters by those that are there now. */
  async noteDead(queue: DeadLetterQueue): Promise<void> {
    const ids: string[] = []
    const codes: string[] = []
    for await (const { details } of queue.read()) {
      ids.push(details.messageId ?? 'unknown')
      codes.push(details.errorCode ?? 'unknown')
    }
    await this.#database.transaction(async (tx) => {
      await tx.query(`delete from ${this.schema}.dead`)
      await tx.query(`insert into ${this.schema}.dead (id, code) select * from unnest($1::text[], $2::text[])`, [
        ids,
        codes,
      ])
    })
  }

  /** Ends every connection of the consumers, in whatever transaction it is. */
  async cutConsumers(): Promise<void> {
    await this.#database.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()',
      [this.schema],
    )
  }

  async lost(): Promise<number> {
    const { schema } = this
    return this.#number(`
      select count(*)::int as number from ${schema}.sent
      where id not in (select id from ${schema}.effect) and id not in (select id from ${schema}.dead)`)
  }

  async findings(): Promise<Findings> {
    const { schema } = this
    const poison = "kind in ('deadly', 'garbage', 'invalid', 'refused')"
    return {
      sent: await this.#number(`select count(*)::int as number from ${schema}.sent`),
      effects: await this.#number(`select count(*)::int as number from ${schema}.effect`),
      lost: await this.lost(),
      repeated: await this.#number(`select (count(*) - count(distinct id))::int as number from ${schema}.effect`),
      orderBreaks: await this.#number(orderBreaks(schema)),
      deadLetters: await this.#number(`select count(distinct id)::int as number from ${schema}.dead`),
      repeatedDeadLetters: await this.#number(
        `select (count(*) - count(distinct id))::int as number from ${schema}.dead`,
      ),
      needlessDeadLetters: await this.#number(
        `select count(distinct id)::int as number from ${schema}.dead join ${schema}.sent using (id) where not ${poison}`,
      ),
      poisonedEffects: await this.#number(
        `select count(*)::int as number from ${schema}.effect join ${schema}.sent using (id) where ${poison}`,
      ),
    }
  }

  async drop(): Promise<void> {
    await this.#database.query(`drop schema if exists ${this.schema} cascade`)
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  async #number(query: string): Promise<number> {
    const [row] = await this.#database.query(query)
    return Number(row?.number)
  }
}

/**
 * Order, judged by the log and not by what the publisher meant: `rank` counts the places of a key in its partition. Two things must
 * hold. The first effects of a key's places come in their order. And one consumer, as long as it holds the partition, goes from one
 * place to the very next; it may begin anywhere, for what is not committed comes again. Messages that ended as dead letters left the row.
 */
function orderBreaks(schema: string): string {
  return `
    with effect as (
      select * from ${schema}.effect where id not in (select id from ${schema}.dead)
    ), ranked as (
      select *, dense_rank() over (partition by key order by place) as rank from effect
    ), first as (
      select key, rank, min(seq) as seq from ranked group by key, rank
    ), first_steps as (
      select seq - lag(seq) over (partition by key order by rank) as step from first
    ), consumer_steps as (
      select rank - lag(rank) over (partition by key, consumer order by seq) as step from ranked
    )
    select (
      (select count(*) from first_steps where step < 0) + (select count(*) from consumer_steps where step <> 1)
    )::int as number`
}
