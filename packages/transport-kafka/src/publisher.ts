import { DEAD_LETTER_HEADERS, Failure, type OutgoingMessage } from '@longshore/runtime'
import { brokerFailure, isTooLarge } from './broker-failure.ts'
import type { KafkaDriver, RecordToSend } from './driver.ts'
import { encodeHeaders, encodeKey, headerBytes } from './headers.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { partitionOf } from './partitioner.ts'

/** A record on its way, with the promise it answers. */
interface Pending {
  readonly record: RecordToSend
  readonly bytes: number
  readonly done: () => void
  readonly failed: (failure: Failure) => void
}

/** What waits for one partition. One request at most is in flight for it, which keeps the order through any retry. */
interface Lane {
  readonly waiting: Pending[]
  busy: boolean
}

/** What was taken from a lane for one request. */
interface Batch {
  readonly lane: Lane
  readonly taken: readonly Pending[]
}

type PublisherOptions = Pick<ResolvedKafkaOptions, 'batchBytes' | 'lingerMs' | 'metadataMaxAgeMs' | 'clock'>

/** Length fields and varints around a record, generously. */
const RECORD_BYTES = 64
/** Bounds a request: 64 full batches stay below the broker's `socket.request.max.bytes`. */
const LANES_PER_REQUEST = 64

/**
 * Sends records in batches, one request in flight per partition. A batch that fails takes along what waits behind it in its partition:
 * whoever repeats the failed message must find nothing of the same key before it.
 */
export class Publisher {
  readonly #driver: Pick<KafkaDriver, 'send' | 'describeTopic'>
  readonly #options: PublisherOptions
  readonly #lanes = new Map<string, Map<number, Lane>>()
  readonly #partitions = new Map<string, { readonly count: Promise<number>; readonly atMs: number }>()
  #flushDue = false
  #keyless = 0

  constructor(driver: Pick<KafkaDriver, 'send' | 'describeTopic'>, options: PublisherOptions) {
    this.#driver = driver
    this.#options = options
  }

  /** Resolves when the broker has acknowledged all. Rejects with PUBLISH_FAILED or BROKER_REFUSED when one could not be stored. */
  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.#keyless += 1
    const topics = new Set(messages.map(({ topic }) => topic))
    const counts = new Map<string, number>()
    await Promise.all([...topics].map(async (topic) => counts.set(topic, await this.partitions(topic))))
    await this.send(messages.map((message) => this.#toRecord(message, counts.get(message.topic) ?? 1)))
  }

  /** The same for records whose partition is chosen. */
  send(records: readonly RecordToSend[]): Promise<void> {
    return new Promise((resolve, failed) => {
      let left = records.length
      if (left === 0) resolve()
      const done = () => {
        left -= 1
        if (left === 0) resolve()
      }
      for (const record of records) {
        const bytes =
          (record.key?.length ?? 0) + (record.value?.length ?? 0) + headerBytes(record.headers) + RECORD_BYTES
        this.#laneOf(record).waiting.push({ record, bytes, done, failed })
      }
      this.#flushSoon()
    })
  }

  /** How many partitions a topic has, asked again when the answer has aged. */
  partitions(topic: string): Promise<number> {
    const { clock, metadataMaxAgeMs } = this.#options
    const nowMs = clock.now()
    const known = this.#partitions.get(topic)
    if (known !== undefined && nowMs - known.atMs < metadataMaxAgeMs) return known.count
    const count = this.#askPartitions(topic)
    this.#partitions.set(topic, { count, atMs: nowMs })
    count.catch(() => this.#partitions.delete(topic))
    return count
  }

  async #askPartitions(topic: string): Promise<number> {
    const description = await this.#driver.describeTopic(topic)
    if (description !== undefined) return description.partitions
    throw new Failure('BROKER_REFUSED', `Topic ${topic} does not exist. Create it before you publish to it.`)
  }

  #toRecord(message: OutgoingMessage, partitions: number): RecordToSend {
    const { topic, value, messageId, headers = {} } = message
    const key = encodeKey(message.key)
    const all = messageId === undefined ? headers : { ...headers, [DEAD_LETTER_HEADERS.messageId]: messageId }
    const partition = key === null ? this.#keyless % partitions : partitionOf(key, partitions)
    return { topic, partition, key, value, headers: encodeHeaders(all) }
  }

  #laneOf({ topic, partition }: RecordToSend): Lane {
    const lanes = this.#lanes.get(topic) ?? new Map<number, Lane>()
    this.#lanes.set(topic, lanes)
    const lane = lanes.get(partition) ?? { waiting: [], busy: false }
    lanes.set(partition, lane)
    return lane
  }

  #flushSoon(): void {
    if (this.#flushDue) return
    this.#flushDue = true
    const { lingerMs, clock } = this.#options
    if (lingerMs > 0) clock.sleep(lingerMs).then(() => this.#flush())
    else queueMicrotask(() => this.#flush())
  }

  /** One request with a batch of every lane that has none in flight. */
  #flush(): void {
    this.#flushDue = false
    const batches: Batch[] = []
    for (const lanes of this.#lanes.values()) {
      for (const lane of lanes.values()) {
        if (lane.busy || lane.waiting.length === 0 || batches.length === LANES_PER_REQUEST) continue
        lane.busy = true
        batches.push({ lane, taken: takeBatch(lane, this.#options.batchBytes) })
      }
    }
    if (batches.length > 0) void this.#sendBatches(batches)
  }

  async #sendBatches(batches: readonly Batch[]): Promise<void> {
    try {
      await this.#driver.send(batches.flatMap(({ taken }) => taken.map(({ record }) => record)))
      for (const { taken } of batches) for (const { done } of taken) done()
    } catch (error) {
      if (isTooLarge(error)) await this.#sendSingly(batches)
      else for (const batch of batches) fail(batch, error)
    }
    for (const { lane } of batches) lane.busy = false
    if (batches.some(({ lane }) => lane.waiting.length > 0)) this.#flushSoon()
  }

  /** One record was too large for its topic: the others must not fail with it. */
  async #sendSingly(batches: readonly Batch[]): Promise<void> {
    for (const { lane, taken } of batches) {
      for (const [index, pending] of taken.entries()) {
        try {
          await this.#driver.send([pending.record])
          pending.done()
        } catch (error) {
          fail({ lane, taken: taken.slice(index) }, error)
          break
        }
      }
    }
  }
}

/** Fails a batch and what waits behind it. */
function fail({ lane, taken }: Batch, error: unknown): void {
  const all = [...taken, ...lane.waiting.splice(0)]
  const failure = brokerFailure(error, `publishing to ${all[0]?.record.topic}`, 'PUBLISH_FAILED')
  for (const { failed } of all) failed(failure)
}

/** As many as fit into a batch, one at least. */
function takeBatch({ waiting }: Lane, maxBytes: number): readonly Pending[] {
  let bytes = 0
  const end = waiting.findIndex((pending, index) => {
    bytes += pending.bytes
    return index > 0 && bytes > maxBytes
  })
  return waiting.splice(0, end === -1 ? waiting.length : end)
}
