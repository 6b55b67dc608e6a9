import type { DeadLetter } from '@longshore/runtime'
import type { KafkaDriver } from './driver.ts'
import { decodeKey, encodeKey } from './headers.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { create } from './provision.ts'
import type { Publisher } from './publisher.ts'
import { readTopic } from './topic-reader.ts'

type Status = DeadLetter['status']

/** What became of dead letters: a compacted topic of one partition, key the letter's id, value its status. */
export class LetterStatuses {
  readonly #topic: string
  readonly #driver: KafkaDriver
  readonly #publisher: Publisher
  readonly #retentionMs: number
  #statuses: Map<string, Status> | undefined

  constructor(topic: string, driver: KafkaDriver, publisher: Publisher, options: ResolvedKafkaOptions) {
    this.#topic = topic
    this.#driver = driver
    this.#publisher = publisher
    this.#retentionMs = options.deadLetterRetentionMs
  }

  /** Reads all that was ever noted, by whomever. */
  async load(): Promise<void> {
    const statuses = new Map<string, Status>()
    for await (const { record } of readTopic(this.#driver, this.#topic)) {
      const id = decodeKey(record.key)
      const status = decodeKey(record.value)
      if (id !== null && isStatus(status)) statuses.set(id, status)
    }
    this.#statuses = statuses
  }

  /** As of the last load. */
  known(id: string): Status {
    return this.#statuses?.get(id) ?? 'waiting'
  }

  async of(id: string): Promise<Status> {
    if (this.#statuses === undefined) await this.load()
    return this.known(id)
  }

  /** Resolves when the broker has confirmed the note. */
  async set(id: string, status: Status): Promise<void> {
    await this.#provision()
    await this.#publisher.send([
      { topic: this.#topic, partition: 0, key: encodeKey(id), value: encodeKey(status), headers: [] },
    ])
    this.#statuses?.set(id, status)
  }

  /** Notes outlive the letters they speak of: compacted, and deleted only after twice their retention. */
  async #provision(): Promise<void> {
    if ((await this.#driver.describeTopic(this.#topic)) !== undefined) return
    const config = { 'cleanup.policy': 'compact,delete', 'retention.ms': String(2 * this.#retentionMs) }
    await create(this.#driver, { topic: this.#topic, partitions: 1, replicas: -1, config })
  }
}

function isStatus(text: string | null): text is Status {
  return text === 'waiting' || text === 'redriven' || text === 'quarantined'
}
