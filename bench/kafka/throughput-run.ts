/**
 * One contender, in a process of its own: reads `--messages` messages of `--topic` as a new group, from the first delivery to the last,
 * and prints a {@link Throughput}.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { contenderNamed } from './contenders.ts'
import type { Order } from './work.ts'

export interface Throughput {
  readonly messages: number
  readonly ms: number
  readonly cpuMs: number
  /** Most handlers at once. */
  readonly peak: number
  /** Share of the configured concurrency in use, averaged over the run. */
  readonly busy: number
  readonly orderBreaks: number
}

const { values } = parseArgs({
  options: {
    contender: { type: 'string', default: '' },
    topic: { type: 'string', default: '' },
    messages: { type: 'string', default: '0' },
    handlerMs: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '64' },
    brokers: { type: 'string', default: '' },
  },
})
const total = Number(values.messages)
const handlerMs = Number(values.handlerMs)
const concurrency = Number(values.concurrency)
const { promise: done, resolve: finish } = Promise.withResolvers<void>()
const last = new Map<string, number>()
let handled = 0
let running = 0
let peak = 0
let orderBreaks = 0
let startedAt = 0
let cpu = process.cpuUsage()

async function handle(order: Order): Promise<void> {
  if (handled === 0 && running === 0) {
    startedAt = performance.now()
    cpu = process.cpuUsage()
  }
  running += 1
  if (running > peak) peak = running
  if (handlerMs > 0) await work(order)
  running -= 1
  handled += 1
  if (handled === total) finish()
}

async function work({ order_id, event_id }: Order): Promise<void> {
  const index = Number(event_id.slice('event-'.length))
  if (index < (last.get(order_id) ?? -1)) orderBreaks += 1
  last.set(order_id, index)
  await sleep(handlerMs)
}

const brokers = values.brokers.split(',')
const group = `bench-${process.pid}-${Date.now()}`
const stop = await contenderNamed(values.contender)({ topic: values.topic, group, brokers, concurrency, handle })
await done
const used = process.cpuUsage(cpu)
const ms = performance.now() - startedAt
const result: Throughput = {
  messages: handled,
  ms,
  cpuMs: (used.user + used.system) / 1_000,
  peak,
  busy: (handled * handlerMs) / (ms * concurrency),
  orderBreaks,
}
console.log(JSON.stringify(result))
await stop()
process.exit(0)
