import { Failure } from '../failure.ts'

/** Which stretches of event time are looked at, per key. Made with {@link tumbling}, {@link hopping} and {@link sliding}. */
export type WindowShape =
  | { readonly kind: 'tumbling'; readonly sizeMs: number }
  | { readonly kind: 'hopping'; readonly sizeMs: number; readonly advanceMs: number }
  | { readonly kind: 'sliding'; readonly sizeMs: number }

/** Windows `[start, start + size)` side by side, aligned to the Unix epoch. An event is in one. */
export function tumbling(sizeMs: number): WindowShape {
  return { kind: 'tumbling', sizeMs: duration('size', sizeMs) }
}

/** Windows `[start, start + size)` that begin every `advanceMs`, aligned to the Unix epoch. An event is in `size / advance` of them. */
export function hopping(sizeMs: number, advanceMs: number): WindowShape {
  if (advanceMs > sizeMs) throw odd(`Windows of ${sizeMs} ms every ${advanceMs} ms would miss events.`)
  if (sizeMs > advanceMs * MOST_AT_ONCE) throw odd(`An event would be in more than ${MOST_AT_ONCE} windows.`)
  return { kind: 'hopping', sizeMs: duration('size', sizeMs), advanceMs: duration('advance', advanceMs) }
}

/** One window `(t - size, t]` for each time `t` at which there is an event: the moving average and its like. */
export function sliding(sizeMs: number): WindowShape {
  return { kind: 'sliding', sizeMs: duration('size', sizeMs) }
}

const MOST_AT_ONCE = 1_000

/**
 * The times of one definition, in whole milliseconds. Inside, every window is half-open and named by its end: `[end - size, end)`;
 * a sliding one at `t` ends at `t + 1`.
 */
export interface WindowTimes {
  readonly sizeMs: number
  readonly graceMs: number
  /** Ends of the windows an event opens: all it is in, for a sliding window its own alone. Ascending. */
  opened(timeMs: number): readonly number[]
  /** The end of the last window that can hold an event of that time. */
  lastEnd(timeMs: number): number
  /** Stream time at which a window's result is put out. */
  firesAt(endMs: number): number
  /** Stream time from which a window takes no event any more. */
  closesAt(endMs: number): number
  /** Stream time from which an event of that time is late: no window that it opens takes it any more. */
  lateFrom(timeMs: number): number
  /** The oldest time that an open window can still hold. */
  keepsFrom(streamTimeMs: number): number
  /** As people write them: sliding `(startMs, endMs]`, else `[startMs, endMs)`. */
  bounds(endMs: number): { readonly startMs: number; readonly endMs: number }
}

/** @param emit `on-time`: results are put out when stream time reaches a window's end. `final`: when it closes. */
export function windowTimes(shape: WindowShape, graceMs: number, emit: 'on-time' | 'final'): WindowTimes {
  if (!Number.isSafeInteger(graceMs) || graceMs < 0) throw odd(`A grace of ${graceMs} ms is no duration.`)
  const { sizeMs } = shape
  const closesAt = (endMs: number) => endMs + graceMs
  if (shape.kind === 'sliding') {
    return {
      sizeMs,
      graceMs,
      opened: (timeMs) => [timeMs + 1],
      lastEnd: (timeMs) => timeMs + sizeMs,
      firesAt: emit === 'final' ? closesAt : (endMs) => endMs - 1,
      closesAt,
      lateFrom: (timeMs) => closesAt(timeMs + 1),
      keepsFrom: (streamTimeMs) => streamTimeMs - graceMs + 1 - sizeMs,
      bounds: (endMs) => ({ startMs: endMs - 1 - sizeMs, endMs: endMs - 1 }),
    }
  }
  const advanceMs = shape.kind === 'hopping' ? shape.advanceMs : sizeMs
  const lastEnd = (timeMs: number) => Math.floor(timeMs / advanceMs) * advanceMs + sizeMs
  return {
    sizeMs,
    graceMs,
    opened: (timeMs) => endsBetween(timeMs, lastEnd(timeMs), advanceMs),
    lastEnd,
    firesAt: emit === 'final' ? closesAt : (endMs) => endMs,
    closesAt,
    lateFrom: (timeMs) => closesAt(lastEnd(timeMs)),
    // The first window that ends after the last closed one.
    keepsFrom: (streamTimeMs) => Math.floor((streamTimeMs - graceMs - sizeMs) / advanceMs) * advanceMs + advanceMs,
    bounds: (endMs) => ({ startMs: endMs - sizeMs, endMs }),
  }
}

/** Ends after `timeMs` up to the last, ascending. */
function endsBetween(timeMs: number, lastMs: number, advanceMs: number): readonly number[] {
  const ends = [lastMs]
  for (let endMs = lastMs - advanceMs; endMs > timeMs; endMs -= advanceMs) ends.push(endMs)
  return ends.reverse()
}

function duration(what: string, ms: number): number {
  if (Number.isSafeInteger(ms) && ms > 0) return ms
  throw odd(`A window's ${what} is a whole number of milliseconds above 0, not ${ms}.`)
}

function odd(message: string): Failure {
  return new Failure('CONTRADICTORY_OPTIONS', message)
}
