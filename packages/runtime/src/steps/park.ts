import type { Clock } from '../clock.ts'
import { type Incoming, originOf } from '../delivery.ts'
import { Failure, movedOn } from '../failure.ts'
import { laneName } from '../lane-name.ts'
import { sleepUnlessAborted } from '../linked-abort.ts'
import type { Outcome } from '../outcome.ts'
import type { LaneMark, Ownership, Tenure } from '../ownership.ts'
import { parkedAt } from '../parked-assignment.ts'
import { historyAfter, laneHead, type ParkAnswer, type Parking, parkable } from '../parking.ts'
import type { Handle, Step } from '../step.ts'
import { formatSource } from '../transport.ts'
import type { Waits } from '../waits.ts'

type Raw = Incoming['body']

export interface ParkOptions {
  readonly parking: Parking
  readonly ownership: Ownership
  readonly group: string
  /** What keeps its order: `null` for a message that stands alone. */
  readonly laneOf: (delivery: Incoming) => string | null
  /** `holdKey`: what follows a dead letter waits until that has been redriven and handled. */
  readonly onDeadLetter: 'continue' | 'holdKey'
  /** Whether nothing more may be parked: then the partition waits. */
  readonly isFull: () => boolean
  readonly onParked: () => void
  readonly waits: Waits
  readonly clock: Clock
  readonly stopping: AbortSignal
}

const ROOM_AGAIN_MS = 1_000

/**
 * Takes a lane out of the way whose message keeps failing: the message and all that follow it on its key are parked, in order, and
 * acknowledged; all other keys flow on. Messages that come back from there pass through.
 */
export function park(options: ParkOptions): Step<Raw> {
  const { ownership, onDeadLetter } = options
  return {
    name: 'park',
    about: `a key that keeps failing waits in the store with all that follows it, in order; after a dead letter: ${onDeadLetter}`,
    wrap: (next) => (delivery) => {
      if (parkedAt(delivery) !== undefined) return next(delivery)
      const tenure = ownership.of(delivery)
      if (tenure instanceof Promise) return tenure.then((taken) => pass(taken, delivery, next, options))
      return pass(tenure, delivery, next, options)
    },
  }
}

function pass(tenure: Tenure, delivery: Incoming, next: Handle<Raw>, options: ParkOptions): Outcome | Promise<Outcome> {
  if (tenure.lanes.size === 0) return run(tenure, delivery, next, options)
  const lane = laneName(options.laneOf(delivery), delivery)
  const mark = tenure.lanes.get(lane)
  if (mark === undefined) return run(tenure, delivery, next, options)
  if (mark.heldFor === formatSource(originOf(delivery))) return runHeld(lane, delivery, next, options)
  return queueBehind(tenure, lane, delivery, next, options)
}

/** The usual way: nothing of this lane is parked, yet. */
function run(tenure: Tenure, delivery: Incoming, next: Handle<Raw>, options: ParkOptions): Outcome | Promise<Outcome> {
  try {
    const outcome = next(delivery)
    if (!(outcome instanceof Promise)) return outcome.kind === 'ack' ? outcome : finish(outcome)
    return outcome.then(finish, fail)
  } catch (thrown) {
    return fail(thrown)
  }

  function finish(outcome: Outcome): Outcome | Promise<Outcome> {
    if (outcome.kind === 'retry') return parkBehind(tenure, delivery, outcome, options)
    return isRedriven(delivery, options) ? release(delivery, outcome, options) : outcome
  }

  function fail(thrown: unknown): Promise<never> {
    return holdFor(tenure, delivery, Failure.from(thrown), options)
  }
}

async function parkBehind(
  tenure: Tenure,
  delivery: Incoming,
  { afterMs, record }: Extract<Outcome, { kind: 'retry' }>,
  options: ParkOptions,
): Promise<Outcome> {
  const { clock, laneOf, ownership, parking } = options
  const sinceMs = clock.now()
  await room(tenure, delivery, options)
  const lane = laneName(laneOf(delivery), delivery)
  let mark: LaneMark = {}
  await store('park', ownership, tenure, () => {
    const nowMs = clock.now()
    // What it waits for room and for the store is no fault of its own.
    const message = parkable(delivery, historyAfter(movedOn(record, nowMs - sinceMs), delivery))
    const dueAtMs = nowMs + afterMs
    mark = { head: laneHead(message), parkedAtMs: nowMs, dueAtMs }
    return parking.park(tenure.fence, lane, message, dueAtMs)
  })
  // Before the next of its lane begins. Should it be worked off by now, the store will say so.
  tenure.lanes.set(lane, mark)
  options.onParked()
  return { kind: 'ack' }
}

