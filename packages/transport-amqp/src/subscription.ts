import {
  DEAD_LETTER_HEADERS,
  Failure,
  type Incoming,
  type Outcome,
  type PartitionLag,
  type Receiver,
  reconnectAfterMs,
  type Subscribed,
  type Subscription,
  Suspects,
} from '@longshore/runtime'
import type { ChannelModel } from 'amqplib'
import { brokerFailure, consumerTimeoutIn } from './broker-failure.ts'
import { ChannelSession, type SessionRules } from './channel-session.ts'
import { declareTopology, queueDepths } from './declare.ts'
import { DeliveryCount, fingerprintOf } from './delivery-count.ts'
import { messageOf } from './incoming.ts'
import { LetterBox } from './letter-box.ts'
import type { Link } from './link.ts'
import type { ResolvedAmqpOptions } from './options.ts'
import type { Publisher } from './publisher.ts'
import { type Topology, topologyOf } from './topology.ts'

/** What a subscription works with; they belong to the transport. */
export interface SubscriptionParts {
  readonly link: Link
  readonly publisher: Publisher
  readonly options: ResolvedAmqpOptions
  /** Called once when the subscription is closed. */
  readonly onClosed: (subscription: AmqpSubscription) => void
}

/** The largest prefetch the protocol can say. */
const MOST_PREFETCH = 65_535
/** A delayed message may come so much too early, for its wait was rounded to the queues there are. */
const EARLY_MS = 250
/** RabbitMQ's own, until it says another. */
const CONSUMER_TIMEOUT_MS = 30 * 60 * 1_000

/** A consumer of a group's queues, on one channel after the other. */
export class AmqpSubscription implements Subscribed {
  readonly #receiver: Receiver
  readonly #parts: SubscriptionParts
  readonly #topology: Topology
  readonly #letters: LetterBox
  readonly #rules: SessionRules
  readonly #what: string
  /** All messages are in one order, whatever their key. */
  readonly #isOrdered: boolean
  readonly #closing = new AbortController()
  readonly #counts = new DeliveryCount()
  /** How long the broker lets a message be unacknowledged. */
  #consumerTimeoutMs = CONSUMER_TIMEOUT_MS
  #session: ChannelSession | undefined
  /** Of the session. */
  #suspects: Suspects | undefined
  #stopped = false
  #closed: Promise<void> | undefined

