import type { Aggregate } from './aggregate.ts'
import { type AlertRule, type AlertState, type Judged, judge } from './alert.ts'
import type { Sample, TimeFold } from './time-fold.ts'
import type { WindowOutput } from './window-output.ts'
import type { WindowTimes } from './window-shape.ts'
import type { StoredWindows, WindowChange, WindowDecision, WindowRecord } from './window-state.ts'

/** How the windows of every key are treated. */
export interface WindowRules {
  readonly times: WindowTimes
  readonly aggregate: Aggregate
  readonly alert: AlertRule | undefined
  /** How far ahead an event may be dated. */
  readonly maxSkewMs: number
}

/** The clocks an event meets, in Unix milliseconds. */
export interface Arrival {
  /** The broker's time of its message. */
  readonly brokerMs: number
  /** Now. Decides nothing on a replay: what it decided the first time is repeated. */
  readonly nowMs: number
}

/** - `in`: it is in its windows now. - `duplicate`: it was already. - `refused`: late, or from the future. */
export type Verdict = 'in' | 'duplicate' | 'refused'

/**
 * The windows of one key, in event time. Pure: same events, same decisions, same outputs, whatever clock is on the wall.
 *
 * Cost of an event, with `d` events of the key later than it and `r` results put out: O(d + r log n), so O(log n) for one in order,
 * whatever lies in the window. A late event of a sliding window revises every result less than a window behind it: there `r` is up to `d`.
 */
export class KeyWindows {
  readonly #rules: WindowRules
  readonly #key: string
  readonly #samples: TimeFold
  readonly #ids: Set<string>
  /** By end. */
  readonly #windows: WindowRecord[]
  readonly #silences: Map<string, number>
  readonly #futures: Map<string, number>
  #stamp: string | null
  #streamTimeMs: number
  #seenAtMs: number
  #lastId: string | null
  #alert: AlertState | undefined
  #change = nothingYet()

  constructor(rules: WindowRules, key: string, stored: StoredWindows) {
    this.#rules = rules
    this.#key = key
    this.#samples = rules.aggregate.open()
    for (const sample of stored.samples) this.#samples.add(sample)
    this.#ids = new Set(stored.samples.map(({ id }) => id))
    this.#windows = [...stored.windows]
    this.#silences = new Map(stored.decisions.flatMap((d) => (d.kind === 'silent' ? [[d.afterId, d.untilMs]] : [])))
    this.#futures = new Map(stored.decisions.flatMap((d) => (d.kind === 'future' ? [[d.id, d.aheadMs]] : [])))
    this.#stamp = stored.stamp
    this.#streamTimeMs = stored.streamTimeMs ?? Number.NEGATIVE_INFINITY
    this.#seenAtMs = stored.seenAtMs
    this.#lastId = stored.lastId
    this.#alert = stored.alert ?? undefined
  }

