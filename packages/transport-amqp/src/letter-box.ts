import type { Incoming, Outcome, Subscription } from '@longshore/runtime'
import { declareQueue } from './declare.ts'
import { delayFor } from './delays.ts'
import type { Envelope } from './envelope.ts'
import { messageOf } from './incoming.ts'
import { delayedOf, letterOf, movedTo } from './letter.ts'
import type { Link } from './link.ts'
import type { ResolvedAmqpOptions } from './options.ts'
import type { Publisher } from './publisher.ts'
import { delayQueue } from './topology.ts'

export interface LetterBoxParts {
  readonly link: Link
  readonly publisher: Publisher
  readonly options: ResolvedAmqpOptions
}

/** Carries failed deliveries to the DLQ, and delayed ones to where they wait, confirmed. */
export class LetterBox {
  readonly #wanted: Pick<Subscription, 'dlq' | 'retryTopic' | 'group'>
  readonly #parts: LetterBoxParts
  /** Waits whose queue is known to be there. */
  readonly #declared = new Set<number>()

  constructor(wanted: Pick<Subscription, 'dlq' | 'retryTopic' | 'group'>, parts: LetterBoxParts) {
    this.#wanted = wanted
    this.#parts = parts
  }

  /** Resolves when the broker has confirmed the copy. */
  async post(delivery: Incoming, outcome: Exclude<Outcome, { kind: 'ack' }>): Promise<void> {
    const { group } = this.#wanted
    if (outcome.kind === 'dead-letter') return this.#parts.publisher.send([letterOf(delivery, outcome, this.#wanted)])
    const notBeforeMs = this.#parts.options.clock.now() + outcome.afterMs
    await this.#delay(outcome.afterMs, (queue) => delayedOf(delivery, outcome, { queue, group, notBeforeMs }))
  }

  /** Lets a message wait another turn, as it is. */
  async postpone(delivery: Incoming, afterMs: number): Promise<void> {
    const message = messageOf(delivery)
    if (message !== undefined) await this.#delay(afterMs, (queue) => movedTo(queue, message))
  }

  async #delay(afterMs: number, letterTo: (queue: string) => Envelope): Promise<void> {
    const { link, options, publisher } = this.#parts
    const delayMs = delayFor(afterMs)
    const queue = delayQueue(this.#wanted.retryTopic, delayMs, options)
    if (!this.#declared.has(delayMs)) {
      await link.use((model) => declareQueue(model, queue))
      this.#declared.add(delayMs)
    }
    try {
      await publisher.send([letterTo(queue.name)])
    } catch (error) {
      this.#declared.delete(delayMs)
      throw error
    }
  }
}
