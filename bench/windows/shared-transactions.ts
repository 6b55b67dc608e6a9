/**
 * Windows on PostgreSQL: events a second with one transaction for each event, and with transactions shared by what comes together.
 * Interleaved, all events waiting when the clock starts; each brings a result that goes to the outbox.
 *
 *   node --conditions=source bench/windows/shared-transactions.ts --rounds 3 --events 5000 --keys 500
 */
import { parseArgs } from 'node:util'
import { postgresOutbox, postgresStore, postgresWindowState } from '@longshore/postgres'
import { pgDatabase } from '@longshore/postgres/pg'
import { type ConsumerContract, consumeInWindows, sliding } from '@longshore/runtime'
import { MemoryBroker, memoryTransport } from '@longshore/transport-memory'
import { circumstances, median } from '../kafka/figures.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '5000' },
    keys: { type: 'string', default: '500' },
    database: { type: 'string', default: process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres' },
  },
})

interface Assessed {
  readonly id: string
  readonly at: number
  readonly risk: number
}

const contract: ConsumerContract<Assessed> = {
  urn: 'urn:events:bench:risk:assessed',
  topic: 'risk-assessments',
  group: 'bench',
  id: 'id',
  pii: [],
  validate: () => [],
}

const SCHEMA = 'bench_windows'
const events = Number(values.events)
const keys = Number(values.keys)
const database = pgDatabase({ connectionString: values.database })
const perSecond: Record<'alone' | 'shared', number[]> = { alone: [], shared: [] }
const cpuMicros: Record<'alone' | 'shared', number[]> = { alone: [], shared: [] }
for (let round = 0; round <= Number(values.rounds); round += 1) {
  for (const [name, batch] of [
    ['alone', 1],
    ['shared', 100],
  ] as const) {
    const { ms, cpuMs } = await run(batch)
    if (round === 0) continue // a warm-up
    perSecond[name].push((events / ms) * 1_000)
    cpuMicros[name].push((cpuMs * 1_000) / events)
  }
}
await database.close()
const shares = perSecond.shared.map((rate, round) => rate / (perSecond.alone[round] ?? Number.NaN))
const figures = (name: 'alone' | 'shared') => ({
  perSecond: Math.round(median(perSecond[name])),
  cpuMicrosPerEvent: Math.round(median(cpuMicros[name])),
})
const setting = { ...circumstances(), events, keys, rounds: Number(values.rounds) }
console.log(
  JSON.stringify({ ...setting, alone: figures('alone'), shared: figures('shared'), ratio: median(shares) }, null, 2),
)

async function run(batch: number): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  await database.query(`drop schema if exists ${SCHEMA} cascade`)
  const transport = memoryTransport({ broker: new MemoryBroker({ partitions: 1 }) })
  const outbox = postgresOutbox({ schema: SCHEMA })
  const consumer = consumeInWindows(
    contract,
    transport,
    {
      shape: sliding(60_000),
      time: ({ at }) => at,
      value: ({ risk }) => risk,
      state: postgresWindowState(database, { schema: SCHEMA }),
      put: (outputs, { tx, key }) =>
        outbox.add(
          tx,
          outputs.map((output) => ({ topic: 'risk', key, value: Buffer.from(JSON.stringify(output)) })),
        ),
      batch,
    },
    {
      store: postgresStore(database, { schema: SCHEMA }),
      log: { debug() {}, info() {}, warn: console.error, error: console.error },
    },
  )
  const nowMs = Date.now()
  await transport.publish(
    Array.from({ length: events }, (_, n) => ({
      topic: contract.topic,
      key: `key-${n % keys}`,
      value: Buffer.from(JSON.stringify({ id: `event-${n}`, at: nowMs - events + n, risk: (n % 100) / 100 })),
    })),
  )
  const cpu = process.cpuUsage()
  const startedMs = performance.now()
  await consumer.start()
  while (consumer.metrics.acked < events) await new Promise((resolve) => setTimeout(resolve, 5))
  const ms = performance.now() - startedMs
  const { user, system } = process.cpuUsage(cpu)
  await consumer.stop()
  const [row] = await database.query(`select count(*) as rows from ${SCHEMA}.outbox`, [])
  if (Number(row?.rows) !== events || consumer.windows.accepted !== events)
    throw new Error(`${events} events made ${row?.rows} results.`)
  return { ms, cpuMs: (user + system) / 1_000 }
}
