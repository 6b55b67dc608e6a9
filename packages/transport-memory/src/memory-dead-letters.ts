import {
  type Clock,
  type DeadLetter,
  type DeadLetterQueue,
  readDeadLetterDetails,
  redriveHeaders,
  type Subscription,
} from '@longshore/runtime'
import type { MemoryBroker } from './memory-broker.ts'

/** The dead letters of one group in a memory broker. */
export class MemoryDeadLetters implements DeadLetterQueue {
  readonly #broker: MemoryBroker
  readonly #clock: Clock
  readonly #subscription: Pick<Subscription, 'group' | 'dlq' | 'retryTopic'>

  constructor(broker: MemoryBroker, clock: Clock, subscription: Pick<Subscription, 'group' | 'dlq' | 'retryTopic'>) {
    this.#broker = broker
    this.#clock = clock
    this.#subscription = subscription
  }

  async *read(): AsyncIterable<DeadLetter> {
    const { dlq, group } = this.#subscription
    const letters = this.#broker.topic(dlq).flatMap((log, partition) => log.map((record) => ({ record, partition })))
    letters.sort((one, other) => one.record.timestampMs - other.record.timestampMs)
    for (const { record, partition } of letters) {
      const id = `${dlq}/${partition}/${record.offset}`
      const { key, value, headers, offset } = record
      const details = readDeadLetterDetails(headers, { topic: dlq, partition, offset })
      if (group !== undefined && details.group !== group) continue
      yield { id, key, value, headers, details, status: this.#broker.letterStatus.get(id) ?? 'waiting' }
    }
  }

  async redrive(letter: DeadLetter): Promise<void> {
    if ((this.#broker.letterStatus.get(letter.id) ?? 'waiting') !== 'waiting') return
    const { key, value, details } = letter
    const timestampMs = details.originalTimestampMs ?? this.#clock.now()
    this.#broker.append(this.#subscription.retryTopic, { key, value, headers: redriveHeaders(letter), timestampMs })
    this.#broker.letterStatus.set(letter.id, 'redriven')
  }

  async quarantine(letter: DeadLetter): Promise<void> {
    this.#broker.letterStatus.set(letter.id, 'quarantined')
  }

  async close(): Promise<void> {}
}
