/**
 * One contender, in a process of its own: reads `--messages` messages of `--topic` as a new group, from the first delivery to the last,
 * and prints `{ messages, ms, cpuMs, peakInFlight }`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { consume } from '@longshore/runtime'
import { decodeAndValidate, type Order, violationsOf } from './work.ts'

const { values } = parseArgs({
  options: {
    contender: { type: 'string', default: 'longshore-platformatic' },
    topic: { type: 'string', default: '' },
    messages: { type: 'string', default: '0' },
    handlerMs: { type: 'string', default: '0' },
    concurrency: { type: 'string', default: '64' },
    brokers: { type: 'string', default: '127.0.0.1:9092' },
  },
})
const total = Number(values.messages)
const handlerMs = Number(values.handlerMs)
const brokers = values.brokers.split(',')
const group = `bench-${process.pid}-${Date.now()}`

/** Counts what is handled and checks that each key comes in order. */
class Tally {
  handled = 0
  running = 0
  peak = 0
  orderBreaks = 0
  startedAt = 0
  #cpu = process.cpuUsage()
  readonly #last = new Map<string, number>()
  readonly done: Promise<void>
  #finish: () => void = () => undefined

  constructor() {
    this.done = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  readonly handle = async (order: Order): Promise<void> => {
    if (this.handled === 0 && this.running === 0) this.#begin()
    this.running += 1
    if (this.running > this.peak) this.peak = this.running
    if (handlerMs > 0) await this.#slow(order)
    this.running -= 1
    this.handled += 1
    if (this.handled === total) this.#finish()
  }

  result() {
    const cpu = process.cpuUsage(this.#cpu)
    const ms = performance.now() - this.startedAt
    return {
      messages: this.handled,
      ms,
      cpuMs: (cpu.user + cpu.system) / 1_000,
      peakInFlight: this.peak,
      orderBreaks: this.orderBreaks,
    }
  }

  #begin(): void {
    this.startedAt = performance.now()
    this.#cpu = process.cpuUsage()
  }

  async #slow({ order_id, event_id }: Order): Promise<void> {
    const index = Number(event_id.slice('event-'.length))
    if (index < (this.#last.get(order_id) ?? -1)) this.orderBreaks += 1
    this.#last.set(order_id, index)
    await sleep(handlerMs)
  }
}

const tally = new Tally()
const CONTENDERS: { readonly [name: string]: () => Promise<() => Promise<unknown>> } = {
  'longshore-platformatic': async () => {
    const { kafkaTransport } = await import('@longshore/transport-kafka/platformatic')
    return runLongshore(kafkaTransport({ brokers }))
  },
  'longshore-kafkajs': async () => {
    const { kafkaTransport } = await import('@longshore/transport-kafka/kafkajs')
    return runLongshore(kafkaTransport({ brokers }))
  },
  platformatic: runPlatformatic,
  kafkajs: () => runKafkajs({}),
  'kafkajs-12': () => runKafkajs({ partitionsConsumedConcurrently: 12 }),
}

const start = CONTENDERS[values.contender]
if (start === undefined)
  throw new Error(`No contender ${values.contender}; there are ${Object.keys(CONTENDERS).join(', ')}.`)
const stop = await start()
await tally.done
console.log(JSON.stringify(tally.result()))
await stop()
process.exit(0)

async function runLongshore(transport: Parameters<typeof consume>[1]) {
  const log = { debug() {}, info() {}, warn: console.error, error: console.error }
  const consumer = consume<Order>(
    { urn: 'urn:events:bench:order:placed', topic: values.topic, group, pii: [], validate: violationsOf },
    transport,
    tally.handle,
    { log, concurrency: Number(values.concurrency) },
  )
  await consumer.start()
  return async () => {
    await consumer.stop()
    await transport.close()
  }
}

/** The same client in a loop by hand: one message at a time, offsets committed behind the handler, four times a second. */
async function runPlatformatic() {
  const { Consumer, stringDeserializers: _ } = await import('@platformatic/kafka')
  const consumer = new Consumer({ groupId: group, clientId: 'bench', bootstrapBrokers: brokers, autocommit: false })
  const stream = await consumer.consume({
    topics: [values.topic],
    autocommit: false,
    mode: 'committed',
    fallbackMode: 'earliest',
    maxWaitTime: 500,
  })
  const positions = new Map<number, bigint>()
  const commit = async () => {
    const offsets = [...positions].map(([partition, offset]) => ({
      topic: values.topic,
      partition,
      offset,
      leaderEpoch: -1,
    }))
    positions.clear()
    if (offsets.length > 0) await consumer.commit({ offsets })
  }
  let committedAt = performance.now()
  void (async () => {
    for await (const message of stream) {
      await tally.handle(decodeAndValidate(message.value))
      positions.set(message.partition, message.offset + 1n)
      if (performance.now() - committedAt < 250) continue
      committedAt = performance.now()
      await commit()
    }
  })()
  return async () => {
    await commit()
    await stream.close()
    await consumer.close(true)
  }
}

async function runKafkajs(options: { readonly partitionsConsumedConcurrently?: number }) {
  const { Kafka, logLevel } = await import('kafkajs')
  const consumer = new Kafka({ clientId: 'bench', brokers, logLevel: logLevel.NOTHING }).consumer({
    groupId: group,
    maxWaitTimeInMs: 500,
  })
  await consumer.connect()
  await consumer.subscribe({ topic: values.topic, fromBeginning: true })
  await consumer.run({
    ...options,
    autoCommitInterval: 250,
    eachMessage: async ({ message }) => tally.handle(decodeAndValidate(message.value ?? Buffer.alloc(0))),
  })
  return () => consumer.disconnect()
}
