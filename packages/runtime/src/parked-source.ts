import type { Clock } from './clock.ts'
import { deadLetterHeaders, dlqOf } from './dead-letter.ts'
import { type Incoming, originOf } from './delivery.ts'
import { Failure } from './failure.ts'
import type { Log } from './log.ts'
import type { Outcome } from './outcome.ts'
import type { Ownership } from './ownership.ts'
import { ParkedAssignment } from './parked-assignment.ts'
import { historyAfter, laneHead, type ParkedHead, type ParkedLoad, type Parking, parkable } from './parking.ts'
import type { Subscribed, Transport } from './transport.ts'

/** How much may lie parked for one group. */
export interface ParkingLimits {
  /** Default 100,000: a few hundred megabytes of usual messages. */
  readonly maxMessages?: number
  /** Age of the oldest. Default 24 h: somebody should have looked by then. */
  readonly maxAgeMs?: number
}

export const PARKING_DEFAULTS = Object.freeze({
  maxMessages: 100_000,
  maxAgeMs: 24 * 60 * 60 * 1_000,
} as const satisfies ParkingLimits)

export interface ParkedSourceParts {
  readonly parking: Parking
  readonly ownership: Ownership
  readonly transport: Pick<Transport, 'publish'>
  readonly group: string
  readonly dlq: string
  readonly onDeadLetter: 'continue' | 'holdKey'
  readonly limits: Required<ParkingLimits>
  readonly onLoad: (load: ParkedLoad) => void
  readonly clock: Clock
  readonly log: Log
}

type DeadLettered = Extract<Outcome, { kind: 'dead-letter' }>

const LOOK_EVERY_MS = 500
const LOCK_MS = 30_000
const MOST_AT_ONCE = 16

/**
 * Brings parked messages back when they are due: one lane after the other is locked, its messages are delivered in order like any
 * other, and removed once their effect or their dead letter is confirmed. Costs nothing while nothing is parked.
 */
export class ParkedSource {
  readonly #parts: ParkedSourceParts
  /** Delivered and not settled. */
  readonly #live = new Map<bigint, ParkedAssignment>()
  /** Begun by this process: that they were begun before proves no crash. Also when put back, for the lock may have been lost meanwhile. */
  readonly #begunHere = new Set<bigint>()
  #deliver: ((delivery: Incoming) => void) | undefined
  #write: NonNullable<Subscribed['deadLetter']> = (delivery, outcome) => this.#publish(delivery, outcome)
  #stopTimer: (() => void) | undefined
  #looking: Promise<void> | undefined
  #renewedAtMs = 0
  /** As of the last look. */
  #load: ParkedLoad = { lanes: 0, messages: 0 }

  constructor(parts: ParkedSourceParts) {
    this.#parts = parts
  }

  get isFull(): boolean {
    const { clock, limits } = this.#parts
    const { messages, oldestParkedAtMs } = this.#load
    return (
      messages >= limits.maxMessages ||
      (oldestParkedAtMs !== undefined && clock.now() - oldestParkedAtMs > limits.maxAgeMs)
    )
  }

  /** One more, between two looks. */
  added(): void {
    this.#weigh({ ...this.#load, messages: this.#load.messages + 1 })
  }

  start(deliver: (delivery: Incoming) => void, subscribed: Pick<Subscribed, 'deadLetter'>): void {
    this.#deliver = deliver
    this.#write = subscribed.deadLetter?.bind(subscribed) ?? this.#write
    this.#stopTimer = this.#parts.clock.every(LOOK_EVERY_MS, () => this.#lookNow())
  }

  /** Locks nothing more. What was delivered may still be settled. */
  async stop(): Promise<void> {
    this.#stopTimer?.()
    this.#deliver = undefined
    await this.#looking
  }

  /** Puts back what was delivered and not settled. */
  async close(): Promise<void> {
    await this.stop()
    const { clock, parking } = this.#parts
    const unsettled = [...this.#live.values()].filter(({ active }) => active)
    this.#live.clear()
    // What is not put back is free again when its lock runs out.
    await Promise.allSettled(unsettled.map(({ head }) => parking.postpone(head, head.message, clock.now())))
  }

  /** Resolves when the outcome is stored, for `dead-letter` when the letter is confirmed before. */
  async settle({ head, tenure }: ParkedAssignment, delivery: Incoming, outcome: Outcome): Promise<void> {
    if (!tenure.active) return
    if (outcome.kind === 'dead-letter') await this.#deadLetter({ head, tenure }, delivery, outcome)
    if (outcome.kind === 'retry') await this.#postpone({ head, tenure }, delivery, outcome)
    else await this.#complete({ head, tenure })
  }

  #lookNow(): void {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
  }