  constructor(wanted: Subscription, receiver: Receiver, parts: SubscriptionParts) {
    const { clock, keyHeaders, messageIdHeaders } = parts.options
    this.#receiver = receiver
    this.#parts = parts
    this.#topology = topologyOf(wanted, parts.options)
    this.#letters = new LetterBox(wanted, parts)
    this.#isOrdered = wanted.bindings.amqp?.singleActiveConsumer === true
    this.#what = `reading ${this.#topology.feeds.map(({ queue }) => queue.name).join(', ')}`
    let stranger = BigInt(Math.floor(clock.random() * 2 ** 53)) << 9n
    this.#rules = {
      clock,
      keyHeaders,
      messageIdHeaders,
      strangerAt: () => stranger++,
      feeds: this.#topology.feeds,
      prefetch: Math.min(wanted.window, wanted.bindings.amqp?.prefetch ?? wanted.window, MOST_PREFETCH),
      giveBackAfterMs: () => (this.#consumerTimeoutMs * 5) / 6,
      deliver: (delivery, message) => {
        if (this.#isEarly(delivery)) void this.#postpone(delivery)
        else if (!this.#suspects?.holds(delivery, this.#counts.of(message))) receiver.deliver(delivery)
      },
    }
  }

  /** Declares the queues and begins to deliver. Rejects with what is wrong; afterwards the subscription recovers by itself. */
  async open(): Promise<void> {
    const session = await this.#parts.link.use((model) => this.#start(model))
    if (this.#closing.signal.aborted) return session.close()
    if (this.#stopped) await session.stop()
    this.#receiver.report({ kind: 'connected' })
    this.#receiver.report({ kind: 'assigned', partitions: this.#partitions })
    void session.ended.then((cause) => this.#recover(session, cause))
  }

  /** The session is known before it delivers: what it delivers may be settled at once. */
  async #start(model: ChannelModel): Promise<ChannelSession> {
    await declareTopology(model, this.#topology, this.#parts.options)
    const session = await ChannelSession.open(model, this.#rules)
    this.#session = session
    this.#suspects = this.#suspectsIn(session)
    try {
      await session.start()
    } catch (error) {
      await session.close()
      throw brokerFailure(error, this.#what)
    }
    return session
  }

  settle(delivery: Incoming, outcome: Outcome): void | Promise<void> {
    const session = this.#session
    if (session === undefined || delivery.assignment !== session || !session.active) return
    if (outcome.kind === 'ack') return this.#settled(delivery)
    return this.#letters.post(delivery, outcome).then(() => this.#settled(delivery))
  }

  deadLetter(delivery: Incoming, outcome: Extract<Outcome, { kind: 'dead-letter' }>): Promise<void> {
    return this.#letters.post(delivery, outcome)
  }

  /** The queue's own length, and what this consumer has in hand. What its other consumers have in hand only they know. */
  async lag(): Promise<readonly PartitionLag[]> {
    const session = this.#session
    if (session === undefined || !session.active) return []
    const { feeds } = this.#topology
    const queues = feeds.map(({ queue }) => queue.name)
    const depths = await this.#parts.link.use((model) => queueDepths(model, queues))
    const nowMs = this.#parts.options.clock.now()
    return feeds.map(({ topic, queue }) => {
      const { count, oldestMs } = session.unsettledOf(topic)
      const messages = count + (depths.get(queue.name) ?? 0)
      if (messages === 0) return { topic, partition: 0, messages, seconds: 0 }
      if (oldestMs === undefined) return { topic, partition: 0, messages }
      return { topic, partition: 0, messages, seconds: Math.max(0, nowMs - oldestMs) / 1_000 }
    })
  }

  async stopFetching(): Promise<void> {
    this.#stopped = true
    await this.#session?.stop()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  /** Passed on to whoever reads the reports: the broker takes no messages on the publisher's connection. */
  blocked(failure: Failure): void {
    this.#receiver.report({ kind: 'reconnecting', attempt: 1, afterMs: 0, failure })
  }

  unblocked(): void {
    if (this.#session?.active) this.#receiver.report({ kind: 'connected' })
  }

  async #close(): Promise<void> {
    this.#stopped = true
    this.#closing.abort()
    await this.#session?.close()
    this.#parts.onClosed(this)
  }

  #settled(delivery: Incoming): void {
    if (this.#session !== delivery.assignment) return
    this.#session.settle(delivery)
    this.#suspects?.settled(delivery)
  }

  #suspectsIn(session: ChannelSession): Suspects {
    const { clock, deliveryLimit } = this.#parts.options
    return new Suspects({
      clock,
      deliveryLimit,
      signal: session.signal,
      acknowledged: () => session.acknowledged(),
      lineOf: this.#isOrdered ? () => '' : lineOf,
      deliver: (delivery) => this.#receiver.deliver(delivery),
      condemn: ({ delivery, deliveries }) => this.#condemn(delivery, deliveries),
    })
  }

  get #partitions() {
    return this.#topology.feeds.map(({ topic }) => ({ topic, partition: 0 }))
  }

  /** Opens another channel when one has ended, for as long as it takes; only wrong credentials are not tried again. */
  async #recover(lost: ChannelSession, cause: unknown): Promise<void> {
    if (this.#session !== lost) return
    this.#receiver.report({ kind: 'revoked', partitions: this.#partitions })
    this.#counts.forgive(lost.unsettled)
    this.#consumerTimeoutMs = consumerTimeoutIn(cause) ?? this.#consumerTimeoutMs
    const { clock } = this.#parts.options
    let failure = brokerFailure(cause ?? new Error('The channel was closed.'), this.#what)
    for (let attempt = 1; !this.#closing.signal.aborted; attempt += 1) {
      if (failure.code === 'BROKER_REFUSED_CREDENTIALS') return this.#receiver.report({ kind: 'fatal', failure })
      const afterMs = reconnectAfterMs(attempt, clock)
      this.#receiver.report({ kind: 'reconnecting', attempt, afterMs, failure })
      await clock.sleep(afterMs, this.#closing.signal).catch(() => undefined)
      if (this.#closing.signal.aborted) return
      try {
        return await this.open()
      } catch (error) {
        failure = brokerFailure(error, this.#what)
      }
    }
  }

  /** A message that came and came and was never settled: whoever worked on it did not live to say so. */
  async #condemn(delivery: Incoming, deliveries: number): Promise<void> {
    const nowMs = this.#parts.options.clock.now()
    const failure = new Failure('CRASH_LOOP', `It was delivered ${deliveries} times and never settled.`)
    const firstFailureAtMs = delivery.history?.firstFailureAtMs ?? nowMs
    const record = { attempts: deliveries, firstFailureAtMs, lastFailureAtMs: nowMs }
    await this.#insist(delivery, () => this.#letters.post(delivery, { kind: 'dead-letter', failure, record }))
  }

  #isEarly({ history, headers }: Incoming): boolean {
    return history !== undefined && this.#earlyMs(headers) > EARLY_MS
  }

  #earlyMs(headers: Incoming['headers']): number {
    return Number(headers[DEAD_LETTER_HEADERS.notBefore] ?? 0) - this.#parts.options.clock.now()
  }

  async #postpone(delivery: Incoming): Promise<void> {
    await this.#insist(delivery, () => this.#letters.postpone(delivery, this.#earlyMs(delivery.headers)))
  }

  /** Repeats until the broker has confirmed the copy, then lets the original go; if the channel ends first, the message comes again. */
  async #insist(delivery: Incoming, copy: () => Promise<void>): Promise<void> {
    const { clock } = this.#parts.options
    const { assignment } = delivery
    for (let attempt = 1; assignment.active; attempt += 1) {
      try {
        await copy()
        return this.#settled(delivery)
      } catch {
        await clock.sleep(reconnectAfterMs(attempt, clock), assignment.signal).catch(() => undefined)
      }
    }
  }
}

/** Messages of one key stay in order; one without is known by what it is. */
function lineOf(delivery: Incoming): string {
  if (delivery.key !== null) return `key ${delivery.key}`
  const message = messageOf(delivery)
  return message === undefined ? '' : `message ${fingerprintOf(message)}`
}
