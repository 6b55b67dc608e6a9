/** One contender, in a process of its own: consumes or publishes `--messages` messages, and prints a {@link Run}. */
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { consume, type OutgoingMessage } from '@longshore/runtime'
import { amqpTransport } from '@longshore/transport-amqp'
import { connect } from 'amqplib'
import { decodeAndValidate, type Order, orderBytes, violationsOf } from '../kafka/work.ts'

export interface Run {
  readonly messages: number
  readonly ms: number
  readonly cpuMs: number
}

const { values } = parseArgs({
  options: {
    contender: { type: 'string', default: '' },
    queue: { type: 'string', default: '' },
    messages: { type: 'string', default: '0' },
    prefetch: { type: 'string', default: '100' },
    url: { type: 'string', default: '' },
  },
})
const { queue, url } = values
const messages = Number(values.messages)
const prefetch = Number(values.prefetch)
const UNCONFIRMED = 1_000

const contenders: { readonly [name: string]: () => Promise<Run> } = {
  'longshore-consume': longshoreConsume,
  'amqplib-consume': amqplibConsume,
  'longshore-publish': longshorePublish,
  'amqplib-publish': amqplibPublish,
}
const contender = contenders[values.contender]
if (contender === undefined) throw new Error(`No contender ${values.contender}.`)
console.log(JSON.stringify(await contender()))
process.exit(0)

async function longshoreConsume(): Promise<Run> {
  const transport = amqpTransport({ url })
  const meter = meterOf(messages)
  const log = { debug() {}, info() {}, warn: console.error, error: console.error }
  const contract = {
    urn: 'urn:events:bench:order:placed',
    topic: queue,
    group: 'bench',
    pii: [],
    validate: violationsOf,
    bindings: { amqp: { queue, prefetch } },
  }
  const consumer = consume<Order>(contract, transport, () => meter.count(), { log, concurrency: prefetch })
  await consumer.start()
  const run = await meter.result
  await consumer.stop()
  await transport.close()
  return run
}

async function amqplibConsume(): Promise<Run> {
  const connection = await connect(url, { noDelay: true })
  const channel = await connection.createChannel()
  const meter = meterOf(messages)
  await channel.prefetch(prefetch)
  const handle = async (_: Order) => {}
  await channel.consume(queue, async (message) => {
    if (message === null) return
    await handle(decodeAndValidate(message.content))
    channel.ack(message)
    meter.count()
  })
  const run = await meter.result
  await channel.close()
  await connection.close()
  return run
}

async function longshorePublish(): Promise<Run> {
  const transport = amqpTransport({ url })
  await transport.probe()
  const send = (message: OutgoingMessage) => transport.publish([message])
  const run = await published((index) => send({ topic: queue, ...orderBytes(index, 1_000) }))
  await transport.close()
  return run
}

async function amqplibPublish(): Promise<Run> {
  const connection = await connect(url, { noDelay: true })
  const channel = await connection.createConfirmChannel()
  const send = (index: number) => {
    const { key, value } = orderBytes(index, 1_000)
    const nowMs = Date.now()
    const headers = { 'x-key': key, timestamp_in_ms: nowMs }
    const timestamp = Math.floor(nowMs / 1_000)
    const properties = { persistent: true, mandatory: true, messageId: randomUUID(), timestamp, headers }
    return new Promise<void>((resolve, reject) =>
      channel.publish('', queue, value, properties, (error: unknown) => (error ? reject(error) : resolve())),
    )
  }
  const run = await published(send)
  await connection.close()
  return run
}

/** Publishes one message after the other, with so many on their way. */
async function published(send: (index: number) => Promise<void>): Promise<Run> {
  const meter = meterOf(messages)
  let next = 0
  const publisher = async () => {
    while (next < messages) {
      await send(next++)
      meter.count()
    }
  }
  await Promise.all(Array.from({ length: UNCONFIRMED }, publisher))
  return meter.result
}

/** Measures from the first count to the last. */
function meterOf(total: number) {
  const { promise: result, resolve } = Promise.withResolvers<Run>()
  let counted = 0
  let startedAt = 0
  let cpu = process.cpuUsage()
  const count = () => {
    if (counted === 0) {
      startedAt = performance.now()
      cpu = process.cpuUsage()
    }
    counted += 1
    if (counted !== total) return
    const { user, system } = process.cpuUsage(cpu)
    resolve({ messages: total, ms: performance.now() - startedAt, cpuMs: (user + system) / 1_000 })
  }
  return { result, count }
}
