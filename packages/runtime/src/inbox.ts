import type { Fence } from './fencing.ts'
import type { Outcome } from './outcome.ts'

/** What is claimed before an effect: this message, for this handler of this group, under this fence. */
export interface Claim {
  readonly handler: string
  readonly id: string
  /** SHA-256 of the raw value: tells another payload under a used id. */
  readonly payloadHash: Uint8Array
  readonly fence: Fence
}

/**
 * Why a claim was not granted:
 *
 * - `duplicate`: the effect has happened
 * - `changed`: an effect of this id has happened, for another payload
 * - `fenced`: the partition has a newer owner
 */
export type Refusal = 'duplicate' | 'changed' | 'fenced'

/** Answer to a claim on an effect outside the database. */
export type Lease =
  | { readonly kind: 'granted'; readonly token: string }
  /** Somebody works on it, and holds it until then at the latest. */
  | { readonly kind: 'held'; readonly untilMs: number }
  | { readonly kind: Refusal }

/**
 * Remembers which effects have happened. `Tx` is the transaction a handler writes its effect in.
 *
 * An implementation keeps rows longer than any source, retry lane, dead letter queue and outbox can bring the message again, and states
 * how long. Where its database is away it throws `DependencyDown`.
 */
export interface Inbox<Tx = unknown> {
  /** Where and how long: `postgres, kept 30 days`. For `explain()`. */
  readonly about: string
  /**
   * Claims and works in one transaction: effect and claim are committed together, or neither is. `ack` commits; any other outcome and
   * any throw roll back. When the answer to the commit is lost it throws, and the next claim tells whether it had happened.
   */
  transact(claim: Claim, work: (tx: Tx) => Promise<Outcome>): Promise<Outcome | Refusal>
  /**
   * The same for several in one transaction: the works whose claims are granted run at once, and what they write is committed together.
   * If one throws or answers anything but `ack`, all is rolled back and this throws. Absent: each has a transaction of its own.
   */
  transactAll?(
    batch: readonly { readonly claim: Claim; readonly work: (tx: Tx) => Promise<Outcome> }[],
  ): Promise<readonly (Outcome | Refusal)[]>
  /** Claims an effect outside the database for `leaseMs`. After a crash the lease runs out and the message may be worked on again. */
  lease(claim: Claim, leaseMs: number): Promise<Lease>
  /** Notes that the effect has happened. Answers `false` when the lease was lost to somebody else. */
  confirm(claim: Claim, token: string): Promise<boolean>
  /** Gives a lease back after a failed attempt, so that the next one need not wait. */
  release(claim: Claim, token: string): Promise<void>
}

export function isRefusal(answer: Outcome | Refusal): answer is Refusal {
  return typeof answer === 'string'
}
