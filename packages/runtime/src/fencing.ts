import type { Source } from './delivery.ts'

/** One partition as one group reads it. */
export interface GroupPartition {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

/**
 * The proof that a partition is ours, shown with everything that is written for it. `epoch` rises with each owner. It is `null` where a
 * transport shares one queue among consumers: there nobody owns it, and leases per message and key take the fence's place.
 */
export interface Fence extends GroupPartition {
  readonly epoch: bigint | null
}

/** What a new owner learns when it takes a partition over. */
export interface Takeover {
  readonly epoch: bigint
  /** Owners in a row that never let go: killed, crashed or cut off. 0 when the last one let go in order. */
  readonly uncleanExits: number
  /** Offsets that {@link Fencing.begin} recorded under owners that died, and that never ended. Empty when the last one let go in order. */
  readonly begun: readonly bigint[]
}

/**
 * Ownership of partitions, kept where the effects are, so that a former owner that was frozen and wakes up cannot write. The broker
 * decides who owns what; this only makes its decision hold.
 */
export interface Fencing {
  /**
   * Makes the caller the owner. When it resolves, no transaction under an older epoch is still open and none can commit any more:
   * those of an owner that does not answer are ended.
   */
  take(partition: GroupPartition): Promise<Takeover>
  /** Notes that the owner let go in order. Does nothing under an epoch that is over. */
  release(fences: readonly Fence[]): Promise<void>
  /**
   * Records, before it happens and in a transaction of its own, that a message is about to be worked on. Answers how often that was
   * recorded, this time included, since it last ended.
   */
  begin(fence: Fence, source: Source): Promise<number>
  /** Forgets what {@link begin} recorded: the process survived the message. */
  end(fence: Fence, source: Source): Promise<void>
  /** Forgets unclean exits: what was in flight then has been worked through. */
  recovered(fence: Fence): Promise<void>
}
