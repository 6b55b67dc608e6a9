import { type Aggregate, mean } from './aggregate.ts'
import { ALERT_DEFAULTS, type AlertRule } from './alert.ts'
import type { WindowRules } from './key-windows.ts'
import type { WindowOutput } from './window-output.ts'
import { type WindowShape, windowTimes } from './window-shape.ts'
import type { WindowState } from './window-state.ts'

/** What is looked at in windows, and what becomes of it. The key is the message's: repartition first where it should be another. */
export interface Windows<Event, Tx = unknown> {
  readonly shape: WindowShape
  /** Event time, Unix milliseconds. Fractions are cut off; what is no number is a dead letter. */
  readonly time: (event: Event) => number
  /** What is folded. What is no finite number is a dead letter. */
  readonly value: (event: Event) => number
  /** Keeps the windows where the store keeps its inbox, so that both are committed together. */
  readonly state: WindowState<Tx>
  /**
   * Told, in the transaction of the event, all that it has brought about, in order; of a silent key, in a transaction of its own. What
   * is written through `tx` (an outbox, a table) happens once and is gone when this throws. Not called when there is nothing to say. Events
   * of other keys write through the same `tx` at the same time: neither set a savepoint, nor be slow: all wait for the slowest.
   */
  readonly put: (outputs: readonly WindowOutput[], at: WindowContext<Event, Tx>) => void | Promise<void>
  /**
   * What the windows are filed under. Default: the contract's URN. Give a replay a group of its own and the same name: it repeats what
   * was decided by a clock.
   */
  readonly name?: string
  /** Default mean. */
  readonly aggregate?: Aggregate
  /** How much later than its time an event may come and still revise results. Default 1 min; every minute more is kept in memory. */
  readonly graceMs?: number
  /**
   * Default `on-time`: results are put out as soon as stream time reaches a window's end, and again with each late event that changes
   * them. `final`: once, when the window has closed.
   */
  readonly emit?: 'on-time' | 'final'
  /** How far ahead of the broker's time an event may be dated. Default 1 min: more than clocks differ, less than harm is done. */
  readonly maxSkewMs?: number
  /** Default none. */
  readonly alert?: AlertRule
  /**
   * Events committed in one transaction at most: those that came while the one before was under way. Default 100, of which a commit's cost
   * is hardly felt any more; 1 commits each by itself.
   */
  readonly batch?: number
  /** Keys held in memory, so that their events need not be read again. Default 10,000: at 300 events each about 1 GB. */
  readonly cachedKeys?: number
}

/** Where outputs come from. */
export interface WindowContext<Event, Tx> {
  readonly tx: Tx
  readonly key: string
  /** Absent when the key was silent. */
  readonly event?: Event
}

/** The defaults; each reason stands at its option. */
export const WINDOW_DEFAULTS = Object.freeze({
  aggregate: mean,
  graceMs: 60 * 1_000,
  emit: 'on-time',
  maxSkewMs: 60 * 1_000,
  batch: 100,
  cachedKeys: 10_000,
} as const satisfies Partial<Windows<never>>)

/** With nothing optional but the alert. */
export type ResolvedWindows<Event, Tx> = Required<Omit<Windows<Event, Tx>, 'alert'>> & Pick<Windows<Event, Tx>, 'alert'>

/** How the core treats them. Fails with CONTRADICTORY_OPTIONS where a duration is none. */
export function rulesOf<Event, Tx>(windows: ResolvedWindows<Event, Tx>): WindowRules {
  const { aggregate, alert, emit, graceMs, maxSkewMs, shape } = windows
  return { times: windowTimes(shape, graceMs, emit), aggregate, alert, maxSkewMs }
}

/** For `explain()`. */
export function describeWindows<Event, Tx>(windows: ResolvedWindows<Event, Tx>): string {
  const { shape, aggregate, graceMs, emit, maxSkewMs, alert } = windows
  const advance = shape.kind === 'hopping' ? ` every ${shape.advanceMs / 1_000} s` : ''
  const lines = [
    `  windows    ${aggregate.name} over ${shape.sizeMs / 1_000} s${advance}, ${shape.kind}, by event time per key; put out ${emit}`,
    `  late       up to ${graceMs / 1_000} s after the window, revising results; later ones are counted and put out as late`,
    `  future     more than ${maxSkewMs / 1_000} s ahead: quarantined, counted and put out as future`,
  ]
  return [...lines, ...describeAlert(alert)].join('\n')
}

function describeAlert(alert: AlertRule | undefined): readonly string[] {
  if (alert === undefined) return []
  const { above, hysteresis, minSamples } = { ...ALERT_DEFAULTS, ...alert }
  return [
    `  alerts     one per episode: above ${above} until at most ${above - hysteresis}, from ${minSamples} events on`,
  ]
}
