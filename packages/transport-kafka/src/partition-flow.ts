import { type Assignment, type Clock, DEAD_LETTER_HEADERS, Failure, type Incoming, Watermark } from '@longshore/runtime'
import type { FetchedRecord, Membership, TopicPartition } from './driver.ts'
import { headerText } from './headers.ts'
import { type ReadingRules, toIncoming } from './incoming.ts'

/** What a flow needs to know, the same for all partitions of a subscription. */
export interface FlowRules extends ReadingRules {
  /** Unsettled deliveries allowed. */
  readonly window: number
  /** Offsets allowed between the oldest unsettled delivery and the newest. */
  readonly maxAhead: number
  readonly clock: Clock
  readonly deliver: (delivery: Incoming) => void
}

const FORGET_EVERY = 1_024

/**
 * One partition for as long as it is ours: what was fetched and not yet handed over, what was handed over and not yet settled, and the
 * offset that may be committed. It stops the fetching of its own partition alone, when a window's worth of records is waiting.
 */
export class PartitionFlow implements Assignment {
  readonly topic: string
  readonly partition: number
  /** What the broker has confirmed as committed; `undefined` while the group has committed nothing here. */
  committed: bigint | undefined
  readonly #rules: FlowRules
  readonly #membership: Pick<Membership, 'pause' | 'resume'>
  readonly #ended = new AbortController()
  readonly #watermark: Watermark
  /** Fetched, not handed over; read from `#head`. */
  #waiting: readonly FetchedRecord[] = []
  #head = 0
  /** Offset after everything fetched and kept, markers and aborted transactions included. */
  #next: bigint
  /** What the signal says, without asking it for each message. */
  #active = true
  #paused = false
  #stopped = false
  #pumping = false
  #held = false
  /**
   * Offsets and times of what was handed over, oldest first from `#oldest`, to know the age of the oldest unsettled one; settled ones leave
   * late. Not the records: they would keep whole fetches in memory behind a stuck message.
   */
  #offsets: bigint[] = []
  #timesMs: number[] = []
  #oldest = 0
  /** Length of the list at which to look for settled ones next: not at each message. */
  #forgetAt = FORGET_EVERY

  constructor(
    { topic, partition }: TopicPartition,
    start: bigint,
    committed: bigint | undefined,
    membership: Pick<Membership, 'pause' | 'resume'>,
    rules: FlowRules,
  ) {
    this.topic = topic
    this.partition = partition
    this.committed = committed
    this.#next = start
    this.#watermark = new Watermark(start)
    this.#membership = membership
    this.#rules = rules
  }

  get active(): boolean {
    return this.#active
  }

  get signal(): AbortSignal {
    return this.#ended.signal
  }

  /** Offset to commit: everything below it is settled, or was never for a consumer. */
  get position(): bigint {
    const idle = this.#watermark.unfinished === 0 && this.#head === this.#waiting.length
    return idle ? this.#next : this.#watermark.position
  }

  /** When the oldest unsettled record was written, in Unix milliseconds; `undefined` when all that came is settled. */
  oldestUnsettledMs(): number | undefined {
    this.#forgetSettled()
    return this.#timesMs[this.#oldest] ?? this.#waiting[this.#head]?.timestampMs
  }

  accept(records: readonly FetchedRecord[], next: bigint): void {
    if (!this.active || this.#stopped) return
    const left = this.#waiting.slice(this.#head)
    this.#waiting = left.length === 0 ? records : [...left, ...records]
    this.#head = 0
    this.#next = next
    this.#pump()
  }

  /** Marks one delivery as settled. Cheap: called once per message. */
  finish(offset: bigint): void {
    if (!this.active) return
    this.#watermark.finish(offset)
    if (this.#head < this.#waiting.length) this.#pump()
  }

  /** Hands nothing more over; what was handed over may still be settled. */
  stop(): void {
    this.#stopped = true
    this.#next = this.#waiting[this.#head]?.offset ?? this.#next
    this.#waiting = []
    this.#head = 0
    this.#membership.pause(this)
  }

  /** The partition is not ours any more. */
  end(): void {
    this.#waiting = []
    this.#head = 0
    this.#offsets = []
    this.#timesMs = []
    this.#oldest = 0
    this.#active = false
    this.#ended.abort(
      new Failure('ASSIGNMENT_LOST', `${this.topic}/${this.partition} is not assigned to this consumer any more.`),
    )
  }

  /** Hands over while the window is open. A receiver that settles at once comes back here, hence the guard. */
  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#head < this.#waiting.length && this.active && this.#isOpen()) {
        const record = this.#waiting[this.#head]
        if (record === undefined || this.#holdBack(record)) break
        this.#head += 1
        if (this.#watermark.take(record.offset)) this.#handOver(record)
      }
    } finally {
      this.#pumping = false
    }
    if (this.active && !this.#stopped) this.#regulate()
  }

  #handOver(record: FetchedRecord): void {
    this.#offsets.push(record.offset)
    this.#timesMs.push(record.timestampMs)
    if (this.#offsets.length >= this.#forgetAt) this.#forgetSettled()
    this.#rules.deliver(toIncoming(record, this, this, this.#rules))
  }

  #isOpen(): boolean {
    const { window, maxAhead } = this.#rules
    if (this.#watermark.unfinished === 0) return true
    if (this.#watermark.unfinished >= window) return false
    return this.#watermark.ahead < maxAhead
  }

  /** Stops fetching with a window's worth waiting, goes on at half of it, so that the next fetch arrives in time. */
  #regulate(): void {
    const waiting = this.#waiting.length - this.#head
    if (!this.#paused && waiting >= this.#rules.window) this.#membership.pause(this)
    else if (this.#paused && waiting * 2 < this.#rules.window) this.#membership.resume(this)
    else return
    this.#paused = !this.#paused
  }

  /** A delayed message waits for its time, and with it what lies behind it in its partition of the retry lane. */
  #holdBack(record: FetchedRecord): boolean {
    if (this.topic !== this.#rules.retryTopic) return false
    const wait = notBefore(record) - this.#rules.clock.now()
    if (wait <= 0) return false
    if (!this.#held) this.#waitThenPump(wait)
    return true
  }

  #waitThenPump(ms: number): void {
    this.#held = true
    const resume = () => {
      this.#held = false
      this.#pump()
    }
    this.#rules.clock.sleep(ms, this.signal).then(resume, () => {})
  }

  #forgetSettled(): void {
    const { position } = this.#watermark
    const offsets = this.#offsets
    while ((offsets[this.#oldest] ?? position) < position) this.#oldest += 1
    if (this.#oldest * 2 >= offsets.length) {
      this.#offsets = offsets.slice(this.#oldest)
      this.#timesMs = this.#timesMs.slice(this.#oldest)
      this.#oldest = 0
    }
    this.#forgetAt = this.#offsets.length + FORGET_EVERY
  }
}

function notBefore({ headers }: FetchedRecord): number {
  const ms = Number(headerText(headers, DEAD_LETTER_HEADERS.notBefore))
  return Number.isFinite(ms) ? ms : 0
}
