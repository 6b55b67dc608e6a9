/**
 * Longshore beside amqplib on a real RabbitMQ, a quorum queue, prefetch 100, a handler that does nothing; and publishing with confirms:
 * interleaved runs, rate and CPU time per message, ratios pair by pair.
 *
 *   node --conditions=source bench/amqp-consume/main.ts [--pairs 7] [--messages 30000] [--prefetch 100] [--url amqp://…]
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { provisionAmqp } from '@longshore/transport-amqp'
import { connect } from 'amqplib'
import { circumstances, median } from '../kafka/figures.ts'
import { orderBytes } from '../kafka/work.ts'
import type { Run } from './contender.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '7' },
    messages: { type: 'string', default: '30000' },
    prefetch: { type: 'string', default: '100' },
    url: { type: 'string', default: process.env.AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672' },
  },
})

interface Pair {
  readonly ours: Run
  readonly theirs: Run
}

const run = promisify(execFile)
const messages = Number(values.messages)
const queue = `bench-${process.pid}-${Date.now()}`
const dlq = `${queue}.bench.dlq`
const retryTopic = `${queue}.bench.retry`
const connection = await connect(values.url)
const channel = await connection.createConfirmChannel()
await provisionAmqp({ url: values.url }, [{ topics: [queue], group: 'bench', dlq, retryTopic, bindings: {} }])
try {
  const consuming = await pairsOf('consume')
  const publishing = await pairsOf('publish')
  console.log(
    JSON.stringify(
      { ...circumstances(), messages, consume: figures(consuming), publish: figures(publishing) },
      null,
      2,
    ),
  )
} finally {
  for (const name of [queue, dlq, retryTopic]) await channel.deleteQueue(name)
  await connection.close()
}

async function pairsOf(what: 'consume' | 'publish'): Promise<readonly Pair[]> {
  const pairs: Pair[] = []
  for (let round = 0; round <= Number(values.pairs); round += 1) {
    const pair = { ours: await measured(`longshore-${what}`, what), theirs: await measured(`amqplib-${what}`, what) }
    if (round === 0) continue // a warm-up
    pairs.push(pair)
    console.error(`${what} ${round}: ${rate(pair.ours).toFixed(0)} and ${rate(pair.theirs).toFixed(0)} messages/s`)
  }
  return pairs
}

/** Each run finds what it needs, and leaves the queue empty. */
async function measured(contender: string, what: 'consume' | 'publish'): Promise<Run> {
  if (what === 'consume') await fill()
  const options = { contender, queue, messages: String(messages), prefetch: values.prefetch, url: values.url }
  const words = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, value])
  const file = fileURLToPath(new URL('contender.ts', import.meta.url))
  const { stdout } = await run(process.execPath, ['--conditions=source', file, ...words], { timeout: 300_000 })
  await channel.purgeQueue(queue)
  const result: Run = JSON.parse(stdout)
  return result
}

async function fill(): Promise<void> {
  for (let index = 0; index < messages; index += 1) {
    const { key, value } = orderBytes(index, 1_000)
    const properties = { persistent: true, messageId: `message-${index}`, headers: { 'x-key': key } }
    channel.sendToQueue(queue, value, properties)
    if (index % 1_000 === 999) await channel.waitForConfirms()
  }
  await channel.waitForConfirms()
}

function figures(pairs: readonly Pair[]) {
  const over = (of: (pair: Pair) => number) => median(pairs.map(of))
  return {
    pairs: pairs.length,
    ratePerSecond: { ours: over(({ ours }) => rate(ours)), theirs: over(({ theirs }) => rate(theirs)) },
    cpuMicrosPerMessage: { ours: over(({ ours }) => micros(ours)), theirs: over(({ theirs }) => micros(theirs)) },
    rateRatio: over(({ ours, theirs }) => rate(ours) / rate(theirs)),
    cpuRatio: over(({ ours, theirs }) => micros(ours) / micros(theirs)),
  }
}

function rate({ messages: count, ms }: Run): number {
  return (count * 1_000) / ms
}

function micros({ messages: count, cpuMs }: Run): number {
  return (cpuMs * 1_000) / count
}
