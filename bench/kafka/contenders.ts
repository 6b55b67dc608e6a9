/** Consumers that do the same work: Longshore on each driver, and the clients it stands on, in loops a careful person writes by hand. */
import { type ConsumerContract, consume, type Transport } from '@longshore/runtime'
import { decodeAndValidate, type Order, violationsOf } from './work.ts'

export interface Work {
  readonly topic: string
  readonly group: string
  readonly brokers: readonly string[]
  /** Handlers at once, where the contender can. */
  readonly concurrency: number
  /** Called once the group is joined and before anything is fetched: what comes before costs each the same, and only once. */
  readonly onJoined: () => void
  readonly handle: (order: Order) => Promise<void>
}

/** Starts; answers how to stop. */
export type Contender = (work: Work) => Promise<() => Promise<unknown>>

export const CONTENDERS: { readonly [name: string]: Contender } = {
  'longshore-platformatic': async (work) => {
    const { kafkaTransport } = await import('@longshore/transport-kafka/platformatic')
    return longshore(kafkaTransport({ brokers: work.brokers }), work)
  },
  'longshore-consumer-protocol': async (work) => {
    const { kafkaTransport } = await import('@longshore/transport-kafka/platformatic')
    return longshore(kafkaTransport({ brokers: work.brokers, groupProtocol: 'consumer' }), work)
  },
  'longshore-kafkajs': async (work) => {
    const { kafkaTransport } = await import('@longshore/transport-kafka/kafkajs')
    return longshore(kafkaTransport({ brokers: work.brokers }), work)
  },
  platformatic,
  /** As its users run it: `eachMessage`, which commits behind the handler, by its default at the end of each fetched batch. */
  kafkajs: (work) => kafkajs(work, 1),
  'kafkajs-12': (work) => kafkajs(work, 12),
  /** The same, with the commits of the loop by hand: four times a second. */
  'kafkajs-manual': kafkajsManual,
}

export function contenderNamed(name: string): Contender {
  const contender = CONTENDERS[name]
  if (contender === undefined) throw new Error(`No contender ${name}; there are ${Object.keys(CONTENDERS).join(', ')}.`)
  return contender
}

async function longshore(transport: Transport, { topic, group, concurrency, onJoined, handle }: Work) {
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
  onJoined()
  return async () => {
    await consumer.stop()
    await transport.close()
  }
}

const COMMIT_EVERY_MS = 250

/** One message at a time, offsets committed behind the handler, four times a second. */
async function platformatic({ topic, group, brokers, onJoined, handle }: Work) {
  const { Consumer } = await import('@platformatic/kafka')
  const consumer = new Consumer({
    groupId: group,
    clientId: 'bench',
    bootstrapBrokers: [...brokers],
    autocommit: false,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
  })
  consumer.once('consumer:group:join', onJoined)
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
      if (performance.now() - committedAt < COMMIT_EVERY_MS) continue
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

async function kafkajs(work: Work, partitionsConsumedConcurrently: number) {
  const consumer = await kafkajsConsumer(work)
  await consumer.run({
    partitionsConsumedConcurrently,
    eachMessage: async ({ message }) => work.handle(decodeAndValidate(message.value ?? Buffer.alloc(0))),
  })
  return () => consumer.disconnect()
}

async function kafkajsManual(work: Work) {
  const consumer = await kafkajsConsumer(work)
  const { topic } = work
  const positions = new Map<number, string>()
  let committedAt = performance.now()
  const commit = async () => {
    committedAt = performance.now()
    const offsets = [...positions].map(([partition, offset]) => ({ topic, partition, offset }))
    positions.clear()
    if (offsets.length > 0) await consumer.commitOffsets(offsets)
  }
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message, partition }) => {
      await work.handle(decodeAndValidate(message.value ?? Buffer.alloc(0)))
      positions.set(partition, String(BigInt(message.offset) + 1n))
      if (performance.now() - committedAt >= COMMIT_EVERY_MS) await commit()
    },
  })
  return async () => {
    // A stopped consumer cannot commit.
    await commit()
    await consumer.disconnect()
  }
}

async function kafkajsConsumer({ topic, group, brokers, onJoined }: Work) {
  const { Kafka, logLevel } = await import('kafkajs')
  const kafka = new Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: 500,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
  })
  const stopListening = consumer.on(consumer.events.GROUP_JOIN, () => {
    stopListening()
    onJoined()
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  return consumer
}
