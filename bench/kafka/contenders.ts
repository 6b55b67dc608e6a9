/** Consumers that do the same work: Longshore on each driver, and the clients it stands on, in loops a careful person writes by hand. */
import { type ConsumerContract, consume, type Transport } from '@longshore/runtime'
import { decodeAndValidate, type Order, violationsOf } from './work.ts'

export interface Work {
  readonly topic: string
  readonly group: string
  readonly brokers: readonly string[]
  /** Handlers at once, where the contender can. */
  readonly concurrency: number
  readonly handle: (order: Order) => Promise<void>
}

/** Starts; answers how to stop. */
export type Contender = (work: Work) => Promise<() => Promise<unknown>>

export const CONTENDERS: { readonly [name: string]: Contender } = {
  'longshore-platformatic': async (work) => {
    const { kafkaTransport } = await import('@longshore/transport-kafka/platformatic')
    return longshore(kafkaTransport({ brokers: work.brokers }), work)
  },
  'longshore-kafkajs': async (work) => {
    const { kafkaTransport } = await import('@longshore/transport-kafka/kafkajs')
    return longshore(kafkaTransport({ brokers: work.brokers }), work)
  },
  platformatic,
  kafkajs: (work) => kafkajs(work, 1),
  'kafkajs-12': (work) => kafkajs(work, 12),
}

export function contenderNamed(name: string): Contender {
  const contender = CONTENDERS[name]
  if (contender === undefined) throw new Error(`No contender ${name}; there are ${Object.keys(CONTENDERS).join(', ')}.`)
  return contender
}

async function longshore(transport: Transport, { topic, group, concurrency, handle }: Work) {
  const log = { debug() {}, info() {}, warn: console.error, error: console.error }
  const contract: ConsumerContract<Order> = {
    urn: 'urn:events:bench:order:placed',
    topic,
    group,
    pii: [],
    validate: violationsOf,
  }
  const consumer = consume(contract, transport, handle, { log, concurrency })
  await consumer.start()
  return async () => {
    await consumer.stop()
    await transport.close()
  }
}

/** One message at a time, offsets committed behind the handler, four times a second. */
async function platformatic({ topic, group, brokers, handle }: Work) {
  const { Consumer } = await import('@platformatic/kafka')
  const consumer = new Consumer({
    groupId: group,
    clientId: 'bench',
    bootstrapBrokers: [...brokers],
    autocommit: false,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
  })
  const stream = await consumer.consume({
    topics: [topic],
    autocommit: false,
    mode: 'committed',
    fallbackMode: 'earliest',
    maxWaitTime: 500,
  })
  const positions = new Map<number, bigint>()
  const commit = async () => {
    const offsets = [...positions].map(([partition, offset]) => ({ topic, partition, offset, leaderEpoch: -1 }))
    positions.clear()
    if (offsets.length > 0) await consumer.commit({ offsets })
  }
  const loop = async () => {
    let committedAt = performance.now()
    for await (const message of stream) {
      await handle(decodeAndValidate(message.value))
      positions.set(message.partition, message.offset + 1n)
      if (performance.now() - committedAt < 250) continue
      committedAt = performance.now()
      await commit()
    }
  }
  const ended = loop()
  return async () => {
    await stream.close()
    await ended
    await commit()
    await consumer.close(true)
  }
}

async function kafkajs({ topic, group, brokers, handle }: Work, partitionsConsumedConcurrently: number) {
  const { Kafka, logLevel } = await import('kafkajs')
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: 500,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently,
    autoCommitInterval: 250,
    eachMessage: async ({ message }) => handle(decodeAndValidate(message.value ?? Buffer.alloc(0))),
  })
  return () => consumer.disconnect()
}