  async #look(): Promise<void> {
    const { clock, group, log, ownership, parking } = this.#parts
    for (const [seq, { active }] of this.#live) if (!active) this.#live.delete(seq)
    const fences = ownership.held.filter(({ fence, lanes }) => fence.epoch === null || lanes.size > 0)
    if (fences.length === 0) {
      this.#weigh({ lanes: 0, messages: 0 })
      return
    }
    try {
      if (clock.now() - this.#renewedAtMs >= LOCK_MS / 3) {
        this.#renewedAtMs = clock.now()
        await parking.renew(
          [...this.#live.values()].map(({ head }) => head),
          LOCK_MS,
        )
      }
      this.#weigh(await parking.load(group))
      const limit = MOST_AT_ONCE - this.#live.size
      if (this.#load.lanes === 0 || limit <= 0 || this.#isSuspectLive()) return
      const asked = fences.map(({ fence }) => fence)
      for (const head of await parking.claim(asked, { limit, lockMs: LOCK_MS })) this.#bring(head)
    } catch (thrown) {
      const { code, message: reason } = Failure.from(thrown)
      log.error('parked messages cannot be read, will be repeated', { code, reason })
    }
  }

  /** One that was begun by a process that died is the only one begun, so that no other is blamed should it kill this one too. */
  #isSuspectLive(): boolean {
    return [...this.#live.values()].some(({ head }) => head.begun > 1)
  }

  #weigh(load: ParkedLoad): void {
    this.#load = load
    this.#parts.onLoad(load)
  }

  #bring(head: ParkedHead): void {
    const tenure = this.#parts.ownership.held.find(({ fence }) => fence === head.fence)
    if (tenure === undefined || this.#deliver === undefined) {
      const { clock, parking } = this.#parts
      parking.postpone(head, head.message, clock.now()).catch(() => undefined)
      return
    }
    const live = this.#live.get(head.seq)
    if (live?.active) {
      live.head = { ...head, begun: live.head.begun }
      return
    }
    const known = this.#begunHere.has(head.seq) ? { ...head, begun: 1 } : head
    this.#begunHere.add(head.seq)
    const assignment = new ParkedAssignment(known, tenure)
    this.#live.set(head.seq, assignment)
    this.#deliver({ ...known.message, assignment })
  }

  async #deadLetter(
    { head, tenure }: Pick<ParkedAssignment, 'head' | 'tenure'>,
    delivery: Incoming,
    outcome: DeadLettered,
  ): Promise<void> {
    const { onDeadLetter, parking } = this.#parts
    if (onDeadLetter === 'holdKey') await parking.hold(tenure.fence, head.lane, originOf(delivery))
    await this.#write(delivery, outcome)
  }

  /** For a transport that does not write letters of what lay parked itself. */
  async #publish(delivery: Incoming, { failure, record }: DeadLettered): Promise<void> {
    const { group, transport } = this.#parts
    const headers = deadLetterHeaders(delivery, failure, record, group)
    const topic = dlqOf(this.#parts, originOf(delivery).topic)
    await transport.publish([{ topic, key: delivery.key, value: delivery.body, headers }])
  }

  async #postpone(
    { head, tenure }: Pick<ParkedAssignment, 'head' | 'tenure'>,
    delivery: Incoming,
    { afterMs, record }: Extract<Outcome, { kind: 'retry' }>,
  ): Promise<void> {
    const { clock, ownership, parking } = this.#parts
    const message = parkable(delivery, historyAfter(record, delivery))
    const dueAtMs = clock.now() + afterMs
    await ownership.persist('postpone', tenure, () => parking.postpone(head, message, dueAtMs))
    const mark = tenure.lanes.get(head.lane)
    if (mark !== undefined) Object.assign(mark, { head: laneHead(message), dueAtMs })
    this.#live.delete(head.seq)
  }

  async #complete({ head, tenure }: Pick<ParkedAssignment, 'head' | 'tenure'>): Promise<void> {
    const { group, onDeadLetter, ownership, parking } = this.#parts
    const { history } = head.message
    if (onDeadLetter === 'holdKey' && history !== undefined && history.redriveCount > 0) {
      await ownership.persist('let a key go on', tenure, () => parking.unhold(group, head.lane, history.origin))
    }
    const mark = tenure.lanes.get(head.lane)
    const next = await ownership.persist('let a parked message go', tenure, () => parking.complete(head, LOCK_MS))
    this.#live.delete(head.seq)
    this.#begunHere.delete(head.seq)
    this.#weigh({ ...this.#load, messages: Math.max(0, this.#load.messages - 1) })
    if (next === 'empty' && tenure.lanes.get(head.lane) === mark) tenure.lanes.delete(head.lane)
    // Others may have waited for this one alone.
    if (head.begun > 1 && this.#deliver !== undefined) this.#lookNow()
    if (next === 'empty' || next === 'waiting') return
    if (mark !== undefined) mark.head = laneHead(next.message)
    this.#bring(next)
  }
}
