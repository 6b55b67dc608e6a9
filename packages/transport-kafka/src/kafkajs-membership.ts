import { reconnectAfterMs } from '@longshore/runtime'
import type { Consumer, EachBatchPayload, IMemberAssignment, Kafka } from 'kafkajs'
import { brokerFailure, mayRecover } from './broker-failure.ts'
import type { GroupRequest, Membership, MembershipEvents, TopicPartition } from './driver.ts'
import { groupBy } from './group-by.ts'
import { toRecord } from './kafkajs-records.ts'
import { classicAbout, type ResolvedKafkaOptions } from './options.ts'
import { partitionName } from './partition-name.ts'

/**
 * The client sleeps for its longest wait when all its partitions are paused, and notices a resumed one, a heartbeat due and the wish to
 * stop only then: hence a short one.
 */
const LONGEST_WAIT_MS = 100

/** Where a held partition is read; `next` is `undefined` until it is started. */
interface Cursor extends TopicPartition {
  next: bigint | undefined
}

type Commit = EachBatchPayload['commitOffsetsIfNecessary']

/**
 * Membership of a group through kafkajs, used as a pump: `eachBatch` hands records over and returns at once, so that the client fetches
 * and beats whatever the handlers do. It rebalances eagerly: all partitions are given up and some are given back. A consumer that
 * crashed is replaced by a new one here; the client's own restart is off.
 */
export class KafkajsMembership implements Membership {
  readonly #kafka: Kafka
  readonly #group: string
  #topics: readonly string[]
  readonly #options: ResolvedKafkaOptions
  readonly #events: MembershipEvents
  readonly #closing = new AbortController()
  readonly #cursors = new Map<string, Cursor>()
  #consumer: Consumer | undefined
  /** Commits once; the consumer's own method repeats a commit after a rebalance, for partitions that may be somebody else's by then. */
  #commitOnce: Commit | undefined
  /** Whether the client takes orders: from its joining to its stop, be it by a crash. */
  #running = false
  #replacing = false
  #left: Promise<void> | undefined

  constructor(kafka: Kafka, { topics, group }: GroupRequest, options: ResolvedKafkaOptions, events: MembershipEvents) {
    this.#kafka = kafka
    this.#topics = topics
    this.#group = group
    this.#options = options
    this.#events = events
  }

