import type { Source } from './delivery.ts'

/**
 * What a delivery that is not settled waits for. Times are Unix milliseconds; nothing here comes from a payload.
 *
 * | kind | the delivery |
 * | --- | --- |
 * | `attempt` | is being worked on; `isOverdue`: told to end, and its handler has not |
 * | `backoff` | failed, and is tried again at `untilMs` |
 * | `dependency` | waits until what its handler needs is back |
 * | `confirmation` | has an outcome that the broker has not confirmed: its copy to `to`, tried again at `untilMs` |
 * | `store` | waits for the store, which refuses |
 * | `room` | is to be parked, and parking is full |
 * | `isolation` | waits for its turn, for it may be what kills the process |
 * | `step` | is in a step or a settlement |
 * | `lane` | waits behind another of its key, at `behind` |
 * | `turn` | waits for one of the handlers that may run at once |
 * | `paused` | waits until the consumer is resumed, or has subscribed |
 * | `defect` | is given up by a step that broke: it comes again when its assignment ends |
 */
export type Wait =
  | { readonly kind: 'attempt'; readonly sinceMs: number; readonly isOverdue: boolean }
  | {
      readonly kind: 'backoff'
      readonly sinceMs: number
      readonly untilMs: number
      readonly attempts: number
      readonly code: string
    }
  | { readonly kind: 'dependency'; readonly sinceMs: number; readonly attempts: number; readonly dependency: string }
  | {
      readonly kind: 'confirmation'
      readonly sinceMs: number
      readonly untilMs?: number
      readonly attempts: number
      readonly to: string
      readonly refusals: number
    }
  | { readonly kind: 'store' | 'room' | 'isolation' | 'step'; readonly sinceMs: number }
  | {
      readonly kind: 'lane'
      readonly behind: { readonly topic: string; readonly partition: number; readonly offset: string }
    }
  | { readonly kind: 'turn' | 'paused' }
  | { readonly kind: 'defect'; readonly code: string }

/**
 * Notes of what single deliveries wait for, kept by whoever makes them wait, for as long as it does. They go by the delivery's `source`,
 * which all copies of it share on their way through the steps. A delivery that need not wait costs nothing.
 */
export class Waits {
  readonly #waits = new Map<Source, Wait>()

  of({ source }: { readonly source: Source }): Wait | undefined {
    return this.#waits.get(source)
  }

  /** Keeps the note until `waiting` is settled. A later note on the same delivery replaces it. */
  async during<Result>({ source }: { readonly source: Source }, wait: Wait, waiting: Promise<Result>): Promise<Result> {
    this.#waits.set(source, wait)
    try {
      return await waiting
    } finally {
      if (this.#waits.get(source) === wait) this.#waits.delete(source)
    }
  }
}

/** The same in words, with times as ISO 8601. */
export function describeWait(wait: Wait): string {
  switch (wait.kind) {
    case 'attempt':
      return wait.isOverdue
        ? `its handler runs since ${at(wait.sinceMs)}, was told to end and has not`
        : `its handler runs since ${at(wait.sinceMs)}`
    case 'backoff':
      return `failed (${wait.code}) and waits until ${at(wait.untilMs)} for its next try`
    case 'dependency':
      return `waits for ${wait.dependency} since ${at(wait.sinceMs)}; no attempts are counted`
    case 'confirmation':
      return `its copy to ${wait.to} is not confirmed since ${at(wait.sinceMs)}${wait.untilMs === undefined ? '' : `, refused ${wait.refusals} times, again at ${at(wait.untilMs)}`}`
    case 'store':
      return `waits for the store, which does not answer, since ${at(wait.sinceMs)}`
    case 'room':
      return `waits for room in parking since ${at(wait.sinceMs)}`
    case 'isolation':
      return `waits since ${at(wait.sinceMs)} to be worked on alone: it was in flight when the process died`
    case 'step':
      return `is in the pipeline since ${at(wait.sinceMs)}`
    case 'lane':
      return `waits behind ${wait.behind.topic}/${wait.behind.partition}@${wait.behind.offset} of its key`
    case 'turn':
      return 'waits for one of the handlers that may run at once'
    case 'paused':
      return 'waits until the consumer goes on: it is paused, or has not subscribed'
    case 'defect':
      return `a step broke (${wait.code}); it comes again when the partition is assigned anew`
  }
}

function at(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
