/**
 * One contender, in a process of its own: reads `--messages` messages of `--topic` as a new group, and prints a {@link Throughput}. It
 * counts from the moment the group is joined, not from the first delivery: by then a client may have fetched and parsed 50 MB.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { contenderNamed } from './contenders.ts'
import './parent.ts'
import type { Order } from './work.ts'

export interface Throughput {
  readonly messages: number
  /** From the join to the end of the last handler. */
  readonly ms: number
  /** In all threads of the process, garbage collector and compiler included. */
  readonly cpuMs: number
  /** Most handlers at once. */
  readonly peak: number
  /** Share of the configured concurrency in use, averaged from the first handler to the last; 0 for handlers that take no time. */
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
let joinedAt = 0
let cpu = process.cpuUsage()
/** Handlers that ran, times the milliseconds they did. */
let handlerTime = 0
let firstAt = 0
let changedAt = 0

async function handle(order: Order): Promise<void> {
  if (handlerMs > 0) await work(order)
  handled += 1
  if (handled === total) finish()
}

async function work({ order_id, event_id }: Order): Promise<void> {
  const index = Number(event_id.slice('event-'.length))
  if (index < (last.get(order_id) ?? -1)) orderBreaks += 1
  last.set(order_id, index)
  count(1)
  await sleep(handlerMs)
  count(-1)
}

function count(change: 1 | -1): void {
  const now = performance.now()
  if (firstAt === 0) firstAt = changedAt = now
  handlerTime += running * (now - changedAt)
  changedAt = now
  running += change
  if (running > peak) peak = running
}

const stop = await contenderNamed(values.contender)({
  topic: values.topic,
  group: `${values.topic}-${process.pid}`,
  brokers: values.brokers.split(','),
  concurrency,
  onJoined: () => {
    joinedAt = performance.now()
    cpu = process.cpuUsage()
  },
  handle,
})
await done
const used = process.cpuUsage(cpu)
const result: Throughput = {
  messages: handled,
  ms: performance.now() - joinedAt,
  cpuMs: (used.user + used.system) / 1_000,
  peak,
  busy: handlerMs === 0 ? 0 : handlerTime / ((changedAt - firstAt) * concurrency),
  orderBreaks,
}
console.log(JSON.stringify(result))
await stop()
process.exit(0)
