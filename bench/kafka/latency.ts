/**
 * From publish to handler at a steady rate, Longshore beside the bare client, interleaved.
 *
 *   node --conditions=source bench/kafka/latency.ts [--rate 1000] [--seconds 10] [--pairs 7]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { circumstances, median, quantile } from './figures.ts'
import { createTopic } from './topic.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    pairs: { type: 'string', default: '7' },
    contender: { type: 'string', default: 'longshore-platformatic' },
    against: { type: 'string', default: 'platformatic' },
    brokers: { type: 'string', default: process.env.KAFKA_BROKERS ?? '127.0.0.1:9092' },
  },
})

const brokers = values.brokers.split(',')
const rate = Number(values.rate)
const total = rate * Number(values.seconds)
const pairs: { readonly ours: readonly number[]; readonly theirs: readonly number[] }[] = []
for (let round = 0; round <= Number(values.pairs); round += 1) {
  const pair = { ours: await measured(values.contender), theirs: await measured(values.against) }
  if (round === 0) continue // a warm-up
  pairs.push(pair)
  console.error(
    `pair ${round}: p99 ${quantile(pair.ours, 0.99).toFixed(1)} and ${quantile(pair.theirs, 0.99).toFixed(1)} ms`,
  )
}
console.log(
  JSON.stringify(
    {
      ...circumstances(),
      contender: values.contender,
      against: values.against,
      ratePerSecond: rate,
      messages: total,
      pairs: pairs.length,
      ours: summary(pairs.map(({ ours }) => ours)),
      theirs: summary(pairs.map(({ theirs }) => theirs)),
    },
    null,
    2,
  ),
)

async function measured(contender: string): Promise<readonly number[]> {
  const { name: topic, transport } = await createTopic(brokers)
  const file = fileURLToPath(new URL('latency-run.ts', import.meta.url))
  const words = ['--contender', contender, '--topic', topic, '--messages', String(total), '--brokers', values.brokers]
  const child = fork(file, words, { execArgv: ['--conditions=source'], silent: true })
  if (child.stdout === null) throw new Error('The contender has no output to read.')
  const output = text(child.stdout)
  await once(child, 'message')
  const publish = (amount: number, key: string) => {
    const order = { event_id: '', order_id: key, amount, note: 'x'.repeat(200) }
    return transport.publish([{ topic, key, value: Buffer.from(JSON.stringify(order)) }])
  }
  await Promise.all(Array.from({ length: 200 }, (_, index) => publish(0, `warm-up-${index}`)))
  const startedAt = performance.now()
  const sent: Promise<void>[] = []
  while (sent.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * rate))
    while (sent.length < due) sent.push(publish(performance.timeOrigin + performance.now(), `key-${sent.length % 100}`))
    await sleep(1)
  }
  await Promise.all(sent)
  const latencies: readonly number[] = JSON.parse(await output)
  await transport.close()
  return latencies
}

function summary(runs: readonly (readonly number[])[]) {
  const at = (q: number) => median(runs.map((run) => quantile(run, q)))
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: Math.max(...runs.map((run) => Math.max(...run))) }
}
