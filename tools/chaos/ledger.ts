import type { Database } from '@longshore/postgres'
import type { DeadLetterQueue } from '@longshore/runtime'
import type { Load } from './load.ts'
import type { Order } from './transport.ts'

/** What the database says in the end. */
export interface Findings {
  /** Where its tables are. */
  readonly schema: string
  /** Messages that the broker has confirmed. */
  readonly sent: number
  /** Messages of which the broker has confirmed nothing: their producer was killed. They may have arrived. */
  readonly unconfirmed: number
  /** How many of those have an effect. */
  readonly unconfirmedEffects: number
  readonly effects: number
  /** Sent, without effect, and no dead letter. Must be 0. */
  readonly lost: number
  /** Effects beyond the first of a message. 0 with the inbox. */
  readonly repeated: number
  /** Effects that came first before an earlier message of their key had its own, and gaps inside one assignment. Must be 0 where order is promised. */
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

  constructor(database: Database, schema: string) {
    this.schema = schema
    this.#database = database
  }

  async create(): Promise<void> {
    const { schema } = this
    await this.#database.query(`
      create schema ${schema};
      create table ${schema}.sent (
        id text primary key,
        key text not null,
        n bigint not null,
        kind text not null,
        confirmed boolean not null default false
      );
      create index on ${schema}.sent (key, n);
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

  /** Messages that are about to be published. May be repeated. */
  async announce(loads: readonly Load[]): Promise<void> {
    await this.#database.query(
      `insert into ${this.schema}.sent (id, key, n, kind)
       select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) on conflict do nothing`,
      [loads.map(({ id }) => id), loads.map(({ key }) => key), loads.map(({ n }) => n), loads.map(({ kind }) => kind)],
    )
  }

  /** The broker has them. May be repeated. */
  async confirm(loads: readonly Load[]): Promise<void> {
    await this.#database.query(`update ${this.schema}.sent set confirmed = true where id = any($1::text[])`, [
      loads.map(({ id }) => id),
    ])
  }

  /** The number that follows what was announced of each key. */
  async nextOf(keys: readonly string[]): Promise<readonly number[]> {
    const rows = await this.#database.query(
      `select coalesce(max(n) + 1, 0)::int as next from unnest($1::text[]) with ordinality as wanted (key, place)
       left join ${this.schema}.sent using (key) group by place order by place`,
      [keys],
    )
    return rows.map(({ next }) => Number(next))
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

  /** What is confirmed and came to nothing yet. */
  async lost(): Promise<number> {
    const { schema } = this
    return this.#number(`
      select count(*)::int as number from ${schema}.sent
      where confirmed and id not in (select id from ${schema}.effect) and id not in (select id from ${schema}.dead)`)
  }

  /** @param order What is promised of it, and how it is judged. */
  async findings(order: Order): Promise<Findings> {
    const { schema } = this
    const poison = "kind in ('deadly', 'garbage', 'invalid', 'refused')"
    return {
      schema,
      ...(await this.counts()),
      unconfirmed: await this.#number(`select count(*)::int as number from ${schema}.sent where not confirmed`),
      unconfirmedEffects: await this.#number(
        `select count(distinct id)::int as number from ${schema}.effect join ${schema}.sent using (id) where not confirmed`,
      ),
      lost: await this.lost(),
      repeated: await this.#number(`select (count(*) - count(distinct id))::int as number from ${schema}.effect`),
      orderBreaks: await this.#number(order === 'log' ? breaksInLog(schema) : breaksInKeys(schema)),
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

  /** So far. */
  async counts(): Promise<{ readonly sent: number; readonly effects: number }> {
    return {
      sent: await this.#number(`select count(*)::int as number from ${this.schema}.sent where confirmed`),
      effects: await this.#number(`select count(*)::int as number from ${this.schema}.effect`),
    }
  }

  async drop(): Promise<void> {
    await this.#database.query(`drop schema if exists ${this.schema} cascade`)
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
function breaksInLog(schema: string): string {
  return `
    with ${ranked(schema)}, consumer_steps as (
      select rank - lag(rank) over (partition by key, consumer order by seq) as step from ranked
    )
    select (
      (select count(*) from first_steps where step < 0) + (select count(*) from consumer_steps where step <> 1)
    )::int as number`
}

/** Where places are not those of a log: the first effects of a key come in the order in which its messages were published. */
function breaksInKeys(schema: string): string {
  return `with ${ranked(schema)} select count(*)::int as number from first_steps where step < 0`
}

function ranked(schema: string): string {
  return `
    effect as (
      select * from ${schema}.effect where id not in (select id from ${schema}.dead)
    ), ranked as (
      select *, dense_rank() over (partition by key order by place) as rank from effect
    ), first as (
      select key, rank, min(seq) as seq from ranked group by key, rank
    ), first_steps as (
      select seq - lag(seq) over (partition by key order by rank) as step from first
    )`
}
