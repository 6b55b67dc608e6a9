import type { Link, Received } from './link.ts'

/** One message's place in the order of acknowledgements. */
export interface Ticket {
  readonly message: Pick<Received, 'packetId' | 'qos'>
  isDone: boolean
}

/**
 * Acknowledges in the order of receipt, as the standard asks (MQTT 5, section 4.6): a message that is done waits for those before it.
 * What becomes free in one turn of the event loop leaves in one write.
 */
export class AckQueue {
  readonly #link: Pick<Link, 'acknowledge'>
  #tickets: Ticket[] = []
  #head = 0
  #flushDue = false

  constructor(link: Pick<Link, 'acknowledge'>) {
    this.#link = link
  }

  /** Call it in the order of receipt. */
  take(message: Pick<Received, 'packetId' | 'qos'>): Ticket {
    const ticket = { message, isDone: message.qos === 0 }
    if (!ticket.isDone) this.#tickets.push(ticket)
    return ticket
  }

  finish(ticket: Ticket): void {
    if (ticket.isDone) return
    ticket.isDone = true
    if (this.#flushDue) return
    this.#flushDue = true
    setImmediate(() => this.flush())
  }

  /** Writes at once what may be acknowledged. */
  flush(): void {
    this.#flushDue = false
    const start = this.#head
    while (this.#tickets[this.#head]?.isDone) this.#head += 1
    if (this.#head > start) this.#link.acknowledge(this.#tickets.slice(start, this.#head).map(({ message }) => message))
    if (this.#head * 2 < this.#tickets.length) return
    this.#tickets = this.#tickets.slice(this.#head)
    this.#head = 0
  }
}
