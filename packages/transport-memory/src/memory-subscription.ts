import {
  type Clock,
  DEAD_LETTER_HEADERS,
  deadLetterHeaders,
  Failure,
  type Incoming,
  type Outcome,
  type PartitionLag,
  type Receiver,
  type Subscribed,
  type Subscription,
} from '@longshore/runtime'
import { MemoryAssignment, notBefore } from './memory-assignment.ts'
import type { MemoryBroker } from './memory-broker.ts'
import type { Member } from './memory-group.ts'
import type { MemoryRecord } from './memory-record.ts'

export interface MemorySubscriptionParts {
  readonly broker: MemoryBroker
  readonly clock: Clock
  readonly subscription: Subscription
  readonly receiver: Receiver
}

/** Outcomes that put a copy somewhere before the original is let go. */
type Copied = Exclude<Outcome, { kind: 'ack' }>

/** One consumer's membership: delivers what is assigned to it, up to the window, and keeps the group's offsets. */
export class MemorySubscription implements Subscribed, Member {
  readonly topics: readonly string[]
  readonly #parts: MemorySubscriptionParts
  #assignments: MemoryAssignment[] = []
  #fetching = true
  #pumpIsDue = false

  constructor(parts: MemorySubscriptionParts) {
    this.#parts = parts
    const { topics, retryTopic } = parts.subscription
    this.topics = [...topics, retryTopic]
    parts.broker.join(parts.subscription.group, this)
  }

  assign(partitions: readonly { readonly topic: string; readonly partition: number }[], generation: number): void {
    const { receiver } = this.#parts
    const lost = this.#assignments
    for (const assignment of lost) assignment.end()
    if (lost.length > 0)
      receiver.report({ kind: 'revoked', partitions: lost.map(({ topic, partition }) => ({ topic, partition })) })
    this.#assignments = partitions.map(
      ({ topic, partition }) =>
        new MemoryAssignment({ topic, partition, generation, start: this.#start(topic, partition) }),
    )
    if (partitions.length > 0) receiver.report({ kind: 'assigned', partitions })
    this.wake()
  }

  /** Never delivers on the caller's stack: a handler that publishes must not find itself called again. */
  wake(): void {
    if (this.#pumpIsDue || !this.#fetching) return
    this.#pumpIsDue = true
    queueMicrotask(() => {
      this.#pumpIsDue = false
      for (const assignment of this.#assignments) this.#pump(assignment)
    })
  }

  settle(delivery: Incoming, outcome: Outcome): undefined | Promise<void> {
    const { assignment, source } = delivery
    if (!(assignment instanceof MemoryAssignment) || !assignment.active) return undefined
    if (outcome.kind !== 'ack') return this.#settleByCopy(delivery, assignment, outcome)
    this.#finish(assignment, source.offset)
    return undefined
  }

  async deadLetter(delivery: Incoming, outcome: Copied): Promise<void> {
    this.#copy(delivery, outcome)
  }

  async lag(): Promise<readonly PartitionLag[]> {
    const now = this.#parts.clock.now()
    return this.#assignments.map(({ topic, partition, watermark }) => {
      const log = this.#log(topic, partition)
      const oldest = log[Number(watermark.position)]
      const messages = log.length - Number(watermark.position)
      return {
        topic,
        partition,
        messages,
        seconds: oldest === undefined ? 0 : Math.max(0, now - oldest.timestampMs) / 1_000,
      }
    })
  }

  async stopFetching(): Promise<void> {
    this.#fetching = false
  }

  async close(): Promise<void> {
    this.#fetching = false
    for (const assignment of this.#assignments) this.#commit(assignment)
    this.#parts.broker.leave(this.#parts.subscription.group, this)
    for (const assignment of this.#assignments.splice(0)) assignment.end()
  }

  async #settleByCopy(delivery: Incoming, assignment: MemoryAssignment, outcome: Copied): Promise<void> {
    this.#copy(delivery, outcome)
    this.#finish(assignment, delivery.source.offset)
  }

  #finish(assignment: MemoryAssignment, offset: bigint): void {
    if (assignment.watermark.finish(offset)) this.#commit(assignment)
    this.wake()
  }

  /** What cannot be stored now is stored with the next commit of the partition. */
  #commit(assignment: MemoryAssignment): void {
    const { broker, receiver, subscription } = this.#parts
    const { topic, partition, generation, watermark } = assignment
    if (subscription.group === undefined || assignment.committed === watermark.position) return
    try {
      broker.commit({ group: subscription.group, generation, topic, partition, offset: watermark.position })
      assignment.committed = watermark.position
    } catch (thrown) {
      receiver.report({ kind: 'commit-failed', failure: Failure.from(thrown) })
    }
  }

  #pump(assignment: MemoryAssignment): void {
    const { broker, receiver, subscription } = this.#parts
    if (!broker.isCurrent(subscription.group, assignment.generation)) return
    this.#commit(assignment)
    const log = this.#log(assignment.topic, assignment.partition)
    while (this.#fetching && assignment.active && assignment.watermark.unfinished < subscription.window) {
      const record = assignment.peek(log)
      if (record === undefined || this.#isHeld(assignment, record)) return
      receiver.deliver(assignment.take(record))
    }
  }

  /** Whether the record's time has not come yet; then the partition is looked at again when it has. */
  #isHeld(assignment: MemoryAssignment, record: MemoryRecord): boolean {
    if (assignment.isHeld) return true
    const { broker, clock } = this.#parts
    const delayMs = broker.faults.delayMs(assignment.topic)
    const heldForMs = Math.max(notBefore(record), delayMs === 0 ? 0 : record.timestampMs + delayMs) - clock.now()
    if (heldForMs <= 0) return false
    assignment.isHeld = true
    const wake = () => {
      assignment.isHeld = false
      this.wake()
    }
    clock.sleep(heldForMs, assignment.signal).then(wake, () => undefined)
    return true
  }

  /** The raw value goes on unchanged, to the dead letters or to the retry lane. */
  #copy(delivery: Incoming, outcome: Copied): void {
    const { broker, clock, subscription } = this.#parts
    const headers = deadLetterHeaders(delivery, outcome.failure, outcome.record, subscription.group)
    const delayed = outcome.kind === 'retry'
    broker.append(delayed ? subscription.retryTopic : subscription.dlq, {
      key: delivery.key,
      value: delivery.body,
      headers: delayed
        ? { ...headers, [DEAD_LETTER_HEADERS.notBefore]: String(clock.now() + outcome.afterMs) }
        : headers,
      timestampMs: delivery.timestampMs,
    })
  }

  #start(topic: string, partition: number): bigint {
    const { broker, subscription } = this.#parts
    const { group, from, topics } = subscription
    const committed = group === undefined ? undefined : broker.committed(group, topic, partition)
    if (committed !== undefined) return committed
    const log = this.#log(topic, partition)
    if (from.kind === 'earliest' || !topics.includes(topic)) return 0n
    if (from.kind === 'latest') return BigInt(log.length)
    if (from.kind === 'offset') return from.topic === topic && from.partition === partition ? from.offset : 0n
    const index = log.findIndex(({ timestampMs }) => timestampMs >= from.timestampMs)
    return BigInt(index === -1 ? log.length : index)
  }

  #log(topic: string, partition: number) {
    return this.#parts.broker.topic(topic)[partition] ?? []
  }
}
