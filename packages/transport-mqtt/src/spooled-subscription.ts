import { randomUUID } from 'node:crypto'
import {
  deadLetterHeaders,
  Failure,
  type Incoming,
  type Outcome,
  type PartitionLag,
  type Receiver,
  reconnectAfterMs,
  type Subscribed,
  type Subscription,
  type Suspect,
  Suspects,
} from '@longshore/runtime'
import { Arrivals } from './arrivals.ts'
import { isTakenOver } from './broker-failure.ts'
import { handleOf, toIncoming } from './delivered.ts'
import { KeyLease, KeyLeases } from './key-leases.ts'
import type { Link, Received } from './link.ts'
import type { ResolvedMqttOptions } from './options.ts'
import { sessionRequest } from './reading.ts'
import { Removals } from './removals.ts'
import { type OpenLink, Session, type SessionRequest } from './session.ts'
import type { MqttSpool, SpoolMessage, SpoolRow, SpoolStanding } from './spool.ts'

/** Letters are kept for weeks; whoever is late removes more at once. */
const TIDY_EVERY_MS = 10 * 60 * 1_000

export interface SpooledParts {
  readonly openLink: OpenLink
  readonly options: ResolvedMqttOptions
  readonly spool: MqttSpool
  /** Tells the dead letter topic that there is a new one. Never rejects. */
  readonly announce: (dlq: string, headers: ReturnType<typeof deadLetterHeaders>) => void
  readonly onClosed: (subscription: SpooledSubscription) => void
}

/**
 * A subscription with a spool: messages are stored as they come, acknowledged to the broker once they are, and worked on from the
 * spool. A message that was stored is never asked of the broker again; what it waits for, and what becomes of it, stands in the spool.
 */
export class SpooledSubscription implements Subscribed {
  readonly #wanted: Subscription
  readonly #queue: string
  readonly #receiver: Receiver
  readonly #parts: SpooledParts
  readonly #request: SessionRequest
  /** While this process reads from the broker. */
  #session: Session | undefined
  readonly #arrivals: Arrivals
  readonly #removals: Removals
  readonly #stopping = new AbortController()
  #owner = randomUUID()
  #standing: SpoolStanding = { role: 'worker', owners: 1 }
  #leases: KeyLeases
  readonly #place: KeyLease['place']
  /** Of the owner. */
  #suspects: Suspects
  /** Whether the spool may have more than was handed over. */
  #isBehind = true
  /** What changes who has which key happens one after the other, so that its answers are read in the order they were given. */
  #turn: Promise<unknown> = Promise.resolve()
  readonly #timers: (() => void)[] = []
  #polls = 0
  #closed: Promise<void> | undefined

