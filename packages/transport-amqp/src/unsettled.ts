import type { Incoming } from '@longshore/runtime'
import type { Channel, ConsumeMessage } from 'amqplib'

interface Held {
  readonly message: ConsumeMessage
  readonly delivery: Incoming
  readonly sinceMs: number
}

/** What one channel delivered and is not settled, and the acknowledgements on their way. */
export class Unsettled {
  readonly #channel: Pick<Channel, 'ack'>
  /** By delivery tag, which rises in the order of delivery. */
  readonly #deliveries = new Map<number, Held>()
  #settled: ConsumeMessage[] = []

  constructor(channel: Pick<Channel, 'ack'>) {
    this.#channel = channel
  }

  add(message: ConsumeMessage, delivery: Incoming, sinceMs: number): void {
    this.#deliveries.set(message.fields.deliveryTag, { message, delivery, sinceMs })
  }

  get messages(): readonly ConsumeMessage[] {
    return [...this.#deliveries.values()].map(({ message }) => message)
  }

  /** When the one that has been here longest came, in Unix milliseconds. */
  get heldSinceMs(): number | undefined {
    return this.#deliveries.values().next().value?.sinceMs
  }

  /** Acknowledges before the event loop turns, in one frame for all that lies before the oldest unsettled delivery. Once per message. */
  settle(message: ConsumeMessage): void {
    if (!this.#deliveries.delete(message.fields.deliveryTag)) return
    if (this.#settled.push(message) === 1) queueMicrotask(() => this.flush())
  }

  /** A channel that has ended takes no acknowledgement: its messages come again, and those here are forgotten. */
  flush(): void {
    const settled = this.#settled
    if (settled.length === 0) return
    this.#settled = []
    try {
      this.#acknowledge(settled)
    } catch {}
  }

  #acknowledge(settled: readonly ConsumeMessage[]): void {
    const oldest = this.#deliveries.keys().next().value ?? Number.POSITIVE_INFINITY
    let last: ConsumeMessage | undefined
    for (const message of settled) {
      const { deliveryTag } = message.fields
      if (deliveryTag > oldest) this.#channel.ack(message)
      else if (last === undefined || deliveryTag > last.fields.deliveryTag) last = message
    }
    if (last !== undefined) this.#channel.ack(last, true)
  }

  countOf(topic: string): number {
    let count = 0
    for (const { delivery } of this.#deliveries.values()) if (delivery.source.topic === topic) count += 1
    return count
  }

  /** When the oldest of a topic was published, in Unix milliseconds. */
  oldestMs(topic: string): number | undefined {
    for (const { delivery } of this.#deliveries.values())
      if (delivery.source.topic === topic) return delivery.timestampMs
    return undefined
  }
}
