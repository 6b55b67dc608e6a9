/** A database, a memory broker, a clock turned by hand, and consumers on them: what the tests of the store share. */
import {
  type ConsumerContract,
  type ConsumerOptions,
  consume,
  type Handler,
  type Running,
  type TransactionalOptions,
  type Transport,
} from '@longshore/runtime'
import { ManualClock, silentLog, until } from '@longshore/testing'
import { MemoryBroker, memoryTransport } from '@longshore/transport-memory'
import type { Database, Transaction } from '../src/database.ts'
import { postgresStore } from '../src/store.ts'

export interface Order {
  readonly id: string
}

export const orders: ConsumerContract<Order> = {
  urn: 'urn:events:shop:order:placed',
  topic: 'order.placed',
  group: 'billing',
  id: 'id',
  retry: { kind: 'fixed', firstAfterMs: 1_000, jitter: 'none', budgetMs: 60 * 1_000 },
  pii: [],
  validate: () => [],
}

/** What a handler does here: one row per effect, in the transaction it is given. */
export const bill: Handler<Order, Transaction> = async ({ id }, { key, tx }) => {
  await tx.query('insert into effect (id, key) values ($1, $2)', [id, key])
}

let schemas = 0

export type Scene = Awaited<ReturnType<typeof scene>>

/** @param open A new connection to one and the same empty database; each is another process. */
export async function scene(database: Database, contract: ConsumerContract<Order> = orders) {
  const schema = `test_${process.pid}_${schemas++}`
  const clock = new ManualClock()
  const broker = new MemoryBroker({ partitions: 1 })
  const transport = memoryTransport({ broker, clock })
  const running: Running[] = []
  const storeOn = (connection: Database) => postgresStore(connection, { schema, clock, takeoverGraceMs: 200 })
  await database.query('drop table if exists effect')
  await database.query('create table effect (seq bigint generated always as identity, id text, key text)')
  await storeOn(database).open()

  return {
    schema,
    clock,
    broker,
    transport,
    store: storeOn(database),
    storeOn,
    /** A started consumer whose handler writes through `context.tx`. */
    async started(
      handler: Handler<Order, Transaction> = bill,
      options: Partial<TransactionalOptions<Order, Transaction>> = {},
      connection: Database = database,
      through: Transport = transport,
    ) {
      const consumer = consume<Order, Transaction>(contract, through, handler, {
        store: storeOn(connection),
        clock,
        log: silentLog,
        ...options,
      })
      running.push(consumer)
      await consumer.start()
      return consumer
    },
    /** A started consumer whose effect lies elsewhere. */
    async startedExternal(handler: Handler<Order>, options: ConsumerOptions<Order> = {}) {
      const store = storeOn(database)
      const consumer = consume(contract, transport, handler, {
        store,
        effects: 'external',
        clock,
        log: silentLog,
        ...options,
      })
      running.push(consumer)
      await consumer.start()
      return consumer
    },
    place: (key: string | null, ...ids: readonly string[]) =>
      transport.publish(ids.map((id) => ({ topic: contract.topic, key, value: bytes({ id }) }))),
    async effects(): Promise<readonly unknown[]> {
      return (await database.query('select id from effect order by seq', [])).map(({ id }) => id)
    },
    /** Lets time pass until something holds. */
    passing: (what: string, condition: () => boolean | Promise<boolean>, stepMs = 250) =>
      until(async () => {
        if (await condition()) return true
        await clock.turn(stepMs)
        return false
      }, what),
    async deadLetters() {
      const { subscription } = consume(contract, transport, () => undefined, { clock })
      const letters = []
      const queue = await transport.deadLetters(subscription)
      for await (const letter of queue.read()) letters.push(letter)
      return { queue, letters }
    },
    async parked() {
      return (await storeOn(database).parking?.load(contract.group ?? '')) ?? { lanes: 0, messages: 0 }
    },
    async close() {
      let isStopped = false
      const stopping = Promise.all(running.map((consumer) => consumer.stop())).finally(() => {
        isStopped = true
      })
      await this.passing('all consumers have stopped', () => isStopped)
      await stopping
      await database.query(`drop schema ${schema} cascade`)
      await database.query('drop table effect')
    },
  }
}

export function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}
