import { dlqOf, Failure, type Incoming, type Outcome, originOf, type Subscription } from '@longshore/runtime'
import { isTooLarge } from './broker-failure.ts'
import type { KafkaDriver, TopicPartition } from './driver.ts'
import { encodeKey, headerBytes } from './headers.ts'
import { recordOf } from './incoming.ts'
import { type Letter, lettersOf } from './letter.ts'
import { partitionOf } from './partitioner.ts'
import { messageBytes } from './provision.ts'
import type { Publisher } from './publisher.ts'

/** Carries failed deliveries to the DLQ and to the retry lane, confirmed, in the largest form the topic takes. */
export class LetterBox {
  readonly #driver: KafkaDriver
  readonly #publisher: Publisher
  readonly #wanted: Pick<Subscription, 'dlq' | 'retryTopic' | 'group'>
  readonly #limits = new Map<string, Promise<number>>()

  constructor(driver: KafkaDriver, publisher: Publisher, wanted: Pick<Subscription, 'dlq' | 'retryTopic' | 'group'>) {
    this.#driver = driver
    this.#publisher = publisher
    this.#wanted = wanted
  }

  /** Resolves when the broker has confirmed the copy. `nowMs` is what a delay counts from. */
  async post(delivery: Incoming, outcome: Exclude<Outcome, { kind: 'ack' }>, nowMs: number): Promise<void> {
    const { dlq, retryTopic, group } = this.#wanted
    const topic = outcome.kind === 'retry' ? retryTopic : dlqOf({ dlq }, originOf(delivery).topic)
    const notBeforeMs = outcome.kind === 'retry' ? nowMs + outcome.afterMs : undefined
    const to = { topic, partition: await this.#partitionFor(delivery, topic) }
    await this.#sendLargest(to, lettersOf(delivery, outcome, group, notBeforeMs))
  }

  /** Keys stay together; a message without key keeps the neighbours of its partition. */
  async #partitionFor(delivery: Incoming, topic: string): Promise<number> {
    const partitions = await this.#publisher.partitions(topic)
    const key = recordOf(delivery)?.key ?? encodeKey(delivery.key)
    return key === null ? delivery.source.partition % partitions : partitionOf(key, partitions)
  }

  async #sendLargest(to: TopicPartition, letters: readonly Letter[]): Promise<void> {
    const limit = await this.#limitOf(to.topic)
    const fitting = letters.filter((letter, form) => form === letters.length - 1 || sizeOf(letter) <= limit)
    for (const letter of fitting) {
      try {
        return await this.#publisher.send([{ ...to, ...letter }])
      } catch (error) {
        this.#limits.delete(to.topic)
        if (!isTooLarge(error)) throw error
      }
    }
    throw new Failure(
      'PUBLISH_FAILED',
      `${to.topic} does not take even a message without value. Raise max.message.bytes.`,
    )
  }

  #limitOf(topic: string): Promise<number> {
    const known = this.#limits.get(topic)
    if (known !== undefined) return known
    const limit = messageBytes(this.#driver, topic)
    this.#limits.set(topic, limit)
    limit.catch(() => this.#limits.delete(topic))
    return limit
  }
}

/** Bytes of the record batch that carries the letter alone. */
function sizeOf({ key, value, headers }: Letter): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + headerBytes(headers) + headers.length * 8 + 96
}
