/** From publish to handler at a steady rate, Longshore beside the bare client, interleaved. */
import { parseArgs } from 'node:util'
import { nextWord, resultOf, startChild } from './child.ts'
import { COMMON, progress, runBench } from './command.ts'
import { median, quantile } from './figures.ts'
import { atRate, nowMs } from './pace.ts'
import type { Report } from './report.ts'
import { createTopic } from './topic.ts'

const USAGE = `
Milliseconds from publish to handler at a steady rate, over 100 keys and 12 partitions.

  bench/kafka/latency.ts
  bench/kafka/latency.ts --rate 5000 --seconds 5 --pairs 9
  bench/kafka/latency.ts --contender longshore-kafkajs --against kafkajs

  --contender NAME  longshore-platformatic, longshore-kafkajs            (longshore-platformatic)
  --against NAME    platformatic, kafkajs, kafkajs-12, kafkajs-manual    (platformatic)
  --rate N          messages a second                                    (1000)
  --seconds N       how long                                             (10)`

const { values } = parseArgs({
  options: {
    ...COMMON,
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    contender: { type: 'string', default: 'longshore-platformatic' },
    against: { type: 'string', default: 'platformatic' },
  },
})

/** Milliseconds of each message. */
type Latencies = readonly number[]

const { contender, against, brokers } = values
const rate = Number(values.rate)
const messages = rate * Number(values.seconds)

/** What ours may add to the p99 of the bare client: half of it again, and this. */
const MAY_ADD_MS = 5
const NEVER_ABOVE_MS = 100

await runBench(USAGE, values, async () => {
  const pairs: { readonly ours: Latencies; readonly theirs: Latencies }[] = []
  for (let round = 0; round <= Number(values.pairs); round += 1) {
    const pair = { ours: await measured(contender), theirs: await measured(against) }
    if (round > 0) pairs.push(pair) // the first is a warm-up
    const p99 = (latencies: Latencies) => quantile(latencies, 0.99).toFixed(1)
    progress(`pair ${round}: p99 ${p99(pair.ours)} and ${p99(pair.theirs)} ms`)
  }
  return report(
    pairs.map(({ ours }) => ours),
    pairs.map(({ theirs }) => theirs),
  )
})

async function measured(name: string): Promise<Latencies> {
  const { name: topic, transport } = await createTopic(brokers.split(','))
  const child = startChild('latency-run.ts', { contender: name, topic, messages, brokers })
  const latencies = resultOf<Latencies>(child)
  await nextWord(child)
  const publish = (amount: number, key: string) => {
    const order = { event_id: '', order_id: key, amount, note: 'x'.repeat(200) }
    return transport.publish([{ topic, key, value: Buffer.from(JSON.stringify(order)) }])
  }
  await Promise.all(Array.from({ length: 200 }, (_, index) => publish(0, `warm-up-${index}`)))
  await atRate(messages, rate, (index) => publish(nowMs(), `key-${index % 100}`))
  await transport.close()
  return latencies
}

function report(ours: readonly Latencies[], theirs: readonly Latencies[]): Report {
  const figures = {
    contender,
    against,
    ratePerSecond: rate,
    messages,
    pairs: ours.length,
    ours: summary(ours),
    theirs: summary(theirs),
  }
  const atMost = Math.min(NEVER_ABOVE_MS, 1.5 * figures.theirs.p99 + MAY_ADD_MS)
  const verdicts = [
    { about: `p99 in ms: 1.5 × that of ${against} + 5, and below 100`, value: figures.ours.p99, atMost },
  ]
  return { name: `kafka-latency-${against}`, figures, verdicts }
}

/** Medians over the runs, in milliseconds, and the worst of all. */
function summary(runs: readonly Latencies[]) {
  const at = (q: number) => median(runs.map((run) => quantile(run, q)))
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: runs.flat().reduce((max, ms) => Math.max(max, ms), 0) }
}
