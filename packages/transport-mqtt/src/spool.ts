import type { FailureRecord, Headers, History } from '@longshore/runtime'

/** A message as it came from the broker, raw. */
export interface SpoolMessage {
  /** The concrete topic. */
  readonly topic: string
  /** Messages of one key are handed out in order; those without any at once. */
  readonly key: string | null
  readonly headers: Headers
  readonly value: Uint8Array | null
  /** Arrival, in Unix milliseconds. */
  readonly timestampMs: number
  readonly messageId?: string
}

/** A stored message. */
export interface SpoolRow extends SpoolMessage {
  /** Rises in the order of storing, over all queues. */
  readonly seq: bigint
  /** Absent until it was tried and put back, or redriven. */
  readonly history?: History
  /** Owners in a row that held it and were silent for too long: they may have died of it. Absent: none. */
  readonly crashes?: number
}

/** Where a message was put. */
export interface SpoolPlace {
  readonly seq: bigint
  /** Whether it is leased to the one who stored it. Otherwise it is handed out by a later claim. */
  readonly isHeld: boolean
}

/** A dead letter. */
export interface SpoolLetter extends SpoolRow {
  readonly status: 'waiting' | 'redriven' | 'quarantined'
}

/**
 * - `reader`: the owner that has been there longest; where a subscription is not shared, it alone reads from the broker
 * - `worker`: another one
 * - `lost`: its lease ran out, and what it had is given away
 */
export type SpoolRole = 'reader' | 'worker' | 'lost'

export interface SpoolStanding {
  readonly role: SpoolRole
  /** Owners that queue has, this one included. */
  readonly owners: number
}

export interface SpoolLoad {
  readonly messages: number
  /** Arrival of the oldest in Unix milliseconds; absent when there is none. */
  readonly oldestMs?: number
}

/**
 * Where messages lie from before they are acknowledged to the broker until they are settled. A queue holds what one group reads of one
 * contract. An owner is one consumer of it: what it is working on is leased to it for as long as it renews, and goes to others, in
 * order, when it does not. Of one key only one owner has messages at a time, and none behind a message that waits to be tried again.
 *
 * Where the storage is away it throws `DependencyDown`.
 */
export interface MqttSpool {
  /** Where: `postgres at localhost:5432/app`. For `explain()`. */
  readonly about: string
  /** Makes itself ready; repeating it is harmless. */
  open(): Promise<void>
  /** Makes an owner known, or keeps it so for another `leaseMs`. */
  renew(queue: string, owner: string, leaseMs: number, isNew: boolean): Promise<SpoolStanding>
  /** Gives back what the owner has. */
  leave(queue: string, owner: string): Promise<void>
  /**
   * Stores messages durably, in order. Leases the first `room` of them to the owner, but for keys of which something else waits or is
   * worked on elsewhere.
   */
  add(queue: string, owner: string, messages: readonly SpoolMessage[], room: number): Promise<readonly SpoolPlace[]>
  /** Leases up to `limit` messages that are due, oldest first, those of owners that are gone included. */
  claim(queue: string, owner: string, limit: number): Promise<readonly SpoolRow[]>
  /** Removes messages that are settled. Those that are not the owner's any more stay. */
  complete(owner: string, seqs: readonly bigint[]): Promise<void>
  /** Puts a message back until `dueAtMs`, and with it all that the owner has of its key. Answers whether it was the owner's. */
  postpone(queue: string, owner: string, seq: bigint, record: FailureRecord, dueAtMs: number): Promise<boolean>
  /** Moves a message to the dead letters, with these headers. Answers whether it was the owner's. */
  bury(owner: string, seq: bigint, headers: Headers): Promise<boolean>
  /** Dead letters after a place, oldest first. */
  letters(queue: string, after: bigint, limit: number): Promise<readonly SpoolLetter[]>
  /** Puts a waiting letter back into its queue, its redrives counted one higher. Another one stays as it is. */
  redrive(queue: string, seq: bigint): Promise<void>
  quarantine(queue: string, seq: bigint): Promise<void>
  load(queue: string): Promise<SpoolLoad>
  /** Removes letters past their retention, in small steps; answers how many. Each consumer calls it now and then. */
  tidy(): Promise<number>
}
