import {
  type Assignment,
  deadLetterHeaders,
  Failure,
  type Incoming,
  type Outcome,
  type PartitionLag,
  type Receiver,
  readHistory,
  type Subscribed,
  type Subscription,
  type TransportEvent,
} from '@longshore/runtime'
import { AckQueue, type Ticket } from './ack-queue.ts'
import { handleOf, toIncoming } from './delivered.ts'
import { readMessage } from './incoming.ts'
import type { Link, Received } from './link.ts'
import type { ResolvedMqttOptions } from './options.ts'
import { sessionRequest } from './reading.ts'
import type { RetainedLetters } from './retained-letters.ts'
import { type OpenLink, Session } from './session.ts'

export interface DirectParts {
  readonly openLink: OpenLink
  readonly options: ResolvedMqttOptions
  readonly letters: RetainedLetters
  readonly onClosed: (subscription: DirectSubscription) => void
}

/** What one connection brought. What is not acknowledged when it ends comes again over the next. */
class Flow implements Assignment {
  readonly acks: AckQueue
  /** One for all topics it brings. */
  readonly place: NonNullable<Assignment['place']>
  readonly #ended = new AbortController()
  /** Received, not handed over; read from `#head`. */
  waiting: Pending[] = []
  head = 0
  unsettled = 0

  constructor(link: Link, place: Flow['place']) {
    this.acks = new AckQueue(link)
    this.place = place
  }

  get active(): boolean {
    return !this.#ended.signal.aborted
  }

  get signal(): AbortSignal {
    return this.#ended.signal
  }

  get behind(): number {
    return this.waiting.length - this.head
  }

  end(): void {
    this.waiting = []
    this.head = 0
    this.#ended.abort(new Failure('ASSIGNMENT_LOST', 'The connection was lost; what was not acknowledged comes again.'))
  }
}

interface Pending {
  readonly message: Received
  readonly ticket: Ticket
}

/** A subscription without a spool: a message is acknowledged to the broker when it is settled. */
export class DirectSubscription implements Subscribed {
  readonly #wanted: Subscription
  readonly #receiver: Receiver
  readonly #parts: DirectParts
  readonly #session: Session
  readonly #flows = new Map<Link, Flow>()
  readonly #place: Flow['place']
  /** Places for people and surrogate ids: never the same twice, over restarts either. */
  #offset: bigint
  #stopped = false
  #closed: Promise<void> | undefined

  constructor(wanted: Subscription, receiver: Receiver, parts: DirectParts) {
    const { clock, will, connectTimeoutMs } = parts.options
    this.#wanted = wanted
    this.#receiver = receiver
    this.#parts = parts
    this.#place = { topic: wanted.retryTopic, partition: 0 }
    this.#offset = BigInt(Math.floor(clock.now())) * 1_000_000n
    this.#session = new Session(sessionRequest(wanted, parts.options), {
      openLink: parts.openLink,
      will,
      connectTimeoutMs,
      clock,
      report: (event) => this.#report(event),
      accept: (link, message) => this.#accept(link, message),
      lost: (link) => this.#lost(link),
    })
  }

  open(): Promise<void> {
    return this.#session.open()
  }

  settle(delivery: Incoming, outcome: Outcome): void | Promise<void> {
    if (!delivery.assignment.active) return
    if (outcome.kind === 'ack') return this.#finish(delivery)
    if (outcome.kind === 'retry')
      throw new Failure('CONTRADICTORY_OPTIONS', 'Nothing can hold a message back without a spool.')
    const headers = deadLetterHeaders(delivery, outcome.failure, outcome.record, this.#wanted.group)
    return this.#parts.letters.bury(this.#wanted.dlq, delivery.body, headers).then(() => this.#finish(delivery))
  }

  async lag(): Promise<readonly PartitionLag[]> {
    const flows = [...this.#flows.values()]
    const messages = flows.reduce((sum, { unsettled, behind }) => sum + unsettled + behind, 0)
    return this.#wanted.topics.map((topic, index) => ({ topic, partition: 0, messages: index === 0 ? messages : 0 }))
  }

  async stopFetching(): Promise<void> {
    this.#stopped = true
    for (const flow of this.#flows.values()) {
      flow.waiting = []
      flow.head = 0
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.stopFetching()
    for (const { acks } of this.#flows.values()) acks.flush()
    await this.#session.close()
    this.#parts.onClosed(this)
  }

  #report(event: TransportEvent): void {
    this.#receiver.report(event)
    if (event.kind === 'connected') this.#receiver.report({ kind: 'assigned', partitions: [this.#place] })
  }

  #accept(link: Link, message: Received): boolean {
    if (this.#stopped) return false
    const flow = this.#flowOf(link)
    if (flow.behind >= this.#parts.options.maxWaiting) return false
    const pending = { message, ticket: flow.acks.take(message) }
    if (flow.behind === 0 && this.#isOpen(flow)) this.#handOver(flow, pending)
    else flow.waiting.push(pending)
    return true
  }

  #flowOf(link: Link): Flow {
    const known = this.#flows.get(link)
    if (known !== undefined) return known
    const flow = new Flow(link, this.#place)
    this.#flows.set(link, flow)
    return flow
  }

  #isOpen({ unsettled }: Flow): boolean {
    return unsettled < this.#wanted.window
  }

  #handOver(flow: Flow, { message, ticket }: Pending): void {
    const read = readMessage(message, this.#parts.options)
    const history = message.topic === this.#wanted.retryTopic ? readHistory(read.headers) : undefined
    this.#offset += 1n
    flow.unsettled += 1
    this.#receiver.deliver(toIncoming(read, this.#offset, flow, ticket, history))
  }

  #finish(delivery: Incoming): void {
    const { assignment } = delivery
    if (!(assignment instanceof Flow) || !assignment.active) return
    assignment.unsettled -= 1
    // Handles are made in #handOver alone.
    assignment.acks.finish(handleOf(delivery) as Ticket)
    this.#pump(assignment)
  }

  #pump(flow: Flow): void {
    while (flow.behind > 0 && flow.active && this.#isOpen(flow)) {
      const pending = flow.waiting[flow.head]
      flow.head += 1
      if (pending !== undefined) this.#handOver(flow, pending)
    }
    if (flow.behind > 0) return
    flow.waiting = []
    flow.head = 0
    this.#session.resume()
  }

  #lost(link: Link): void {
    this.#flows.get(link)?.end()
    this.#flows.delete(link)
    this.#receiver.report({ kind: 'revoked', partitions: [this.#place] })
  }
}
