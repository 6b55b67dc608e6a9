/** Longshore beside the clients it stands on, on a real Kafka: interleaved runs, ratios pair by pair. */
import { parseArgs } from 'node:util'
import { runChild } from './child.ts'
import { COMMON, progress, runBench } from './command.ts'
import { median } from './figures.ts'
import type { Report, Verdict } from './report.ts'
import type { Throughput } from './throughput-run.ts'
import { createTopic, fill } from './topic.ts'

const USAGE = `
Rate and CPU time per message on a backlog of 300-byte JSON, decoded, validated, and committed behind the handler.

  bench/kafka/throughput.ts                                       a handler that does nothing, beside the same client by hand
  bench/kafka/throughput.ts --against kafkajs                     beside eachMessage, committing as it does by default
  bench/kafka/throughput.ts --against kafkajs-manual              beside eachMessage, committing by hand four times a second
  bench/kafka/throughput.ts --handlerMs 10 --messages 100000 --concurrency 256 --against kafkajs --againstMessages 1000
  bench/kafka/throughput.ts --handlerMs 10 --messages 100000 --concurrency 256 --against kafkajs-12 --againstMessages 10000

  --contender NAME     longshore-platformatic, longshore-kafkajs            (longshore-platformatic)
  --against NAME       platformatic, kafkajs, kafkajs-12, kafkajs-manual    (platformatic)
  --messages N         the backlog                                          (300000)
  --againstMessages N  how much of it the other one works off               (all)
  --keys N             keys of the messages                                 (1000)
  --handlerMs MS       how long a handler takes                             (0)
  --concurrency N      handlers at once                                     (64)`

const { values } = parseArgs({
  options: {
    ...COMMON,
    messages: { type: 'string', default: '300000' },
    keys: { type: 'string', default: '1000' },
    handlerMs: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '64' },
    contender: { type: 'string', default: 'longshore-platformatic' },
    against: { type: 'string', default: 'platformatic' },
    againstMessages: { type: 'string' },
  },
})

interface Pair {
  readonly ours: Throughput
  readonly theirs: Throughput
}

const { contender, against, concurrency, brokers } = values
const messages = Number(values.messages)
const handlerMs = Number(values.handlerMs)

/** What is asked of the rate, by what it stands beside. */
const RATE_AT_LEAST: { readonly [scenario: string]: number } = {
  'noop platformatic': 0.7,
  'noop kafkajs': 1.2,
  'noop kafkajs-manual': 1.2,
  'busy kafkajs': 50,
  'busy kafkajs-12': 8,
}
const CPU_AT_MOST = 1.25
const BUSY_AT_LEAST = 0.9

await runBench(USAGE, values, async (): Promise<Report> => {
  const topic = await createTopic(brokers.split(','))
  await fill(topic, messages, Number(values.keys))
  await topic.transport.close()
  const run = (name: string, count: number) => {
    const options = { contender: name, topic: topic.name, messages: count, handlerMs, concurrency, brokers }
    return runChild<Throughput>('throughput-run.ts', options)
  }
  const pairs: Pair[] = []
  for (let round = 0; round <= Number(values.pairs); round += 1) {
    const ours = await run(contender, messages)
    const theirs = await run(against, Number(values.againstMessages ?? messages))
    if (round > 0) pairs.push({ ours, theirs }) // the first is a warm-up
    progress(
      `pair ${round}: ${rate(ours).toFixed(0)} and ${rate(theirs).toFixed(0)} messages/s, ` +
        `${micros(ours).toFixed(2)} and ${micros(theirs).toFixed(2)} µs of CPU each`,
    )
  }
  return report(pairs)
})

function report(pairs: readonly Pair[]): Report {
  const over = (of: (pair: Pair) => number) => median(pairs.map(of))
  const figures = {
    contender,
    against,
    handlerMs,
    concurrency: Number(concurrency),
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
  const work = handlerMs === 0 ? 'noop' : `${handlerMs}ms`
  return { name: `kafka-throughput-${work}-${against}`, figures, verdicts: verdictsOn(figures) }
}

function verdictsOn(figures: {
  readonly rateRatio: number
  readonly cpuRatio: number
  readonly busy: number
  readonly orderBreaks: number
}): readonly Verdict[] {
  const { rateRatio, cpuRatio, busy, orderBreaks } = figures
  const atLeast = RATE_AT_LEAST[`${handlerMs === 0 ? 'noop' : 'busy'} ${against}`]
  return [
    ...(atLeast === undefined ? [] : [{ about: `rate beside ${against}`, value: rateRatio, atLeast }]),
    ...(against === 'platformatic' && handlerMs === 0
      ? [{ about: `CPU per message beside ${against}`, value: cpuRatio, atMost: CPU_AT_MOST }]
      : []),
    ...(handlerMs === 0 ? [] : [{ about: 'concurrency in use', value: busy, atLeast: BUSY_AT_LEAST }]),
    ...(handlerMs === 0 ? [] : [{ about: 'messages of a key out of order', value: orderBreaks, atMost: 0 }]),
  ]
}

function rate({ messages: count, ms }: Throughput): number {
  return (count * 1_000) / ms
}

function micros({ messages: count, cpuMs }: Throughput): number {
  return (cpuMs * 1_000) / count
}
