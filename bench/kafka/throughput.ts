/**
 * Longshore beside the clients it stands on, on a real Kafka: interleaved runs, rate and CPU time per message, ratios pair by pair.
 *
 *   node --conditions=source bench/kafka/throughput.ts                                       no-op handler, beside the same client
 *   node --conditions=source bench/kafka/throughput.ts --against kafkajs
 *   node --conditions=source bench/kafka/throughput.ts --handlerMs 10 --messages 20000 --against kafkajs-12 --againstMessages 2000
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { circumstances, median } from './figures.ts'
import type { Throughput } from './throughput-run.ts'
import { createTopic, fill } from './topic.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '7' },
    messages: { type: 'string', default: '500000' },
    keys: { type: 'string', default: '1000' },
    handlerMs: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '64' },
    contender: { type: 'string', default: 'longshore-platformatic' },
    against: { type: 'string', default: 'platformatic' },
    againstMessages: { type: 'string' },
    brokers: { type: 'string', default: process.env.KAFKA_BROKERS ?? '127.0.0.1:9092' },
  },
})

interface Pair {
  readonly ours: Throughput
  readonly theirs: Throughput
}

const run = promisify(execFile)
const messages = Number(values.messages)
const topic = await createTopic(values.brokers.split(','))
await fill(topic, messages, Number(values.keys))
await topic.transport.close()
const pairs: Pair[] = []
for (let round = 0; round <= Number(values.pairs); round += 1) {
  const pair = {
    ours: await measured(values.contender, messages),
    theirs: await measured(values.against, Number(values.againstMessages ?? messages)),
  }
  if (round === 0) continue // a warm-up
  pairs.push(pair)
  console.error(`pair ${round}: ${rate(pair.ours).toFixed(0)} and ${rate(pair.theirs).toFixed(0)} messages/s`)
}
console.log(JSON.stringify(figures(), null, 2))

async function measured(contender: string, count: number): Promise<Throughput> {
  const { handlerMs, concurrency, brokers } = values
  const options = { contender, topic: topic.name, messages: String(count), handlerMs, concurrency, brokers }
  const file = fileURLToPath(new URL('throughput-run.ts', import.meta.url))
  const words = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, value])
  const { stdout } = await run(process.execPath, ['--conditions=source', file, ...words], { timeout: 600_000 })
  const result: Throughput = JSON.parse(stdout)
  return result
}

function figures() {
  const over = (of: (pair: Pair) => number) => median(pairs.map(of))
  return {
    ...circumstances(),
    contender: values.contender,
    against: values.against,
    handlerMs: Number(values.handlerMs),
    messages,
    pairs: pairs.length,
    ratePerSecond: { ours: over(({ ours }) => rate(ours)), theirs: over(({ theirs }) => rate(theirs)) },
    cpuMicrosPerMessage: { ours: over(({ ours }) => micros(ours)), theirs: over(({ theirs }) => micros(theirs)) },
    rateRatio: over(({ ours, theirs }) => rate(ours) / rate(theirs)),
    cpuRatio: over(({ ours, theirs }) => micros(ours) / micros(theirs)),
    peakHandlers: over(({ ours }) => ours.peak),
    busy: over(({ ours }) => ours.busy),
    orderBreaks: pairs.reduce((sum, { ours }) => sum + ours.orderBreaks, 0),
  }
}

function rate({ messages: count, ms }: Throughput): number {
  return (count * 1_000) / ms
}

function micros({ messages: count, cpuMs }: Throughput): number {
  return (cpuMs * 1_000) / count
}
