import {
  type DeadLetter,
  type DeadLetterQueue,
  Failure,
  readDeadLetterDetails,
  redriveHeaders,
  type Subscription,
} from '@longshore/runtime'
import type { FetchedRecord, KafkaDriver } from './driver.ts'
import { decodeHeaders, decodeKey, encodeHeaders, encodeKey } from './headers.ts'
import { CLAIM_CHECK_HEADER, isRuntimeHeader, ownHeaders } from './letter.ts'
import { LetterStatuses } from './letter-statuses.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { partitionOf } from './partitioner.ts'
import type { Publisher } from './publisher.ts'
import { type PlacedRecord, readRecord, readTopic } from './topic-reader.ts'

type Queue = Pick<Subscription, 'group' | 'dlq' | 'retryTopic'>

/** The dead letters of one group in a DLQ topic. What became of them stands in the topic `<dlq>.status`. */
export class KafkaDeadLetterQueue implements DeadLetterQueue {
  readonly #queue: Queue
  readonly #driver: KafkaDriver
  readonly #publisher: Publisher
  readonly #statuses: LetterStatuses
  /** The records of letters handed out, whose own headers a redrive repeats byte for byte. */
  readonly #records = new WeakMap<DeadLetter, FetchedRecord>()

  constructor(queue: Queue, driver: KafkaDriver, publisher: Publisher, options: ResolvedKafkaOptions) {
    this.#queue = queue
    this.#driver = driver
    this.#publisher = publisher
    this.#statuses = new LetterStatuses(`${queue.dlq}.status`, driver, publisher, options)
  }

  async *read(): AsyncGenerator<DeadLetter> {
    await this.#statuses.load()
    for await (const placed of readTopic(this.#driver, this.#queue.dlq)) {
      const letter = this.#letterOf(placed)
      if (isOf(letter, this.#queue.group)) yield letter
    }
  }

  async redrive(letter: DeadLetter): Promise<void> {
    if ((await this.#statuses.of(letter.id)) !== 'waiting') return
    const { retryTopic } = this.#queue
    const record = this.#records.get(letter)
    const key = record?.key ?? encodeKey(letter.key)
    const partitions = await this.#publisher.partitions(retryTopic)
    const partition = key === null ? letter.details.origin.partition % partitions : partitionOf(key, partitions)
    const own = ownHeaders(record?.headers ?? encodeHeaders(letter.headers))
    const added = Object.fromEntries(Object.entries(redriveHeaders(letter)).filter(([name]) => isRuntimeHeader(name)))
    const value = await this.#valueOf(letter)
    await this.#publisher.send([
      { topic: retryTopic, partition, key, value, headers: [...own, ...encodeHeaders(added)] },
    ])
    await this.#statuses.set(letter.id, 'redriven')
  }

  async quarantine(letter: DeadLetter): Promise<void> {
    await this.#statuses.set(letter.id, 'quarantined')
  }

  async close(): Promise<void> {}

  #letterOf({ topic, partition, record }: PlacedRecord): DeadLetter {
    const headers = decodeHeaders(record.headers)
    const id = `${topic}/${partition}/${record.offset}`
    const letter: DeadLetter = {
      id,
      key: decodeKey(record.key),
      value: record.value,
      headers,
      details: readDeadLetterDetails(headers, { topic, partition, offset: record.offset }),
      status: this.#statuses.known(id),
    }
    this.#records.set(letter, record)
    return letter
  }

  /** Of a letter that was too large for the DLQ, the value is where it was first published. */
  async #valueOf({ headers, value, details: { origin } }: DeadLetter): Promise<Uint8Array | null> {
    if (headers[CLAIM_CHECK_HEADER] === undefined) return value
    const record = await readRecord(this.#driver, origin, origin.offset)
    if (record !== undefined) return record.value
    const where = `${origin.topic}/${origin.partition}@${origin.offset}`
    throw new Failure('PERMANENT', `The letter holds no value, and ${where} is not retained any more: it is lost.`)
  }
}

/** A letter that names no group was written by somebody else and is shown to all. */
function isOf({ details }: DeadLetter, group: string | undefined): boolean {
  return details.group === undefined || group === undefined || details.group === group
}
