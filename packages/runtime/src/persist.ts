import type { Clock } from './clock.ts'
import { Failure } from './failure.ts'
import { sleepUnlessAborted } from './linked-abort.ts'

export interface PersistOptions {
  readonly clock: Clock
  /** Ends the waiting: the consumer stops, or the partition is lost. */
  readonly signals: readonly AbortSignal[]
  /** Told of every refusal. */
  readonly onRefused: (failure: Failure, afterMs: number) => void
}

const FIRST_AFTER_MS = 100
const CAP_MS = 30_000

/**
 * Does what a message cannot go on without, again and again until it succeeds. Rejects with ASSIGNMENT_LOST
 * when a signal aborts before the next try.
 */
export async function persist<Result>(action: () => Promise<Result>, options: PersistOptions): Promise<Result> {
  const { clock, signals, onRefused } = options
  for (let refusals = 0; ; refusals++) {
    try {
      return await action()
    } catch (thrown) {
      const failure = Failure.from(thrown)
      if (failure.class === 'released') throw failure
      const afterMs = Math.min(CAP_MS, FIRST_AFTER_MS * 2 ** Math.min(refusals, 10))
      onRefused(failure, afterMs)
      if (!(await sleepUnlessAborted(clock, afterMs, signals))) throw new Failure('ASSIGNMENT_LOST')
    }
  }
}
