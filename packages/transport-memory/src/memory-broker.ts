import { type DeadLetter, Failure } from '@longshore/runtime'
import { MemoryFaults } from './memory-faults.ts'
import type { Commit, Group, Member } from './memory-group.ts'
import type { MemoryRecord } from './memory-record.ts'

/**
 * Topics, partitions, consumer groups and committed offsets in the memory of this process: what Kafka keeps, without its durability.
 * Several transports may share one broker. Everything is gone with the process.
 */
export class MemoryBroker {
  readonly #partitions: number
  readonly #topics = new Map<string, MemoryRecord[][]>()
  readonly #groups = new Map<string, Group>()
  readonly #loners = new Set<Member>()
  readonly letterStatus = new Map<string, DeadLetter['status']>()
  /** What can go wrong with it; nothing does until it is asked for. */
  readonly faults: MemoryFaults
  #roundRobin = 0

  /** @param partitions Of a topic that was not created before it is used. Default 4: enough to see order per key matter. */
  constructor({ partitions = 4 }: { readonly partitions?: number } = {}) {
    this.#partitions = partitions
    this.faults = new MemoryFaults({
      group: (name) => this.#group(name),
      rebalance: (group) => this.#rebalance(group),
      wakeAll: () => this.#wakeAll(),
    })
  }

  /** Fails when the topic is there already. */
  createTopic(name: string, partitions: number): void {
    if (this.#topics.has(name)) throw new Failure('BROKER_REFUSED', `The topic ${name} exists already.`)
    this.#create(name, partitions)
  }

  topic(name: string): readonly (readonly MemoryRecord[])[] {
    return this.#open(name)
  }

  /** Fails with PUBLISH_FAILED while the topic is away. */
  append(topic: string, record: Omit<MemoryRecord, 'offset'>): void {
    this.faults.checkWritable(topic)
    for (const arrived of this.faults.arrivals(topic, record)) {
      const logs = this.#open(topic)
      const log = logs[this.#partitionOf(arrived.key, logs.length)]
      log?.push({ ...arrived, offset: BigInt(log.length) })
    }
    for (const member of this.#membersOf(topic)) member.wake()
  }

  committed(group: string, topic: string, partition: number): bigint | undefined {
    return this.#group(group).committed.get(`${topic}/${partition}`)
  }

  /** Stores an offset. One of a former owner is ignored. Fails while the group's commits do. */
  commit({ group, generation, topic, partition, offset }: Commit): void {
    if (!this.isCurrent(group, generation)) return
    this.faults.checkCommittable(group)
    this.#group(group).committed.set(`${topic}/${partition}`, offset)
  }

  /** Whether partitions assigned in that generation still belong to whom they were assigned. */
  isCurrent(group: string | undefined, generation: number): boolean {
    return group === undefined || this.#group(group).generation === generation
  }

  join(group: string | undefined, member: Member): void {
    if (group === undefined) {
      this.#loners.add(member)
      member.assign(this.#partitionsOf(member.topics), 0)
      return
    }
    this.#group(group).members.add(member)
    this.#rebalance(group)
  }

  leave(group: string | undefined, member: Member): void {
    this.#loners.delete(member)
    if (group !== undefined && this.#group(group).members.delete(member)) this.#rebalance(group)
  }

  /**
   * Deals the partitions out again, as a broker does when a member comes, goes or is thought dead: those of a topic among the members
   * that read it. Members of one group may read different topics.
   */
  #rebalance(group: string): void {
    const known = this.#group(group)
    const members = [...known.members]
    known.generation += 1
    for (const member of members) member.assign([], known.generation)
    for (const member of members) {
      const share = this.#partitionsOf(member.topics).filter(({ topic, partition }) => {
        const readers = members.filter(({ topics }) => topics.includes(topic))
        return partition % readers.length === readers.indexOf(member)
      })
      member.assign(share, known.generation)
    }
  }

  #open(name: string): MemoryRecord[][] {
    return this.#topics.get(name) ?? this.#create(name, this.#partitions)
  }

  #create(name: string, partitions: number): MemoryRecord[][] {
    const created = Array.from({ length: partitions }, () => [])
    this.#topics.set(name, created)
    return created
  }

  #group(name: string): Group {
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    const created: Group = { committed: new Map(), members: new Set(), generation: 0 }
    this.#groups.set(name, created)
    return created
  }

  #wakeAll(): void {
    for (const { members } of this.#groups.values()) for (const member of members) member.wake()
    for (const member of this.#loners) member.wake()
  }

  *#membersOf(topic: string): Iterable<Member> {
    for (const { members } of this.#groups.values())
      for (const member of members) if (member.topics.includes(topic)) yield member
    for (const member of this.#loners) if (member.topics.includes(topic)) yield member
  }

  #partitionsOf(topics: readonly string[]): { readonly topic: string; readonly partition: number }[] {
    return topics.flatMap((topic) => this.#open(topic).map((_, partition) => ({ topic, partition })))
  }

  /** Same key, same partition: FNV-1a. Without a key they take turns. */
  #partitionOf(key: string | null, partitions: number): number {
    if (key === null) return this.#roundRobin++ % partitions
    let hash = 0x811c9dc5
    for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
    return (hash >>> 0) % partitions
  }
}
