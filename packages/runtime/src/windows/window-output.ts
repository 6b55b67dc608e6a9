/** Something a window has to say. Times are Unix milliseconds of event time. */
export type WindowOutput = WindowResult | AlertBegan | AlertEnded | LateEvent | FutureEvent

/**
 * What the events of one window come to, as far as they are known. Sliding windows are `(startMs, endMs]`, all others
 * `[startMs, endMs)`.
 */
export interface WindowResult {
  readonly kind: 'result'
  readonly key: string
  readonly startMs: number
  readonly endMs: number
  readonly value: number
  /** Distinct events in it. */
  readonly count: number
  /** 0 for the first result of the window; each late event that changes it adds one. The highest one holds. */
  readonly revision: number
}

/** A result has risen above the threshold: one episode, however many results follow. */
export interface AlertBegan {
  readonly kind: 'alert-began'
  readonly key: string
  readonly startedAtMs: number
  readonly value: number
  readonly count: number
}

/** - `recovered`: a result is low enough again. - `silent`: the key has had no events for so long that nothing is known of it. */
export interface AlertEnded {
  readonly kind: 'alert-ended'
  readonly key: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** The highest result of the episode. */
  readonly peak: number
  readonly why: 'recovered' | 'silent'
}

/** An event that came after its windows had closed. It changed nothing. */
export interface LateEvent {
  readonly kind: 'late'
  readonly key: string
  readonly id: string
  readonly timeMs: number
  /** How far behind the key's stream time. */
  readonly behindMs: number
}

/** An event dated further ahead than the allowed skew: quarantined. It changed nothing, least of all time. */
export interface FutureEvent {
  readonly kind: 'future'
  readonly key: string
  readonly id: string
  readonly timeMs: number
  /** How far ahead of the broker's time, or of the time at which it was first seen. */
  readonly aheadMs: number
}

/** What one consumer's windows have counted. */
export class WindowMetrics {
  /** Events that went into a window. */
  accepted = 0
  /** Events that were in their windows already. */
  duplicates = 0
  late = 0
  future = 0
  /** Results put out, revised ones among them. */
  results = 0
  revisions = 0
  alerts = 0
  /** Keys whose windows were closed by the wall clock, for they were silent. */
  closedSilent = 0

  putOut(outputs: readonly WindowOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'late') this.late += 1
      if (output.kind === 'future') this.future += 1
      if (output.kind === 'alert-began') this.alerts += 1
      if (output.kind !== 'result') continue
      this.results += 1
      if (output.revision > 0) this.revisions += 1
    }
  }
}
