/** A consumer whose handlers never return, in a process of its own. Prints what it held over `--seconds`, `Sample[]`, the first before it joined. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type ConsumerContract, consume } from '@longshore/runtime'
import { kafkaTransport } from '@longshore/transport-kafka/platformatic'
import './parent.ts'
import { type Order, violationsOf } from './work.ts'

/** Bytes. */
export interface Sample {
  /** What the system gave the process, garbage included. */
  readonly rss: number
  /** What is in use after a collection: objects, and fetched bytes, which live beside them. */
  readonly heap: number
  readonly buffers: number
}

const { values } = parseArgs({
  options: {
    topic: { type: 'string', default: '' },
    brokers: { type: 'string', default: '' },
    window: { type: 'string', default: '' },
    seconds: { type: 'string', default: '' },
  },
})

const contract: ConsumerContract<Order> = {
  urn: 'urn:events:bench:order:placed',
  topic: values.topic,
  group: `${values.topic}-group`,
  pii: [],
  validate: violationsOf,
}
const log = { debug() {}, info() {}, warn: console.error, error: console.error }
const consumer = consume(
  contract,
  kafkaTransport({ brokers: values.brokers.split(',') }),
  () => new Promise<never>(() => {}),
  {
    log,
    window: Number(values.window),
  },
)
const samples = [sample()]
await consumer.start()
for (let half = 0; half < Number(values.seconds) * 2; half += 1) {
  await sleep(500)
  samples.push(sample())
}
console.log(JSON.stringify(samples))
process.exit(0)

function sample(): Sample {
  const { rss } = process.memoryUsage()
  globalThis.gc?.()
  const { heapUsed: heap, arrayBuffers: buffers } = process.memoryUsage()
  return { rss, heap, buffers }
}
