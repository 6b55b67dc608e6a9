/**
 * Longshore beside the clients it stands on, on a real Kafka: interleaved runs, rate and CPU time per message, ratios pair by pair.
 *
 *   node --conditions=source bench/kafka-consume/main.ts [--pairs 7] [--messages 200000] [--handlerMs 0] [--against platformatic]
 */
import { execFile } from 'node:child_process'
import { cpus, platform, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { consume } from '@longshore/runtime'
import { kafkaTransport } from '@longshore/transport-kafka/platformatic'
import { orderBytes } from './work.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '7' },
    messages: { type: 'string', default: '200000' },
    keys: { type: 'string', default: '1000' },
    handlerMs: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '64' },
    contender: { type: 'string', default: 'longshore-platformatic' },
    against: { type: 'string', default: 'platformatic' },
    againstMessages: { type: 'string' },
    brokers: { type: 'string', default: process.env.KAFKA_BROKERS ?? '127.0.0.1:9092' },
    json: { type: 'boolean', default: false },
  },
})

interface Result {
  readonly messages: number
  readonly ms: number
  readonly cpuMs: number
  readonly peakInFlight: number
  readonly orderBreaks: number
}

const run = promisify(execFile)
const topic = `bench-${Date.now()}`
const messages = Number(values.messages)
await fill()
const pairs: { readonly ours: Result; readonly theirs: Result }[] = []
for (let pair = 0; pair <= Number(values.pairs); pair += 1) {
  const ours = await contender(values.contender, messages)
  const theirs = await contender(values.against, Number(values.againstMessages ?? messages))
  if (pair === 0) continue
  pairs.push({ ours, theirs })
  console.error(`pair ${pair}: ${rate(ours).toFixed(0)} and ${rate(theirs).toFixed(0)} messages/s`)
}
report()

async function fill(): Promise<void> {
  const transport = kafkaTransport({ brokers: values.brokers.split(','), provision: 'all' })
  const setup = consume(
    {
      urn: 'urn:events:bench:order:placed',
      topic,
      group: `${topic}-setup`,
      pii: [],
      validate: () => [],
      bindings: { kafka: { partitions: 12 } },
    },
    transport,
    () => undefined,
    { log: { debug() {}, info() {}, warn() {}, error() {} } },
  )
  await setup.start()
  await setup.stop()
  for (let first = 0; first < messages; first += 5_000) {
    const count = Math.min(5_000, messages - first)
    await transport.publish(
      Array.from({ length: count }, (_, index) => ({ topic, ...orderBytes(first + index, Number(values.keys)) })),
    )
  }
  await transport.close()
}

async function contender(name: string, count: number): Promise<Result> {
  const file = fileURLToPath(new URL('contender.ts', import.meta.url))
  const options = {
    contender: name,
    topic,
    messages: String(count),
    handlerMs: values.handlerMs,
    concurrency: values.concurrency,
    brokers: values.brokers,
  }
  const words = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, value])
  const { stdout } = await run(process.execPath, ['--conditions=source', file, ...words], { timeout: 300_000 })
  const result: Result = JSON.parse(stdout)
  return result
}

function report(): void {
  const figures = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()}, Node ${process.version}`,
    contender: values.contender,
    against: values.against,
    handlerMs: Number(values.handlerMs),
    messages,
    pairs: pairs.length,
    ratePerSecond: {
      ours: median(pairs.map(({ ours }) => rate(ours))),
      theirs: median(pairs.map(({ theirs }) => rate(theirs))),
    },
    cpuMicrosPerMessage: {
      ours: median(pairs.map(({ ours }) => micros(ours))),
      theirs: median(pairs.map(({ theirs }) => micros(theirs))),
    },
    rateRatio: median(pairs.map(({ ours, theirs }) => rate(ours) / rate(theirs))),
    cpuRatio: median(pairs.map(({ ours, theirs }) => micros(ours) / micros(theirs))),
    peakInFlight: median(pairs.map(({ ours }) => ours.peakInFlight)),
    orderBreaks: pairs.reduce((sum, { ours }) => sum + ours.orderBreaks, 0),
  }
  console.log(JSON.stringify(figures, null, values.json ? 0 : 2))
}

function rate({ messages: count, ms }: Result): number {
  return (count * 1_000) / ms
}

function micros({ messages: count, cpuMs }: Result): number {
  return (cpuMs * 1_000) / count
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  const middle = sorted.length >>> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
