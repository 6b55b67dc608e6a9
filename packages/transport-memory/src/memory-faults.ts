import { Failure } from '@longshore/runtime'
import type { Group, Member } from './memory-group.ts'
import type { MemoryRecord } from './memory-record.ts'

/** Ends a fault. Calling it again does nothing. */
export type Repair = () => void

/** What a broker lets its faults do to it. */
export interface FaultyParts {
  group(name: string): Group
  rebalance(group: string): void
  /** Lets all members look again. */
  wakeAll(): void
}

type Arriving = Omit<MemoryRecord, 'offset'>

/**
 * What can go wrong with a memory broker, each switched on by hand. What lasts answers with its {@link Repair}; the rest happens once.
 *
 * @example
 * const broker = new MemoryBroker()
 * const bringBack = broker.faults.topicAway('orders.billing.dlq')
 * // … dead letters are refused, nothing is let go …
 * bringBack()
 */
export class MemoryFaults {
  readonly #parts: FaultyParts
  readonly #away = new Set<string>()
  readonly #uncommittable = new Set<string>()
  readonly #delays = new Map<string, number>()
  readonly #duplicates = new Map<string, number>()
  /** Topics whose next message is held back until another has come, and the message once it is. */
  readonly #reordered = new Map<string, Arriving | undefined>()

  constructor(parts: FaultyParts) {
    this.#parts = parts
  }

  /** Nothing can be written to `topic`: publishes, dead letters and delayed retries to it fail. */
  topicAway(topic: string): Repair {
    return this.#lasting(
      () => this.#away.add(topic),
      () => this.#away.delete(topic),
    )
  }

  /** The group's offsets are not stored. */
  commitsFail(group: string): Repair {
    return this.#lasting(
      () => this.#uncommittable.add(group),
      () => this.#uncommittable.delete(group),
    )
  }

  /** Messages of `topic` are handed over no sooner than `afterMs` after their time. */
  slow(topic: string, afterMs: number): Repair {
    return this.#lasting(
      () => this.#delays.set(topic, afterMs),
      () => this.#delays.delete(topic),
    )
  }

  /** The next `times` messages published to `topic` are stored twice, as by a publisher that missed the confirmation. */
  duplicate(topic: string, times = 1): void {
    this.#duplicates.set(topic, times)
  }

  /** The next message published to `topic` lands behind the one after it. */
  reorder(topic: string): void {
    this.#reordered.set(topic, undefined)
  }

  /** The partitions are taken from all members and dealt out again. */
  rebalance(group: string): void {
    this.#parts.rebalance(group)
  }

  /** The member that has been in the group longest dies: it is told nothing, and nothing it settles from now on counts. */
  crash(group: string): void {
    this.freeze(group)
  }

  /** The same member stands still. The broker gives its partitions away; the repair lets it come back and learn of it. */
  freeze(group: string): Repair {
    const { members } = this.#parts.group(group)
    const [frozen] = members
    if (frozen === undefined) throw new Error(`Group ${group} has no member to stop.`)
    return this.#lasting(
      () => this.#leave(group, members, frozen),
      () => {
        members.add(frozen)
        this.#parts.rebalance(group)
      },
    )
  }

  /** @internal Throws PUBLISH_FAILED while the topic is away. */
  checkWritable(topic: string): void {
    if (this.#away.has(topic)) throw new Failure('PUBLISH_FAILED', `The topic ${topic} is away.`)
  }

  /** @internal Throws BROKER_UNREACHABLE while the group's commits fail. */
  checkCommittable(group: string): void {
    if (this.#uncommittable.has(group)) throw new Failure('BROKER_UNREACHABLE', `Offsets of ${group} are not stored.`)
  }

  /** @internal How long after their time the messages of a topic are seen, in milliseconds. */
  delayMs(topic: string): number {
    return this.#delays.get(topic) ?? 0
  }

  /** @internal What is stored when `record` comes in: it, it twice, nothing yet, or the held back one behind it. */
  arrivals(topic: string, record: Arriving): readonly Arriving[] {
    const copies = this.#duplicates.get(topic) ?? 0
    if (copies > 0) {
      this.#duplicates.set(topic, copies - 1)
      return [record, record]
    }
    if (!this.#reordered.has(topic)) return [record]
    const heldBack = this.#reordered.get(topic)
    if (heldBack === undefined) this.#reordered.set(topic, record)
    else this.#reordered.delete(topic)
    return heldBack === undefined ? [] : [record, heldBack]
  }

  #leave(group: string, members: Set<Member>, member: Member): void {
    members.delete(member)
    this.#parts.rebalance(group)
  }

  #lasting(begin: () => void, end: () => void): Repair {
    let isOn = true
    begin()
    return () => {
      if (!isOn) return
      isOn = false
      end()
      this.#parts.wakeAll()
    }
  }
}