async function queueBehind(
  tenure: Tenure,
  lane: string,
  delivery: Incoming,
  next: Handle<Raw>,
  options: ParkOptions,
): Promise<Outcome> {
  const { ownership, parking } = options
  await room(tenure, delivery, options)
  const mark = tenure.lanes.get(lane)
  const answer = await store('park', ownership, tenure, () => parking.append(tenure.fence, lane, parkable(delivery)))
  if (answer === 'empty') {
    if (tenure.lanes.get(lane) === mark) tenure.lanes.delete(lane)
    return run(tenure, delivery, next, options)
  }
  options.onParked()
  return { kind: 'ack' }
}

/** The message its lane is held for has come again. It has its tries in the lane; then it is a dead letter again. */
async function runHeld(
  lane: string,
  delivery: Incoming,
  next: Handle<Raw>,
  { group, ownership, parking }: ParkOptions,
): Promise<Outcome> {
  const outcome = await next(delivery)
  if (outcome.kind === 'retry') {
    const { failure, record } = outcome
    throw new Failure('ATTEMPTS_EXHAUSTED', `Held, and failed again: ${failure.message}`, {
      cause: failure.cause,
      record,
    })
  }
  if (outcome.kind === 'ack') {
    await ownership.persist('let a key go on', undefined, () => parking.unhold(group, lane, originOf(delivery)))
  }
  return outcome
}

/** A redriven message comes on the retry lane, whose partition may have another owner than the lane that is held for it. */
async function release(delivery: Incoming, outcome: Outcome, { group, laneOf, ownership, parking }: ParkOptions) {
  const lane = laneName(laneOf(delivery), delivery)
  await ownership.persist('let a key go on', undefined, () => parking.unhold(group, lane, originOf(delivery)))
  return outcome
}

function isRedriven({ history }: Incoming, { onDeadLetter }: ParkOptions): boolean {
  return onDeadLetter === 'holdKey' && history !== undefined && history.redriveCount > 0
}

/** Before a message goes to the dead letters its lane is held, where that is wanted. A redriven one's lane is held already. */
async function holdFor(tenure: Tenure, delivery: Incoming, failure: Failure, options: ParkOptions): Promise<never> {
  const { laneOf, onDeadLetter, ownership, parking } = options
  const lane = laneOf(delivery)
  if (onDeadLetter === 'continue' || lane === null || failure.class === 'released' || isRedriven(delivery, options)) {
    throw failure
  }
  const name = laneName(lane, delivery)
  const origin = originOf(delivery)
  await store('hold a key', ownership, tenure, () => parking.hold(tenure.fence, name, origin))
  tenure.lanes.set(name, { heldFor: formatSource(origin) })
  throw failure
}

/** Does it under the fence, and again with a new one when the broker says that the partition is still ours. */
async function store<Answer extends ParkAnswer | 'empty'>(
  what: string,
  ownership: Ownership,
  tenure: Tenure,
  action: () => Promise<Answer>,
): Promise<Exclude<Answer, 'fenced'>> {
  for (;;) {
    const answer = await ownership.persist(what, tenure, action)
    if (isAllowed(answer)) return answer
    await ownership.retake(tenure)
  }
}

function isAllowed<Answer extends string>(answer: Answer): answer is Exclude<Answer, 'fenced'> {
  return answer !== 'fenced'
}

/** Waits while parking is full: this lane first, then, as the window fills, its partition. */
async function room(
  tenure: Tenure,
  delivery: Incoming,
  { clock, isFull, stopping, waits }: ParkOptions,
): Promise<void> {
  const wait = { kind: 'room', sinceMs: clock.now() } as const
  while (isFull()) {
    const again = sleepUnlessAborted(clock, ROOM_AGAIN_MS, [stopping, tenure.signal])
    if (!(await waits.during(delivery, wait, again))) throw new Failure('ASSIGNMENT_LOST')
  }
}
