import { type History, type Incoming, originOf, type Source } from './delivery.ts'
import type { FailureRecord } from './failure.ts'
import type { Fence, GroupPartition } from './fencing.ts'

/** A message as it lies parked: raw, with its headers and what its attempts left behind. */
export type ParkedMessage = Omit<Incoming, 'assignment' | 'attempt' | 'message'>

/** What of a delivery is parked. `history` is what its attempts have left behind so far. */
export function parkable(delivery: Incoming, history: History | undefined = delivery.history): ParkedMessage {
  const { source, key, headers, body, bytes, timestampMs, messageId } = delivery
  return {
    source,
    key,
    headers,
    body,
    bytes,
    timestampMs,
    ...(messageId === undefined ? {} : { messageId }),
    ...(history === undefined ? {} : { history }),
  }
}

/** The history of a delivery once a try of it has failed. */
export function historyAfter({ attempts, firstFailureAtMs }: FailureRecord, delivery: Incoming): History {
  const redriveCount = delivery.history?.redriveCount ?? 0
  return { attempts, firstFailureAtMs, redriveCount, origin: originOf(delivery) }
}

/** The first message of a parked lane, locked for the one who is to work on it. */
export interface ParkedHead {
  readonly fence: Fence
  readonly lane: string
  /** Its place in the queue: rises in source order. */
  readonly seq: bigint
  /** Proof of the lock; a lock that ran out and went to another has another token. */
  readonly token: string
  readonly message: ParkedMessage
  /** How often it was begun, this time included, since it last ended: more than a few means that it kills the process. */
  readonly begun: number
}

/** What people are shown of a lane's first message. */
export type LaneHead = Pick<ParkedMessage, 'key' | 'source' | 'history'>

/** Its value is left out, for lanes may be many. */
export function laneHead({ key, source, history }: ParkedMessage): LaneHead {
  return { key, source, ...(history === undefined ? {} : { history }) }
}

/** A lane with something parked, or held. */
export interface ParkedLane {
  readonly lane: string
  /** Held until this message has been handled after all: its origin as `formatSource` writes it. */
  readonly heldFor?: string
  /** Its first message, for people; absent when only held. */
  readonly head?: LaneHead
  /** Unix milliseconds. */
  readonly parkedAtMs?: number
  /** Unix milliseconds; absent while it is held. */
  readonly dueAtMs?: number
}

/** How much lies parked, for one group. */
export interface ParkedLoad {
  readonly lanes: number
  readonly messages: number
  /** Unix milliseconds; absent when nothing is parked. */
  readonly oldestParkedAtMs?: number
}

/** - `fenced`: the partition has a newer owner */
export type ParkAnswer = 'parked' | 'fenced'

/**
 * Lanes that wait outside the broker: a failing message and all that come after it on its key, in source order. A lane is a key (or a
 * partition, or a single message: whatever the consumer keeps in order). Messages are told apart by source and value, so parking one twice
 * changes nothing.
 */
export interface Parking {
  /** Lanes of the partition with something parked. Read once, right after the partition was taken over. */
  lanes(partition: GroupPartition): Promise<readonly ParkedLane[]>
  /** Parks a lane behind its failing message, to be tried again at `dueAtMs`. */
  park(fence: Fence, lane: string, message: ParkedMessage, dueAtMs: number): Promise<ParkAnswer>
  /** Queues a message behind a parked lane. `empty`: the lane has been worked off in the meantime, the message may go its normal way. */
  append(fence: Fence, lane: string, message: ParkedMessage): Promise<ParkAnswer | 'empty'>
  /** Holds a lane for a message that goes to the dead letters. Only that message, come again or redriven, may pass. */
  hold(fence: Fence, lane: string, origin: Source): Promise<ParkAnswer>
  /** Lets a held lane go on, now that the message it was held for is handled. Answers whether it was held for it. */
  unhold(group: string, lane: string, origin: Source): Promise<boolean>
  /**
   * Locks up to `limit` lanes that are due, ours and not locked by another, and records that their first message is begun; a lane whose
   * first message was begun before and never ended comes first and by itself. A lock ends after `lockMs` unless it is renewed.
   */
  claim(
    fences: readonly Fence[],
    options: { readonly limit: number; readonly lockMs: number },
  ): Promise<readonly ParkedHead[]>
  /** Keeps the locks of these lanes for another `lockMs`. */
  renew(heads: readonly ParkedHead[], lockMs: number): Promise<void>
  /** Puts a head back until `dueAtMs`, with the history `message` has now, and unlocks its lane. Nothing when the lock was lost. */
  postpone(head: ParkedHead, message: ParkedMessage, dueAtMs: number): Promise<void>
  /**
   * Removes a head whose effect or dead letter is confirmed. Answers the next one of its lane, locked for `lockMs`; `empty` when there
   * is none and the lane is gone; `waiting` when the lane is held, or the lock was lost and another works on it.
   */
  complete(head: ParkedHead, lockMs: number): Promise<ParkedHead | 'empty' | 'waiting'>
  load(group: string): Promise<ParkedLoad>
}
