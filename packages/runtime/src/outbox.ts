import type { OutgoingMessage } from './transport.ts'

/** A message that waits in the outbox. */
export interface OutboxMessage extends OutgoingMessage {
  /** Kept from the row to the receiver: a message relayed twice can be recognised. */
  readonly messageId: string
}

/**
 * Outgoing messages, written in the transaction of the effect that causes them and published afterwards: both happen or neither does.
 * Messages of one key are published in the order their transactions were committed.
 */
export interface Outbox<Tx> {
  /** Adds to the transaction. A message without id gets a random one. */
  add(tx: Tx, messages: readonly OutgoingMessage[]): Promise<void>
}
