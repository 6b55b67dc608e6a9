/**
 * The main job from end to end: a contract goes in, the findings come out, consumers are printed, compiled and started, traffic flows,
 * what goes wrong becomes a dead letter and is redriven.
 *
 *   npm start                                on the memory broker
 *   KAFKA_BROKERS=localhost:9092 npm start   on Kafka
 *   npm start -- --once                      ends by itself after the redrive
 */
import { parseArgs } from 'node:util'
import { systemClock, type Transport } from '@longshore/runtime'
import { readKinds } from './kinds.ts'
import { prepare } from './prepare.ts'
import { Session } from './session.ts'
import { openTerminal } from './terminal.ts'
import { createTrouble, publishTraffic, publishTrouble } from './traffic.ts'

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    rate: { type: 'string', default: '200' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) {
  console.log(
    'npm start -- [--once] [--rate <messages per second>]\n\nKAFKA_BROKERS=localhost:9092 npm start runs it on Kafka.',
  )
  process.exit(0)
}

const ending = new AbortController()
const quit = () => ending.abort()
process.once('SIGINT', quit)
process.once('SIGTERM', quit)

await prepare((text) => console.log(text))

const transport = await openTransport()
const trouble = createTrouble()
const kinds = await readKinds()
const session = await Session.start({ transport, kinds, trouble })
const terminal = openTerminal({ redrive: () => void session.redrive(), quit })
const stopPainting = systemClock.every(1_000, () => terminal.paint(session.screen()))

console.log(`\nRunning on ${transport.name}. Keys: r redrives the dead letters, q drains and ends.\n`)
await publishTrouble(transport, kinds, trouble)
await publishTraffic(transport, kinds, {
  perSecond: Number(values.rate),
  total: values.once ? Number(values.rate) * 3 : Number.POSITIVE_INFINITY,
  signal: ending.signal,
})
if (values.once && !ending.signal.aborted) {
  await session.caughtUp(ending.signal)
  terminal.say(`${session.screen()}\n\nRepaired what the second one needs; redriving.`)
  await session.redrive()
  await session.caughtUp(ending.signal)
}

stopPainting()
terminal.say(await session.stop())
terminal.close()
await transport.close()

async function openTransport(): Promise<Transport> {
  if (process.env.KAFKA_BROKERS === undefined) {
    const { memoryTransport } = await import('@longshore/transport-memory')
    return memoryTransport()
  }
  const { kafkaTransport, kafkaOptionsFromEnvironment } = await import('@longshore/transport-kafka/platformatic')
  return kafkaTransport({ ...kafkaOptionsFromEnvironment(process.env), provision: 'all' })
}
