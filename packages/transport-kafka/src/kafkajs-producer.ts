import { CompressionTypes, type Kafka, type Producer } from 'kafkajs'
import type { RecordToSend } from './driver.ts'
import { groupBy } from './group-by.ts'
import { bufferOf, toClientHeaders } from './kafkajs-records.ts'
import type { ResolvedKafkaOptions } from './options.ts'

const SEND_RETRY_MS = 250

interface Session {
  readonly producer: Producer
  readonly connected: Promise<void>
  inFlight: number
}

/**
 * Sends with an idempotent producer, a new one after each failure: the client counts a failed batch back and gives its sequence numbers
 * to the next, which the broker would take for the failed one and drop, had that arrived after all.
 */
export class KafkajsProducer {
  readonly #kafka: Kafka
  readonly #options: ResolvedKafkaOptions
  readonly #sessions = new Set<Session>()
  #current: Session | undefined

  constructor(kafka: Kafka, options: ResolvedKafkaOptions) {
    this.#kafka = kafka
    this.#options = options
  }

  async send(records: readonly RecordToSend[]): Promise<void> {
    this.#current ??= this.#open()
    const session = this.#current
    session.inFlight += 1
    try {
      await session.connected
      await session.producer.sendBatch({ topicMessages: byTopic(records), acks: -1, compression: this.#compression() })
    } catch (error) {
      if (this.#current === session) this.#current = undefined
      throw error
    } finally {
      session.inFlight -= 1
      if (this.#current !== session && session.inFlight === 0) void this.#end(session)
    }
  }

  async close(): Promise<void> {
    this.#current = undefined
    await Promise.all([...this.#sessions].map((session) => this.#end(session)))
  }

  #open(): Session {
    const retries = Math.max(1, Math.floor(this.#options.deliveryTimeoutMs / SEND_RETRY_MS))
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { retries, initialRetryTime: SEND_RETRY_MS, maxRetryTime: SEND_RETRY_MS, multiplier: 1, factor: 0 },
    })
    const connected = producer.connect()
    connected.catch(() => {})
    const session = { producer, connected, inFlight: 0 }
    this.#sessions.add(session)
    return session
  }

  async #end(session: Session): Promise<void> {
    this.#sessions.delete(session)
    await session.producer.disconnect().catch(() => {})
  }

  #compression(): CompressionTypes {
    return this.#options.compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None
  }
}

function byTopic(records: readonly RecordToSend[]) {
  return [...groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ partition, key, value, headers }) => ({
      partition,
      key: key === null ? null : bufferOf(key),
      value: value === null ? null : bufferOf(value),
      headers: toClientHeaders(headers),
    })),
  }))
}
