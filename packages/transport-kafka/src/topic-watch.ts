import type { Subscription } from '@longshore/runtime'
import type { KafkaDriver, Membership } from './driver.ts'
import { matchingTopics } from './matching-topics.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { provisionTopics } from './provision.ts'

export interface TopicWatchParts {
  readonly driver: KafkaDriver
  readonly options: ResolvedKafkaOptions
  readonly wanted: Subscription
  /** The broker did not answer, or refused: it is looked again after `afterMs`. */
  readonly onTrouble: (error: unknown, attempt: number, afterMs: number) => void
  readonly onRecovered: () => void
}

/** Looks now and then which topics match the pattern of a subscription, and has its member read those. */
export class TopicWatch {
  readonly #parts: TopicWatchParts
  #known: readonly string[]
  #failures = 0
  #looking = false

  /** `known`: the topics read so far. */
  constructor(known: readonly string[], parts: TopicWatchParts) {
    this.#known = known
    this.#parts = parts
  }

  /** Begins; answers how to stop. Does nothing for a subscription without pattern. */
  begin(membership: Membership): () => void {
    const { options, wanted } = this.#parts
    if (wanted.pattern === undefined) return () => {}
    return options.clock.every(options.metadataMaxAgeMs, () => void this.#look(membership))
  }

  async #look(membership: Membership): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      await this.#follow(membership)
      if (this.#failures > 0) this.#parts.onRecovered()
      this.#failures = 0
    } catch (error) {
      this.#failures += 1
      this.#parts.onTrouble(error, this.#failures, this.#parts.options.metadataMaxAgeMs)
    } finally {
      this.#looking = false
    }
  }

  /** A new topic has its dead letter queue before its first message is read. */
  async #follow(membership: Membership): Promise<void> {
    const { driver, options, wanted } = this.#parts
    const topics = await matchingTopics(driver, wanted)
    if (sameNames(topics, this.#known)) return
    const added = topics.filter((topic) => !this.#known.includes(topic))
    await provisionTopics(driver, { ...wanted, topics: added }, options)
    await membership.subscribe([...topics, wanted.retryTopic])
    this.#known = topics
  }
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  const names = new Set(others)
  return some.length === names.size && some.every((name) => names.has(name))
}
