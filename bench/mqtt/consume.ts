/**
 * MQTT at QoS 1 with store-then-ack beside what one would write by hand on the same PostgreSQL, and beside MQTT.js that stores nothing;
 * interleaved runs, each in a process of its own.
 *
 *   node --conditions=source bench/mqtt/consume.ts --rounds 5 --messages 20000
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { startMosquitto } from '@longshore/brokers'
import { circumstances, median } from '../kafka/figures.ts'
import type { Consumed } from './consume-run.ts'

const CONTENDERS = ['longshore', 'by-hand', 'mqtt.js'] as const

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '20000' },
    database: { type: 'string', default: process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres' },
  },
})

const run = promisify(execFile)
// Its own: a Mosquitto as it is installed drops what a consumer has not fetched beyond 1,000 messages.
const broker = await startMosquitto()
const runs: Readonly<Record<(typeof CONTENDERS)[number], Consumed[]>> = { longshore: [], 'by-hand': [], 'mqtt.js': [] }
for (let round = 0; round <= Number(values.rounds); round += 1) {
  for (const contender of CONTENDERS) {
    const consumed = await measured(contender)
    if (round > 0) runs[contender].push(consumed) // the first is a warm-up
  }
}
await broker.remove()
console.log(JSON.stringify(figures(), null, 2))

async function measured(contender: string): Promise<Consumed> {
  const { messages, database } = values
  const words = Object.entries({ contender, messages, database, url: broker.url }).flatMap(([flag, value]) => [
    `--${flag}`,
    value,
  ])
  const file = fileURLToPath(new URL('consume-run.ts', import.meta.url))
  const { stdout } = await run(process.execPath, ['--conditions=source', file, ...words], { timeout: 120_000 })
  const consumed: Consumed = JSON.parse(stdout)
  return consumed
}

function figures() {
  const rates = (contender: (typeof CONTENDERS)[number]) =>
    runs[contender].map(({ messages, ms }) => (messages / ms) * 1_000)
  const ratio = (to: (typeof CONTENDERS)[number]) => {
    const theirs = rates(to)
    return median(rates('longshore').map((rate, round) => rate / (theirs[round] ?? Number.NaN)))
  }
  const each = CONTENDERS.map((contender) => [
    contender,
    {
      perSecond: Math.round(median(rates(contender))),
      cpuMicrosPerMessage: Math.round(median(runs[contender].map(({ cpuMs, messages }) => (cpuMs * 1_000) / messages))),
      repeated: runs[contender].reduce((sum, { repeated }) => sum + repeated, 0),
    },
  ])
  const setting = { ...circumstances(), messages: Number(values.messages), rounds: Number(values.rounds) }
  return { ...setting, ...Object.fromEntries(each), ratioToByHand: ratio('by-hand'), ratioToMqttJs: ratio('mqtt.js') }
}
