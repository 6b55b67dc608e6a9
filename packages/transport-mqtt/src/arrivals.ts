import { AckQueue, type Ticket } from './ack-queue.ts'
import { readMessage } from './incoming.ts'
import type { Link, Received } from './link.ts'
import type { ResolvedMqttOptions } from './options.ts'
import type { SpoolMessage } from './spool.ts'

export interface ArrivalsParts {
  readonly options: ResolvedMqttOptions
  /** Stores a batch and calls back once it is stored, before anything of it is worked on. Answers `false` when it was stopped first. */
  readonly store: (messages: readonly SpoolMessage[], stored: () => void) => Promise<boolean>
  /** All that came is stored: there is room again. */
  readonly onEmpty: () => void
}

/** Received and not yet stored. */
interface Arrival {
  readonly link: Link
  readonly acks: AckQueue
  readonly ticket: Ticket
  readonly message: SpoolMessage
}

/** Messages on their way into the spool: stored batch by batch as they come, and acknowledged to the broker once they are. */
export class Arrivals {
  readonly #parts: ArrivalsParts
  readonly #acks = new Map<Link, AckQueue>()
  #arrivals: Arrival[] = []
  #storing: Promise<void> | undefined

  constructor(parts: ArrivalsParts) {
    this.#parts = parts
  }

  /** Answers whether there was room. */
  accept(link: Link, message: Received): boolean {
    const { options } = this.#parts
    if (this.#arrivals.length >= options.maxWaiting) return false
    const acks = this.#acks.get(link) ?? new AckQueue(link)
    this.#acks.set(link, acks)
    this.#arrivals.push({ link, acks, ticket: acks.take(message), message: readMessage(message, options) })
    this.#storing ??= this.#store().finally(() => {
      this.#storing = undefined
    })
    return true
  }

  /** What the link brought and is not acknowledged comes again over another. */
  lost(link: Link): void {
    this.#acks.delete(link)
  }

  /** Lets go of what is not being stored; resolves when nothing is. */
  async stop(): Promise<void> {
    this.#arrivals = []
    await this.#storing
  }

  /** Writes every acknowledgement that is due. */
  flush(): void {
    for (const acks of this.#acks.values()) acks.flush()
  }

  /** What comes while a batch is stored makes the next one. */
  async #store(): Promise<void> {
    await Promise.resolve()
    while (this.#arrivals.length > 0) {
      // What an ended connection brought comes again over the next.
      this.#arrivals = this.#arrivals.filter(({ link }) => link.open)
      const batch = this.#arrivals.slice(0, this.#parts.options.batch)
      if (batch.length === 0) break
      const messages = batch.map(({ message }) => message)
      if (!(await this.#parts.store(messages, () => this.#acknowledge(batch)))) return
      this.#arrivals = this.#arrivals.slice(batch.length)
    }
    this.#parts.onEmpty()
  }

  #acknowledge(batch: readonly Arrival[]): void {
    for (const { acks, ticket } of batch) acks.finish(ticket)
    this.flush()
  }
}
