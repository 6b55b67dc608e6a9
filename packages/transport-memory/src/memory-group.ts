/** What a group member is told by the broker. */
export interface Member {
  readonly topics: readonly string[]
  /** New records, or a new share of the partitions. */
  wake(): void
  /** Gives up all partitions and takes these, which are its own as long as the group has this generation. */
  assign(partitions: readonly { readonly topic: string; readonly partition: number }[], generation: number): void
}

export interface Group {
  /** `topic/partition` to the offset the group goes on from. */
  readonly committed: Map<string, bigint>
  readonly members: Set<Member>
  /** One higher with each dealing out of partitions. */
  generation: number
}

/** A member's offset for one partition. */
export interface Commit {
  readonly group: string
  /** Of the member's assignment. */
  readonly generation: number
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}
