import { createHash } from 'node:crypto'
import type { ConsumeMessage } from 'amqplib'

/**
 * How often messages were delivered and not settled by somebody who is no more. Quorum queues count what they give out again, whatever
 * the reason; what came back because this process lost or gave up its channel is taken off, for it lives.
 */
export class DeliveryCount {
  /** By what a message is known by: how often this process had it in hand when a channel of its own ended. */
  #forgiven: ReadonlyMap<string, number> = new Map()

  of(message: ConsumeMessage): number {
    const count: unknown = message.properties.headers?.['x-delivery-count']
    if (typeof count !== 'number' || count === 0) return 0
    return Math.max(0, count - (this.#forgiven.get(fingerprintOf(message)) ?? 0))
  }

  /** Called with all that a channel had delivered and was not settled when it ended. What it did not have is with others by now. */
  forgive(messages: readonly ConsumeMessage[]): void {
    const before = this.#forgiven
    const fingerprints = new Set(messages.map(fingerprintOf))
    this.#forgiven = new Map([...fingerprints].map((known) => [known, (before.get(known) ?? 0) + 1]))
  }
}

/** The same however often a message is delivered: its id, else its content. */
export function fingerprintOf({ content, properties: { messageId } }: ConsumeMessage): string {
  if (typeof messageId === 'string' && messageId !== '') return messageId
  return createHash('sha256').update(content).digest('base64')
}
