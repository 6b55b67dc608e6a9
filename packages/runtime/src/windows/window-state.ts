import type { AlertState } from './alert.ts'
import type { Sample } from './time-fold.ts'

/** Whose windows: those of one key, in one consumer group, under one name. */
export interface WindowKey {
  readonly group: string
  readonly name: string
  readonly key: string
}

/** A window whose result was put out, or is to be. */
export interface WindowRecord {
  /** Exclusive. */
  readonly endMs: number
  /** Of the last result; -1 before the first. */
  readonly revision: number
}

/**
 * Something that was decided by a clock, so that a replay must repeat it instead of deciding again. It belongs to the name and the key,
 * whatever group decided it.
 */
export type WindowDecision =
  /** Once this event was in, the key fell silent and its stream time was moved to `untilMs`. */
  | { readonly kind: 'silent'; readonly afterId: string; readonly untilMs: number }
  /** When this event was first seen it lay in the future, so far ahead. */
  | { readonly kind: 'future'; readonly id: string; readonly aheadMs: number }

/** One key's windows as they are kept. */
export interface StoredWindows {
  /** Changes with every write; `null` before the first. */
  readonly stamp: string | null
  /** The newest event time, or as far as silence has moved it; `null` before the first event. */
  readonly streamTimeMs: number | null
  /** Broker time at which stream time stood where it stands. */
  readonly seenAtMs: number
  /** The last event that went in. */
  readonly lastId: string | null
  readonly alert: AlertState | null
  /** In order of time. */
  readonly samples: readonly Sample[]
  /** In order of their ends. */
  readonly windows: readonly WindowRecord[]
  /** All that is known of the key, by any group. */
  readonly decisions: readonly WindowDecision[]
}

/** What one event or one silence changes. Its size depends on the results put out, not on what lies in the windows. */
export interface WindowChange {
  /** The stamp this change was made from. */
  readonly from: string | null
  /** The stamp it makes. */
  readonly stamp: string
  readonly streamTimeMs: number | null
  readonly seenAtMs: number
  readonly lastId: string | null
  readonly alert: AlertState | null
  /** Broker time at which something is to be done for the key if it stays silent; `null` when there is nothing left to do. */
  readonly dueAtMs: number | null
  /** Added. */
  readonly samples: readonly Sample[]
  /** Added, or with a new revision. */
  readonly windows: readonly WindowRecord[]
  readonly decisions: readonly WindowDecision[]
  /** Samples before the one time and windows ending up to the other are needed no more. */
  readonly forget: { readonly samplesBeforeMs: number; readonly windowsUpToMs: number } | null
}

/** Where a key's messages come from. */
export interface WindowPlace {
  readonly topic: string
  readonly partition: number
}

/**
 * Keeps windows. Everything is read and written in a transaction given from outside: the effect's, under its fence. A write from a
 * stamp that is not the current one changes nothing, so a copy in memory may be used until that is answered.
 */
export interface WindowState<Tx = unknown> {
  /** Makes itself ready; repeating it is harmless. */
  open(): Promise<void>
  /** Reads a key's windows and locks them until the transaction ends. */
  load(tx: Tx, of: WindowKey): Promise<StoredWindows>
  /** Applies the change if the key is still as it was made from; else answers `stale` and does nothing. */
  write(tx: Tx, of: WindowKey, at: WindowPlace, change: WindowChange): Promise<'written' | 'stale'>
  /** Takes a write back, for its effect failed. Absent where the transaction sees to that. */
  undo?(of: WindowKey, change: WindowChange): void
  /** Keys for which something is to be done by now, earliest first. `at`: of that partition alone. */
  due(of: Omit<WindowKey, 'key'>, at: WindowPlace | undefined, nowMs: number, limit: number): Promise<readonly string[]>
}