  get about(): string {
    return classicAbout(this.#options)
  }

  /** Resolves when the group has answered with partitions. */
  async join(): Promise<void> {
    const consumer = this.#create()
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve())
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    })
    joined.catch(() => {})
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#adopt(payload.memberAssignment))
    consumer.on(consumer.events.STOP, () => {
      this.#running = false
    })
    consumer.on(consumer.events.REBALANCING, () => void this.#dropAll())
    // A batch of nothing but markers reaches no handler, yet the position has moved.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize === 0) this.#moveOn({ topic, partition }, BigInt(lastOffset) + 1n)
    })
    try {
      await consumer.connect()
      await consumer.subscribe({ topics: [...this.#topics], fromBeginning: true })
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async (one) => this.#take(one) })
      await joined
    } catch (error) {
      await consumer.disconnect().catch(() => {})
      throw error
    }
    consumer.on(consumer.events.CRASH, ({ payload }) => void this.#replace(payload.error))
  }

  /** The client reads what it was told before it ran: another one takes its place. */
  async subscribe(topics: readonly string[]): Promise<void> {
    this.#topics = topics
    await this.#dropAll()
    await this.#replace()
  }

  start(from: TopicPartition, offset: bigint): void {
    const cursor = this.#cursors.get(partitionName(from))
    if (cursor === undefined || !this.#running) return
    cursor.next = offset
    this.#consumer?.seek({ ...plain(from), offset: String(offset) })
    this.resume(from)
  }

  pause({ topic, partition }: TopicPartition): void {
    if (this.#running) this.#consumer?.pause([{ topic, partitions: [partition] }])
  }

  resume({ topic, partition }: TopicPartition): void {
    if (this.#running) this.#consumer?.resume([{ topic, partitions: [partition] }])
  }

  async commit(offsets: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void> {
    const held = offsets.filter((offset) => this.#cursors.has(partitionName(offset)))
    if (held.length === 0) return
    const entries = held.map((offset) => ({ ...plain(offset), offset: String(offset.offset) }))
    const topics = [...groupBy(entries, ({ topic }) => topic)].map(([topic, partitions]) => ({ topic, partitions }))
    if (this.#commitOnce === undefined) await this.#consumer?.commitOffsets(entries)
    else await this.#commitOnce({ topics })
  }

  leave(): Promise<void> {
    this.#left ??= this.#leave()
    return this.#left
  }

  async #leave(): Promise<void> {
    this.#closing.abort()
    this.#cursors.clear()
    await this.#consumer?.disconnect()
  }

  #create(): Consumer {
    const { sessionTimeoutMs, heartbeatIntervalMs, rebalanceTimeoutMs, metadataMaxAgeMs } = this.#options
    const { fetchWaitMs, fetchBytes, fetchPartitionBytes } = this.#options
    this.#commitOnce = undefined
    this.#consumer = this.#kafka.consumer({
      groupId: this.#group,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatIntervalMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      maxWaitTimeInMs: Math.min(LONGEST_WAIT_MS, fetchWaitMs),
      maxBytes: fetchBytes,
      maxBytesPerPartition: fetchPartitionBytes,
      metadataMaxAge: metadataMaxAgeMs,
      allowAutoTopicCreation: false,
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
    })
    return this.#consumer
  }

  /** The client has begun a new generation: what was held is over, what is given waits to be started. */
  #adopt(assignment: IMemberAssignment): void {
    if (this.#closing.signal.aborted) return
    this.#running = true
    void this.#dropAll({ commit: false })
    const given = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition): Cursor => ({ topic, partition, next: undefined })),
    )
    for (const cursor of given) {
      this.#cursors.set(partitionName(cursor), cursor)
      this.pause(cursor)
    }
    if (given.length > 0) this.#events.assigned(given.map(plain), this)
  }

  async #dropAll({ commit } = { commit: true }): Promise<void> {
    const lost = [...this.#cursors.values()].map(plain)
    if (lost.length === 0) return
    // What is not held cannot be committed: with `commit` the events still find it held.
    if (!commit) this.#cursors.clear()
    const committed = this.#events.revoked(lost)
    this.#cursors.clear()
    await committed
  }

  /** Must not throw: the client would stop reading all partitions. */
  #take({ batch, resolveOffset, commitOffsetsIfNecessary, isStale }: EachBatchPayload): void {
    this.#commitOnce = commitOffsetsIfNecessary
    const cursor = this.#cursors.get(partitionName(batch))
    if (cursor?.next === undefined || isStale() || this.#closing.signal.aborted) return
    const records = batch.messages.map(toRecord)
    const first = records[0]?.offset
    if (first !== undefined && first < cursor.next) {
      this.#restart(cursor)
      return
    }
    cursor.next = BigInt(batch.lastOffset()) + 1n
    resolveOffset(batch.messages.at(-1)?.offset ?? batch.lastOffset())
    this.#events.records(plain(cursor), records, cursor.next)
  }

  /** The topic begins anew below our position: it was deleted and created again. */
  #restart(cursor: Cursor): void {
    cursor.next = undefined
    this.pause(cursor)
    this.#events.outOfRange(plain(cursor))
  }

  #moveOn(from: TopicPartition, next: bigint): void {
    const cursor = this.#cursors.get(partitionName(from))
    if (cursor?.next === undefined || next <= cursor.next) return
    cursor.next = next
    this.#events.records(plain(from), [], next)
  }

  /** Joins with a new consumer until it succeeds, the membership is left, or the broker refuses. `crash`: what ended the old one. */
  async #replace(crash?: unknown): Promise<void> {
    if (this.#replacing) return
    this.#replacing = true
    void this.#dropAll({ commit: false })
    await this.#consumer?.disconnect().catch(() => {})
    for (let error = crash, attempt = 1; await this.#waitOut(error, attempt); attempt += 1) {
      const topics = this.#topics
      try {
        await this.join()
        this.#events.recovered()
        if (topics === this.#topics) break
        await this.#consumer?.disconnect()
        error = undefined
      } catch (again) {
        error = again
      }
    }
    this.#replacing = false
  }

  /** Answers whether to try again. */
  async #waitOut(error: unknown, attempt: number): Promise<boolean> {
    if (error === undefined || this.#closing.signal.aborted) return !this.#closing.signal.aborted
    if (!mayRecover(brokerFailure(error, 'reading'))) {
      this.#events.fatal(error)
      return false
    }
    const { clock } = this.#options
    const afterMs = reconnectAfterMs(attempt, clock)
    this.#events.trouble(error, attempt, afterMs)
    await clock.sleep(afterMs, this.#closing.signal).catch(() => {})
    return !this.#closing.signal.aborted
  }
}

function plain({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}