  /** Takes an event in, in whatever order it comes, and appends to `outputs` what it has to say. */
  add(sample: Sample, arrival: Arrival, outputs: WindowOutput[]): Verdict {
    const { id, timeMs } = sample
    const aheadMs = this.#aheadMs(sample, arrival)
    if (aheadMs !== undefined) {
      outputs.push({ kind: 'future', key: this.#key, id, timeMs, aheadMs })
      return 'refused'
    }
    if (this.#ids.has(id)) return 'duplicate'
    if (this.#rules.times.lateFrom(timeMs) <= this.#streamTimeMs) {
      outputs.push({ kind: 'late', key: this.#key, id, timeMs, behindMs: this.#streamTimeMs - timeMs })
      return 'refused'
    }
    this.#take(sample)
    this.#lastId = id
    this.#seenAtMs = Math.max(this.#seenAtMs, Math.min(arrival.brokerMs, arrival.nowMs))
    this.#putOut(this.#touchedBy(timeMs), Math.max(this.#streamTimeMs, timeMs), outputs)
    const silentUntilMs = this.#silences.get(id)
    if (silentUntilMs !== undefined) this.#passTo(silentUntilMs, outputs)
    return 'in'
  }

  /**
   * Lets time pass for a key that is silent, at the pace of the broker's clock, but no further than to where something is to be done:
   * results are put out, windows close, an episode of which nothing more is known ends. The decision goes into the change. Answers
   * whether anything was to be done.
   */
  fallSilent(brokerMs: number, outputs: WindowOutput[]): boolean {
    let untilMs: number | undefined
    for (let next = this.#nextMs; next !== undefined && this.#brokerTimeOf(next) <= brokerMs; next = this.#nextMs) {
      untilMs = next
      this.#passTo(next, outputs)
    }
    if (untilMs === undefined || this.#lastId === null) return false
    this.#silences.set(this.#lastId, untilMs)
    this.#change.decisions.push({ kind: 'silent', afterId: this.#lastId, untilMs })
    return true
  }

  /** What has changed since the last call. From now on the stamp is the new one. */
  takeChange(stamp: string): WindowChange {
    const { windows, ...added } = this.#change
    const nextMs = this.#nextMs
    const change = {
      from: this.#stamp,
      stamp,
      streamTimeMs: Number.isFinite(this.#streamTimeMs) ? this.#streamTimeMs : null,
      seenAtMs: this.#seenAtMs,
      lastId: this.#lastId,
      alert: this.#alert ?? null,
      dueAtMs: nextMs === undefined ? null : this.#brokerTimeOf(nextMs),
      windows: [...windows.values()],
      ...added,
    }
    this.#stamp = stamp
    this.#change = nothingYet()
    return change
  }

  /** How far ahead an event is dated, where that is too far. */
  #aheadMs({ id, timeMs }: Sample, { brokerMs, nowMs }: Arrival): number | undefined {
    const decided = this.#futures.get(id)
    if (decided !== undefined) return decided
    const aheadMs = timeMs - Math.min(brokerMs, nowMs)
    if (aheadMs <= this.#rules.maxSkewMs) return undefined
    // The broker's time says the same again on a replay; the clock on the wall does not.
    if (timeMs - brokerMs <= this.#rules.maxSkewMs) this.#change.decisions.push({ kind: 'future', id, aheadMs })
    return aheadMs
  }

  #take(sample: Sample): void {
    this.#samples.add(sample)
    this.#ids.add(sample.id)
    this.#change.samples.push(sample)
  }

  /** Open windows that hold an event of that time: those it opens, and those of later events that reach back to it. Ascending. */
  #touchedBy(timeMs: number): readonly WindowRecord[] {
    const { times } = this.#rules
    const opened = times.opened(timeMs).filter((endMs) => times.closesAt(endMs) > this.#streamTimeMs)
    for (const endMs of opened) this.#openWindow(endMs)
    const from = firstEnding(this.#windows, opened[0] ?? Number.POSITIVE_INFINITY)
    const until = firstEnding(this.#windows, times.lastEnd(timeMs) + 1)
    return this.#windows.slice(from, until)
  }

  #openWindow(endMs: number): void {
    const place = firstEnding(this.#windows, endMs)
    if (this.#windows[place]?.endMs === endMs) return
    this.#windows.splice(place, 0, { endMs, revision: -1 })
    this.#change.windows.set(endMs, { endMs, revision: -1 })
  }

  /** Moves stream time and puts out, in order, what has changed and what is due by then. */
  #putOut(touched: readonly WindowRecord[], streamTimeMs: number, outputs: WindowOutput[]): void {
    const { firesAt } = this.#rules.times
    for (const { endMs } of touched) if (firesAt(endMs) <= this.#streamTimeMs) this.#putOutWindow(endMs, outputs)
    for (let place = this.#firstNotFired(); place < this.#windows.length; place++) {
      const endMs = this.#windows[place]?.endMs
      if (endMs === undefined || firesAt(endMs) > streamTimeMs) break
      this.#putOutWindow(endMs, outputs)
    }
    this.#streamTimeMs = Math.max(this.#streamTimeMs, streamTimeMs)
    this.#forget()
  }

  #putOutWindow(end: number, outputs: WindowOutput[]): void {
    const { alert, times } = this.#rules
    const place = firstEnding(this.#windows, end)
    const folded = this.#samples.read(end - times.sizeMs, end)
    const revision = (this.#windows[place]?.revision ?? -1) + 1
    if (folded === undefined) return
    this.#windows[place] = { endMs: end, revision }
    this.#change.windows.set(end, { endMs: end, revision })
    const { startMs, endMs } = times.bounds(end)
    outputs.push({ kind: 'result', key: this.#key, startMs, endMs, ...folded, revision })
    if (alert !== undefined) this.#judge(alert, { endMs, ...folded }, outputs)
  }

  #judge(rule: AlertRule, result: Judged, outputs: WindowOutput[]): void {
    const before = this.#alert?.episode
    this.#alert = judge(rule, this.#alert, result)
    const after = this.#alert.episode
    const key = this.#key
    if (before === undefined && after !== undefined)
      outputs.push({ kind: 'alert-began', key, startedAtMs: result.endMs, value: result.value, count: result.count })
    if (before !== undefined && after === undefined)
      outputs.push({ kind: 'alert-ended', key, ...before, endedAtMs: result.endMs, why: 'recovered' })
  }

  #passTo(streamTimeMs: number, outputs: WindowOutput[]): void {
    if (streamTimeMs <= this.#streamTimeMs) return
    const isGone = (this.#goneAtMs ?? Number.POSITIVE_INFINITY) <= streamTimeMs
    this.#seenAtMs = this.#brokerTimeOf(streamTimeMs)
    this.#putOut([], streamTimeMs, outputs)
    const episode = this.#alert?.episode
    if (episode === undefined || !isGone) return
    outputs.push({ kind: 'alert-ended', key: this.#key, ...episode, endedAtMs: streamTimeMs, why: 'silent' })
    this.#alert = undefined
  }

  /** Stream time at which something is to be done if nothing comes. */
  get #nextMs(): number | undefined {
    const window = this.#windows[this.#firstNotFired()]
    if (window !== undefined) return this.#rules.times.firesAt(window.endMs)
    const goneAtMs = this.#goneAtMs
    return goneAtMs !== undefined && goneAtMs > this.#streamTimeMs ? goneAtMs : undefined
  }

  /** Stream time at which the last window closes that can hold the newest event: from then on nothing is known of the key. */
  get #goneAtMs(): number | undefined {
    const { newestMs } = this.#samples
    const { closesAt, lastEnd } = this.#rules.times
    return newestMs === undefined ? undefined : closesAt(lastEnd(newestMs))
  }

  /** Stream time goes on at the pace of the broker's clock. */
  #brokerTimeOf(streamTimeMs: number): number {
    return this.#seenAtMs + streamTimeMs - this.#streamTimeMs
  }

  #firstNotFired(): number {
    const { firesAt } = this.#rules.times
    return lowerBound(this.#windows, ({ endMs }) => firesAt(endMs) <= this.#streamTimeMs)
  }

  /** Half of what is kept at a time, so that an event costs no more for it. */
  #forget(): void {
    const { times } = this.#rules
    const samplesBeforeMs = times.keepsFrom(this.#streamTimeMs)
    const windowsUpToMs = this.#streamTimeMs - times.graceMs
    const forgotten = this.#samples.forget(samplesBeforeMs)
    for (const { id } of forgotten) this.#ids.delete(id)
    const closed = firstEnding(this.#windows, windowsUpToMs + 1)
    const isDue = closed > 0 && closed * 2 >= this.#windows.length
    if (isDue) this.#windows.splice(0, closed)
    if (isDue || forgotten.length > 0) this.#change.forget = { samplesBeforeMs, windowsUpToMs }
  }
}

interface Gathering {
  readonly samples: Sample[]
  readonly windows: Map<number, WindowRecord>
  readonly decisions: WindowDecision[]
  forget: WindowChange['forget']
}

function nothingYet(): Gathering {
  return { samples: [], windows: new Map(), decisions: [], forget: null }
}

/** Index of the first window that ends at `endMs` or later. */
function firstEnding(windows: readonly WindowRecord[], endMs: number): number {
  return lowerBound(windows, (window) => window.endMs < endMs)
}

/** Index of the first item that is not `before`; all that are come first. Looks at the end first, where most of what comes belongs. */
function lowerBound(windows: readonly WindowRecord[], before: (window: WindowRecord) => boolean): number {
  const last = windows.at(-1)
  if (last === undefined || before(last)) return windows.length
  let low = 0
  let high = windows.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    const window = windows[middle]
    if (window !== undefined && before(window)) low = middle + 1
    else high = middle
  }
  return low
}
