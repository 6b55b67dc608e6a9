import { type ConsumerContract, consume, type Running } from '@longshore/runtime'
import { silentLog, until } from '@longshore/testing'
import { MemoryBroker, memoryTransport } from '@longshore/transport-memory'
import { describe, expect, it } from 'vitest'
import type { Database, Transaction } from './database.ts'
import { pgDatabase } from './pg.ts'
import { postgresStore } from './store.ts'

const connectionString = process.env.DATABASE_URL ?? ''

const KEYS = 40
const PER_KEY = 50
const ROUNDS = 40
const MEMBERS = 3

interface Order {
  readonly id: string
}

const contract: ConsumerContract<Order> = {
  urn: 'urn:events:shop:order:placed',
  topic: 'order.placed',
  group: 'billing',
  id: 'id',
  retry: { kind: 'fixed', firstAfterMs: 20, capMs: 20, budgetMs: 10 * 60 * 1_000 },
  pii: [],
  validate: () => [],
}

describe.skipIf(connectionString === '')('three consumers on one PostgreSQL', { timeout: 120_000 }, () => {
  it('have each effect once, in order per key, whatever is cut, frozen, rebalanced, stopped or failing', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    const random = randomOf(seed)
    const here = await scene(random)
    for (let round = 1; round <= ROUNDS; round++) {
      await here.place((KEYS * PER_KEY * round) / ROUNDS)
      await here.disturb()
      await sleep(random() * 150)
    }
    here.failing.clear()
    const all = KEYS * PER_KEY
    await until(async () => (await here.effects()).length >= all, `all effects have happened (SEED=${seed})`, 90_000)
    await here.stop()
    expect(here.deadLetters(), `SEED=${seed}`).toEqual([])
    for (let key = 0; key < KEYS; key++) {
      const expected = Array.from({ length: PER_KEY }, (_, n) => `key${key}-${n}`)
      expect(await here.effects(`key = 'key${key}'`), `SEED=${seed}`).toEqual(expected)
    }
    await here.close()
  })
})

async function scene(random: () => number) {
  const schema = `chaos_${process.pid}`
  const control = pgDatabase({ connectionString })
  await control.query(`create schema ${schema}`)
  await control.query(`create table ${schema}.effect (seq bigint generated always as identity, id text, key text)`)
  const broker = new MemoryBroker({ partitions: 4 })
  const transport = memoryTransport({ broker })
  const ofMember = new URL(connectionString)
  ofMember.searchParams.set('application_name', schema)
  const databases = Array.from({ length: MEMBERS }, () =>
    pgDatabase({ connectionString: ofMember.href, connections: 8 }),
  )
  const failing = new Set<string>()

  const start = async (database: Database): Promise<Running> => {
    const consumer = consume<Order, Transaction>(
      contract,
      transport,
      async ({ id }, { key, tx }) => {
        await tx.query(`insert into ${schema}.effect (id, key) values ($1, $2)`, [id, key])
        if (key !== null && failing.has(key)) throw new Error('this key fails for a while')
      },
      {
        store: postgresStore(database, { schema, takeoverGraceMs: 100 }),
        laneAttempts: 2,
        concurrency: 16,
        drainTimeoutMs: 2_000,
        log: silentLog,
      },
    )
    await consumer.start()
    return consumer
  }
  const members = await Promise.all(databases.map(async (database) => ({ database, consumer: await start(database) })))

  const disturbances = [
    () => broker.faults.rebalance('billing'),
    () => failing.add(`key${Math.floor(random() * KEYS)}`),
    () => failing.clear(),
    async () => {
      const wakeUp = broker.faults.freeze('billing')
      await sleep(random() * 1_000)
      wakeUp()
    },
    () =>
      control.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and random() < 0.3',
        [schema],
      ),
    async () => {
      const member = members[Math.floor(random() * MEMBERS)]
      if (member === undefined) return
      await member.consumer.stop()
      member.consumer = await start(member.database)
    },
  ]
  let placed = 0

  return {
    failing,
    async place(upTo: number) {
      for (; placed < upTo; placed++) {
        const key = `key${placed % KEYS}`
        const value = new TextEncoder().encode(JSON.stringify({ id: `${key}-${Math.floor(placed / KEYS)}` }))
        await transport.publish([{ topic: contract.topic, key, value }])
      }
    },
    disturb: async () => disturbances[Math.floor(random() * disturbances.length)]?.(),
    effects: async (where = 'true') =>
      (await control.query(`select id from ${schema}.effect where ${where} order by seq`, [])).map(({ id }) => id),
    deadLetters: () => broker.topic('order.placed.billing.dlq').flat(),
    stop: () => Promise.all(members.map(({ consumer }) => consumer.stop())),
    async close() {
      await control.query(`drop schema ${schema} cascade`)
      await Promise.all([control, ...databases].map((database) => database.close()))
    },
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
