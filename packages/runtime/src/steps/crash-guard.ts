import type { Clock } from '../clock.ts'
import type { Incoming } from '../delivery.ts'
import { Failure } from '../failure.ts'
import type { Fencing } from '../fencing.ts'
import type { Isolation } from '../isolation.ts'
import type { Outcome } from '../outcome.ts'
import type { Ownership, Tenure } from '../ownership.ts'
import { parkedAt } from '../parked-assignment.ts'
import type { Handle, Step } from '../step.ts'
import type { Waits } from '../waits.ts'

type Raw = Incoming['body']

export interface CrashGuardOptions {
  readonly fencing: Fencing
  readonly ownership: Ownership
  readonly isolation: Isolation
  /** Unsettled deliveries a partition may have had in flight. */
  readonly window: number
  readonly waits: Waits
  readonly clock: Clock
  readonly stopping: AbortSignal
}

/** One owner that dies is an accident; two in a row on the same messages are a suspicion. */
const SUSPICIOUS_EXITS = 2
const MOST_BEGUN = 3

/**
 * Finds the message that kills the process. After two owners of a partition in a row have died, each message they may have had in flight
 * is recorded before it begins. What is on record from a process that died runs alone, so that a message beside it cannot take the blame;
 * all else runs at once. One that was begun three times and never ended is a dead letter.
 */
export function crashGuard(options: CrashGuardOptions): Step<Raw> {
  const { isolation, ownership } = options
  return {
    name: 'crash-guard',
    about: `after ${SUSPICIOUS_EXITS} crashes in a row what is begun is recorded; what a crash left begun runs alone; begun ${MOST_BEGUN} times and never ended: dead letter`,
    wrap: (next) => (delivery) => {
      const parked = parkedAt(delivery)
      if (parked === undefined) {
        const tenure = ownership.of(delivery)
        if (tenure instanceof Promise) return tenure.then((taken) => guard(taken, delivery, next, options))
        return guard(tenure, delivery, next, options)
      }
      const { begun } = parked.head
      if (begun > MOST_BEGUN) return condemn(begun - 1)
      if (begun === 1) return next(delivery)
      return isolation.alone(async () => {
        releaseIfOver(delivery, options)
        return next(delivery)
      })
    },
  }
}

function guard(
  tenure: Tenure,
  delivery: Incoming,
  next: Handle<Raw>,
  options: CrashGuardOptions,
): Outcome | Promise<Outcome> {
  const { clock, isolation, waits } = options
  const wasBegun = tenure.begun.has(delivery.source.offset)
  if (!wasBegun && !mayHaveBeenInFlight(tenure, delivery, options)) return next(delivery)
  const sinceMs = clock.now()
  let begin = (): void => undefined
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  waits.during(delivery, { kind: 'isolation', sinceMs }, begun)
  const run = () => {
    begin()
    return runRecorded(tenure, delivery, next, options)
  }
  return wasBegun ? isolation.alone(run) : isolation.together(run)
}

/** Whether it may have been in flight when earlier owners died, in a row. */
function mayHaveBeenInFlight(
  tenure: Tenure,
  { source }: Incoming,
  { fencing, ownership, window }: CrashGuardOptions,
): boolean {
  if (tenure.uncleanExits >= SUSPICIOUS_EXITS) tenure.suspectUntil ??= source.offset + BigInt(window)
  if (tenure.suspectUntil === undefined) return false
  if (source.offset < tenure.suspectUntil) return true
  if (tenure.uncleanExits > 0) {
    tenure.uncleanExits = 0
    ownership.persist('note the recovery', tenure, () => fencing.recovered(tenure.fence)).catch(() => undefined)
  }
  return false
}

async function runRecorded(
  tenure: Tenure,
  delivery: Incoming,
  next: Handle<Raw>,
  options: CrashGuardOptions,
): Promise<Outcome> {
  releaseIfOver(delivery, options)
  const { fencing, ownership } = options
  const { source } = delivery
  const begun = await ownership.persist('record an attempt', tenure, () => fencing.begin(tenure.fence, source))
  try {
    return await (begun > MOST_BEGUN ? condemn(begun - 1) : next(delivery))
  } finally {
    await ownership.persist('forget an attempt', tenure, () => fencing.end(tenure.fence, source))
    tenure.begun.delete(source.offset)
  }
}

/** Its turn may come late. */
function releaseIfOver({ assignment }: Incoming, { stopping }: CrashGuardOptions): void {
  if (!assignment.active) throw new Failure('ASSIGNMENT_LOST')
  if (stopping.aborted) throw new Failure('STOPPED')
}

function condemn(begun: number): never {
  throw new Failure('CRASH_LOOP', `The process died ${begun} times while it worked on this message.`)
}
