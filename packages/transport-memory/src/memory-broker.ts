import type { DeadLetter, Headers } from '@longshore/runtime'

/** One stored message. */
export interface MemoryRecord {
  readonly offset: bigint
  readonly key: string | null
  readonly value: Uint8Array | null
  readonly headers: Headers
  readonly timestampMs: number
}

/** What a group member is told by the broker. */
export interface Member {
  readonly topics: readonly string[]
  /** New records, or a new share of the partitions. */
  wake(): void
  /** Gives up all partitions and takes these. */
  assign(partitions: readonly { readonly topic: string; readonly partition: number }[]): void
}

interface Group {
  /** `topic/partition` to the offset the group goes on from. */
  readonly committed: Map<string, bigint>
  readonly members: Set<Member>
}

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
  #roundRobin = 0

  /** @param partitions Of each topic. Default 4: enough to see order per key matter. */
  constructor({ partitions = 4 }: { readonly partitions?: number } = {}) {
    this.#partitions = partitions
  }

  topic(name: string): readonly (readonly MemoryRecord[])[] {
    return this.#open(name)
  }

  append(topic: string, record: Omit<MemoryRecord, 'offset'>): void {
    const log = this.#open(topic)[this.#partitionOf(record.key)]
    log?.push({ ...record, offset: BigInt(log.length) })
    for (const member of this.#membersOf(topic)) member.wake()
  }

  committed(group: string, topic: string, partition: number): bigint | undefined {
    return this.#group(group).committed.get(`${topic}/${partition}`)
  }

  commit(group: string, topic: string, partition: number, offset: bigint): void {
    this.#group(group).committed.set(`${topic}/${partition}`, offset)
  }

  join(group: string | undefined, member: Member): void {
    if (group === undefined) {
      this.#loners.add(member)
      member.assign(this.#partitionsOf(member.topics))
      return
    }
    this.#group(group).members.add(member)
    this.#rebalance(group)
  }

  leave(group: string | undefined, member: Member): void {
    this.#loners.delete(member)
    if (group !== undefined && this.#group(group).members.delete(member)) this.#rebalance(group)
  }

  /** Deals the partitions out again, as a broker does when a member comes, goes or is thought dead. */
  #rebalance(group: string): void {
    const members = [...this.#group(group).members]
    for (const member of members) member.assign([])
    members.forEach((member, index) => {
      member.assign(this.#partitionsOf(member.topics).filter(({ partition }) => partition % members.length === index))
    })
  }

  #open(name: string): MemoryRecord[][] {
    const known = this.#topics.get(name)
    if (known !== undefined) return known
    const created = Array.from({ length: this.#partitions }, () => [])
    this.#topics.set(name, created)
    return created
  }

  #group(name: string): Group {
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    const created: Group = { committed: new Map(), members: new Set() }
    this.#groups.set(name, created)
    return created
  }

  *#membersOf(topic: string): Iterable<Member> {
    for (const { members } of this.#groups.values())
      for (const member of members) if (member.topics.includes(topic)) yield member
    for (const member of this.#loners) if (member.topics.includes(topic)) yield member
  }

  #partitionsOf(topics: readonly string[]): { readonly topic: string; readonly partition: number }[] {
    return topics.flatMap((topic) => this.#open(topic).map((_, partition) => ({ topic, partition })))
  }

  /** Same key, same partition, in every topic: FNV-1a. Without a key they take turns. */
  #partitionOf(key: string | null): number {
    if (key === null) return this.#roundRobin++ % this.#partitions
    let hash = 0x811c9dc5
    for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
    return (hash >>> 0) % this.#partitions
  }
}
