/** What one failing key and some poison cost all the others. */

import { parseArgs } from 'node:util'
import { pgDatabase } from '@longshore/postgres/pg'
import { nextWord, resultOf, startChild } from './child.ts'
import { COMMON, progress, runBench } from './command.ts'
import { median, quantile } from './figures.ts'
import { atRate, nowMs } from './pace.ts'
import type { Report } from './report.ts'
import { createTopic } from './topic.ts'

const USAGE = `
The same steady load twice, interleaved: calm, and with one poison in 1,000 messages and one key of 100 that always fails, which goes
through its retries and is then held back: on the retry topic, or with --store postgres parked there. Compares the p99 of all other keys.

  bench/kafka/disturbance.ts
  bench/kafka/disturbance.ts --store postgres --rate 300
  bench/kafka/disturbance.ts --handlerMs 5 --seconds 20 --pairs 9

  --store NAME     none, postgres (DATABASE_URL)  (none)
  --rate N         messages a second              (1000; 300 with postgres)
  --seconds N      how long                       (10)
  --handlerMs MS   how long a handler takes       (0)`

const { values } = parseArgs({
  options: {
    ...COMMON,
    store: { type: 'string', default: 'none' },
    rate: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    handlerMs: { type: 'string', default: '0' },
    database: { type: 'string', default: process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres' },
  },
})

const { brokers, handlerMs, store } = values
const KEYS = 100
const POISON_EVERY = 1_000
/** Part of the load, and not counted: code that is not compiled yet is slow in both runs. */
const WARM_UP_SECONDS = 3
const AT_MOST_PERCENT = 20
const POISON = Buffer.from('{"event_id": ')

const rate = Number(values.rate ?? (store === 'none' ? 1_000 : 300))
const warmUp = rate * WARM_UP_SECONDS
const total = warmUp + rate * Number(values.seconds)
const counted = Array.from({ length: total }, (_, index) => index).filter(isCounted).length

type Latencies = readonly number[]

await runBench(USAGE, values, async () => {
  const pairs: { readonly calm: Latencies; readonly disturbed: Latencies }[] = []
  for (let round = 0; round <= Number(values.pairs); round += 1) {
    // Whoever comes first has no better place: they take turns.
    const first = round % 2 === 1
    const one = await measured(first)
    const other = await measured(!first)
    const pair = first ? { disturbed: one, calm: other } : { disturbed: other, calm: one }
    if (round > 0) pairs.push(pair) // the first is a warm-up
    progress(`pair ${round}: p99 ${p99(pair.calm).toFixed(2)} calm, ${p99(pair.disturbed).toFixed(2)} ms disturbed`)
  }
  return report(
    pairs.map(({ calm }) => calm),
    pairs.map(({ disturbed }) => disturbed),
  )
})

async function measured(isDisturbed: boolean): Promise<Latencies> {
  const { name: topic, transport } = await createTopic(brokers.split(','))
  const schema = topic.replaceAll('-', '_')
  const inbox: { [flag: string]: string } = store === 'postgres' ? { database: values.database, schema } : {}
  try {
    const child = startChild('disturbance-run.ts', { topic, brokers, expected: counted, handlerMs, ...inbox })
    const latencies = resultOf<Latencies>(child, 2 * 60 * 1_000)
    await nextWord(child)
    await atRate(total, rate, (index) => transport.publish([{ topic, ...message(index, isDisturbed) }]))
    return await latencies
  } finally {
    await transport.close()
    if (store === 'postgres') await dropSchema(schema)
  }
}

function message(index: number, isDisturbed: boolean) {
  const key = `key-${index % KEYS}`
  if (isDisturbed && isPoison(index)) return { key, value: POISON }
  const note = isDisturbed && fails(index) ? 'fails' : 'x'.repeat(200)
  const order = { event_id: `event-${index}`, order_id: key, amount: isCounted(index) ? nowMs() : 0, note }
  return { key, value: Buffer.from(JSON.stringify(order)) }
}

function isPoison(index: number): boolean {
  return index % POISON_EVERY === 1
}

function fails(index: number): boolean {
  return index % KEYS === 0
}

function isCounted(index: number): boolean {
  return index >= warmUp && !isPoison(index) && !fails(index)
}

async function dropSchema(schema: string): Promise<void> {
  const database = pgDatabase({ connectionString: values.database, connections: 1 })
  await database.query(`drop schema if exists ${schema} cascade`)
  await database.close()
}

function report(calm: readonly Latencies[], disturbed: readonly Latencies[]): Report {
  const changes = calm.map((run, index) => (p99(disturbed[index] ?? []) / p99(run) - 1) * 100)
  const changePercent = median(changes)
  return {
    name: `kafka-disturbance-${store}`,
    figures: {
      store,
      ratePerSecond: rate,
      messages: total,
      handlerMs: Number(handlerMs),
      pairs: calm.length,
      calm: summary(calm),
      disturbed: summary(disturbed),
      changePercent,
      changesPercent: changes.map(Math.round),
    },
    verdicts: [{ about: 'p99 of all other keys, change in %', value: changePercent, atMost: AT_MOST_PERCENT }],
  }
}

/** Medians over the runs, in milliseconds, and the worst of all. */
function summary(runs: readonly Latencies[]) {
  const at = (q: number) => median(runs.map((run) => quantile(run, q)))
  return { p50: at(0.5), p99: at(0.99), max: runs.flat().reduce((max, ms) => Math.max(max, ms), 0) }
}

function p99(latencies: Latencies): number {
  return quantile(latencies, 0.99)
}
