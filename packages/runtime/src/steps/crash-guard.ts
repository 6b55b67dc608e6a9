import type { Incoming } from '../delivery.ts'
import { Failure } from '../failure.ts'
import type { Fencing } from '../fencing.ts'
import type { Outcome } from '../outcome.ts'
import type { Ownership, Tenure } from '../ownership.ts'
import { parkedAt } from '../parked-assignment.ts'
import type { Handle, Step } from '../step.ts'

type Raw = Incoming['body']

export interface CrashGuardOptions {
  readonly fencing: Fencing
  readonly ownership: Ownership
  /** Unsettled deliveries a partition may have had in flight. */
  readonly window: number
  readonly stopping: AbortSignal
}

/** One owner that dies is an accident; two in a row on the same messages are a suspicion. */
const SUSPICIOUS_EXITS = 2
const MOST_BEGUN = 3

/**
 * Finds the message that kills the process. After two owners of a partition in a row have died, what they may have had in flight is
 * worked on one message at a time, each recorded before it begins; one that was begun three times and never ended is a dead letter.
 */
export function crashGuard(options: CrashGuardOptions): Step<Raw> {
  const { ownership } = options
  let last: Promise<unknown> = Promise.resolve()
  return {
    name: 'crash-guard',
    about: `after ${SUSPICIOUS_EXITS} crashes in a row one message at a time; begun ${MOST_BEGUN} times and never ended: dead letter`,
    wrap: (next) => (delivery) => {
      const parked = parkedAt(delivery)
      if (parked !== undefined) return parked.head.begun > MOST_BEGUN ? condemn(parked.head.begun - 1) : next(delivery)
      const tenure = ownership.of(delivery)
      if (tenure instanceof Promise) return tenure.then((taken) => guard(taken, delivery, next))
      return guard(tenure, delivery, next)
    },
  }

  function guard(tenure: Tenure, delivery: Incoming, next: Handle<Raw>): Outcome | Promise<Outcome> {
    if (!isSuspect(tenure, delivery, options)) return next(delivery)
    const alone = last.then(() => runRecorded(tenure, delivery, next, options))
    last = alone.catch(() => undefined)
    return alone
  }
}

/** Whether the message may have been in flight when earlier owners died. */
function isSuspect(tenure: Tenure, { source }: Incoming, { fencing, ownership, window }: CrashGuardOptions): boolean {
  if (tenure.uncleanExits < SUSPICIOUS_EXITS) return false
  tenure.suspectUntil ??= source.offset + BigInt(window)
  if (source.offset < tenure.suspectUntil) return true
  tenure.uncleanExits = 0
  ownership.persist('note the recovery', tenure, () => fencing.recovered(tenure.fence)).catch(() => undefined)
  return false
}

async function runRecorded(
  tenure: Tenure,
  delivery: Incoming,
  next: Handle<Raw>,
  { fencing, ownership, stopping }: CrashGuardOptions,
): Promise<Outcome> {
  const { assignment, source } = delivery
  if (!assignment.active) throw new Failure('ASSIGNMENT_LOST')
  if (stopping.aborted) throw new Failure('STOPPED')
  const begun = await ownership.persist('record an attempt', tenure, () => fencing.begin(tenure.fence, source))
  try {
    return await (begun > MOST_BEGUN ? condemn(begun - 1) : next(delivery))
  } finally {
    await ownership.persist('forget an attempt', tenure, () => fencing.end(tenure.fence, source))
  }
}

function condemn(begun: number): never {
  throw new Failure('CRASH_LOOP', `The process died ${begun} times while it worked on this message.`)
}