  constructor(wanted: Subscription, receiver: Receiver, parts: SpooledParts) {
    this.#wanted = wanted
    this.#queue = wanted.retryTopic
    this.#place = { topic: this.#queue, partition: 0 }
    this.#leases = new KeyLeases(this.#place)
    this.#receiver = receiver
    this.#parts = parts
    this.#request = sessionRequest(wanted, parts.options)
    this.#suspects = this.#newSuspects()
    this.#arrivals = new Arrivals({
      options: parts.options,
      store: (messages, stored) => this.#insist(() => this.#inTurn(() => this.#add(messages, stored))),
      onEmpty: () => this.#session?.resume(),
    })
    this.#removals = new Removals((seqs) => this.#insist(() => parts.spool.complete(this.#owner, seqs)))
  }

  async open(): Promise<void> {
    const { spool, options } = this.#parts
    const { clock, leaseMs, pollMs } = options
    await spool.open()
    this.#standing = await spool.renew(this.#queue, this.#owner, leaseMs, true)
    if (this.#mayRead) await this.#read()
    this.#receiver.report({ kind: 'assigned', partitions: [this.#place] })
    this.#timers.push(
      clock.every(leaseMs / 4, () => void this.#renew()),
      clock.every(pollMs, () => this.#poll()),
      clock.every(TIDY_EVERY_MS, () => void this.#tidy()),
    )
    this.#look()
  }

  settle(delivery: Incoming, outcome: Outcome): void | Promise<void> {
    const lease = delivery.assignment
    if (!(lease instanceof KeyLease) || !lease.active) return
    // Handles are made in #handOver alone.
    const seq = handleOf(delivery) as bigint
    if (outcome.kind === 'ack') return this.#finish(lease, seq, delivery)
    const settled =
      outcome.kind === 'retry' ? this.#postpone(lease, seq, outcome) : this.#bury(lease, seq, delivery, outcome)
    return settled.then(() => this.#suspects.settled(delivery))
  }

  async lag(): Promise<readonly PartitionLag[]> {
    const { spool, options } = this.#parts
    const { messages, oldestMs } = await spool.load(this.#queue)
    const settled = this.#removals.waiting.length
    const seconds = oldestMs === undefined ? 0 : Math.max(0, (options.clock.now() - oldestMs) / 1_000)
    const topic = this.#wanted.topics[0] ?? this.#queue
    return [{ topic, partition: 0, messages: Math.max(0, messages - settled), seconds }]
  }

  async stopFetching(): Promise<void> {
    this.#stopping.abort(new Failure('STOPPED', 'The MQTT subscription was stopped.'))
    await this.#arrivals.stop()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.stopFetching()
    for (const stop of this.#timers) stop()
    await this.#turn.catch(() => undefined)
    this.#arrivals.flush()
    await this.#session?.close()
    await this.#removals.done()
    this.#leases.end()
    const { spool } = this.#parts
    await spool.complete(this.#owner, this.#removals.waiting).catch(() => undefined)
    await spool.leave(this.#queue, this.#owner).catch(() => undefined)
    this.#parts.onClosed(this)
  }

  #accept(link: Link, message: Received): boolean {
    return !this.#stopping.signal.aborted && this.#arrivals.accept(link, message)
  }

  async #add(messages: readonly SpoolMessage[], stored: () => void): Promise<void> {
    const owner = this.#owner
    const places = await this.#parts.spool.add(this.#queue, owner, messages, this.#share)
    stored()
    for (const [index, { seq, isHeld }] of places.entries()) {
      const message = messages[index]
      if (message !== undefined && isHeld && owner === this.#owner) this.#handOver({ ...message, seq })
      else this.#isBehind ||= this.#standing.owners === 1
    }
    this.#fill()
  }

  get #room(): number {
    return Math.max(0, this.#wanted.window - this.#leases.unsettled)
  }

  /** Room for what has just come: of several owners each finds its part in the spool. */
  get #share(): number {
    const { owners } = this.#standing
    return owners > 1 && this.#parts.options.clock.random() * owners >= 1 ? 0 : this.#room
  }

  #handOver(row: SpoolRow): void {
    const lease = this.#leases.take(row.key)
    const delivery = toIncoming(row, row.seq, lease, row.seq, row.history)
    if (!this.#suspects.holds(delivery, row.crashes ?? 0)) this.#receiver.deliver(delivery)
  }

  #newSuspects(): Suspects {
    const { clock, crashLimit } = this.#parts.options
    return new Suspects({
      clock,
      deliveryLimit: crashLimit,
      signal: this.#stopping.signal,
      lineOf: ({ key, source }) => (key === null ? `message ${source.offset}` : `key ${key}`),
      deliver: (delivery) => this.#receiver.deliver(delivery),
      condemn: (suspect) => this.#condemn(suspect),
      acknowledged: () => this.#removals.done(),
    })
  }

  /** Repeats until it is among the dead letters; if the lease ends first, it comes again. */
  async #condemn({ delivery, deliveries: attempts }: Suspect): Promise<void> {
    const nowMs = this.#parts.options.clock.now()
    const failure = new Failure('CRASH_LOOP', `${attempts} processes in a row died with it in hand.`)
    const firstFailureAtMs = delivery.history?.firstFailureAtMs ?? nowMs
    const record = { attempts, firstFailureAtMs, lastFailureAtMs: nowMs }
    await this.#insist(async () => this.settle(delivery, { kind: 'dead-letter', failure, record }))
  }

  /** The reader looks half as often as the others: it has kept its part of what came. */
  #poll(): void {
    this.#polls += 1
    const { role, owners } = this.#standing
    if (role === 'worker' || owners === 1 || this.#polls % 2 === 0) this.#look()
  }

  /** Takes from the spool what others left, what is due again and what found no room. */
  #look(): void {
    this.#isBehind = true
    this.#fill()
  }

  #fill(): void {
    if (!this.#isBehind || this.#room === 0 || this.#stopping.signal.aborted) return
    this.#isBehind = false
    this.#inTurn(() => this.#claim()).catch(() => {
      this.#isBehind = true
    })
  }

  async #claim(): Promise<void> {
    const limit = this.#room
    if (limit === 0 || this.#stopping.signal.aborted) return
    const owner = this.#owner
    const rows = await this.#parts.spool.claim(this.#queue, owner, limit)
    if (owner !== this.#owner) return
    for (const row of rows) this.#handOver(row)
    if (rows.length < limit) return
    this.#isBehind = true
    this.#fill()
  }

  #finish(lease: KeyLease, seq: bigint, delivery: Incoming): void {
    this.#leases.finish(lease)
    this.#removals.add(seq)
    this.#suspects.settled(delivery)
    if (this.#isBehind && this.#room * 2 >= this.#wanted.window) this.#fill()
  }

  async #postpone(
    lease: KeyLease,
    seq: bigint,
    { afterMs, record }: Extract<Outcome, { kind: 'retry' }>,
  ): Promise<void> {
    const { spool, options } = this.#parts
    const dueAtMs = options.clock.now() + afterMs
    await this.#inTurn(async () => {
      await spool.postpone(this.#queue, this.#owner, seq, record, dueAtMs)
      this.#leases.endKey(lease)
    })
    options.clock.sleep(afterMs, this.#stopping.signal).then(
      () => this.#look(),
      () => undefined,
    )
  }

  async #bury(
    lease: KeyLease,
    seq: bigint,
    delivery: Incoming,
    { failure, record }: Extract<Outcome, { kind: 'dead-letter' }>,
  ): Promise<void> {
    const headers = deadLetterHeaders(delivery, failure, record, this.#wanted.group)
    const isOurs = await this.#parts.spool.bury(this.#owner, seq, headers)
    this.#leases.finish(lease)
    if (isOurs) this.#parts.announce(this.#wanted.dlq, headers)
  }

  get #mayRead(): boolean {
    return this.#parts.options.shared || this.#standing.role === 'reader'
  }

  /** Connects; who reads alone and was taken over from leaves it at that until it is its turn again. */
  async #read(): Promise<void> {
    const { openLink, options } = this.#parts
    const { clock, will, connectTimeoutMs } = options
    const session: Session = new Session(this.#request, {
      openLink,
      will,
      connectTimeoutMs,
      clock,
      report: (event) => {
        if (event.kind !== 'fatal' || options.shared || !isTakenOver(event.failure)) return this.#receiver.report(event)
        if (this.#session === session) this.#session = undefined
      },
      accept: (link, message) => this.#accept(link, message),
      lost: (link) => this.#arrivals.lost(link),
    })
    this.#session = session
    await session.open()
  }

  /** Lets letters go whose time is over; what fails is due again the next time. */
  async #tidy(): Promise<void> {
    await this.#parts.spool.tidy().catch((error: unknown) => {
      this.#receiver.report({ kind: 'commit-failed', failure: Failure.from(error) })
    })
  }

  /** Keeps the lease. An owner that was silent for too long begins anew: what it had belongs to others. */
  async #renew(): Promise<void> {
    const { spool, options } = this.#parts
    try {
      this.#standing = await spool.renew(this.#queue, this.#owner, options.leaseMs, false)
      if (this.#standing.role === 'lost') {
        this.#leases.end()
        this.#leases = new KeyLeases(this.#place)
        this.#suspects = this.#newSuspects()
        this.#receiver.report({ kind: 'revoked', partitions: [this.#place] })
        this.#owner = randomUUID()
        this.#standing = await spool.renew(this.#queue, this.#owner, options.leaseMs, true)
        this.#receiver.report({ kind: 'assigned', partitions: [this.#place] })
        this.#look()
      }
      await this.#follow()
    } catch (error) {
      this.#receiver.report({ kind: 'commit-failed', failure: Failure.from(error) })
    }
  }

  /** Begins or ends to read, as its role has become. */
  async #follow(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    const session = this.#session
    if (session === undefined && this.#mayRead) {
      await this.#read().catch((error: unknown) => {
        this.#session = undefined
        this.#receiver.report({ kind: 'fatal', failure: Failure.from(error) })
      })
    } else if (session !== undefined && !this.#mayRead) {
      this.#session = undefined
      await session.close()
    }
  }

  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(action)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** Repeats until it succeeds; answers whether it did before the subscription was stopped. */
  async #insist(action: () => Promise<unknown>): Promise<boolean> {
    const { clock } = this.#parts.options
    for (let attempt = 1; ; attempt += 1) {
      try {
        await action()
        return true
      } catch (error) {
        this.#receiver.report({ kind: 'commit-failed', failure: Failure.from(error) })
        const waited = clock.sleep(reconnectAfterMs(attempt, clock), this.#stopping.signal)
        if (
          !(await waited.then(
            () => true,
            () => false,
          ))
        )
          return false
      }
    }
  }
}
