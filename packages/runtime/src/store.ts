import type { Fencing } from './fencing.ts'
import type { Inbox } from './inbox.ts'
import type { Parking } from './parking.ts'

/** Where a consumer keeps what must outlive it. One value may serve many consumers; `Tx` is what handlers get as `context.tx`. */
export interface Store<Tx = unknown> {
  readonly name: string
  /** Makes itself ready: tables created or brought up to date. Called by each consumer at start; repeating it is harmless. */
  open(): Promise<void>
  /** Removes what is past its retention, in small steps; answers how many rows. Called by each consumer now and then. */
  tidy(): Promise<number>
  readonly inbox: Inbox<Tx>
  readonly fencing: Fencing
  /** Absent: keys that keep failing are held back by the transport, or not at all. */
  readonly parking?: Parking
}
