import { hash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type Delivery, identityOf } from '../delivery.ts'
import { Failure, RetryAfter } from '../failure.ts'
import { type Claim, type Inbox, isRefusal, type Refusal } from '../inbox.ts'
import { storable } from '../lane-name.ts'
import { ACK, type Outcome } from '../outcome.ts'
import type { Ownership } from '../ownership.ts'
import type { Handle, Step } from '../step.ts'

export interface DedupeOptions {
  readonly inbox: Inbox
  readonly ownership: Ownership
  /** What the claims of this consumer are filed under, beside its group: the contract's URN. */
  readonly handler: string
  /** Property that holds an event's id, where the contract says so. */
  readonly id: string | undefined
  /** Where the handler's effect lies: in the inbox's own transaction, or anywhere else. */
  readonly effects: 'transactional' | 'external'
  /** How long a claim on an external effect stands against others when its owner dies. */
  readonly leaseMs: number
  /** Whether a message can be held back without an attempt: it is, while another works on it. */
  readonly canDelay: boolean
  readonly onDuplicate: () => void
  readonly clock: Clock
}

/**
 * Works on a message whose effect has not happened yet, and acknowledges one whose effect has. A transactional effect and its claim are
 * committed together, so it happens once. An external effect is claimed for a time, confirmed afterwards, and may be repeated after a
 * crash. Another payload under a used id fails with PAYLOAD_CHANGED.
 */
export function dedupe<Event>(options: DedupeOptions): Step<Event> {
  const { effects, inbox, leaseMs, ownership } = options
  const how =
    effects === 'transactional' ? 'in the effect’s transaction' : `leased for ${leaseMs / 1_000} s, then confirmed`
  const work = effects === 'transactional' ? workInTransaction : workUnderLease
  return {
    name: 'dedupe',
    about: `one effect per event id, ${how}; ${inbox.about}`,
    wrap: (next) => async (delivery) => {
      for (;;) {
        const tenure = await ownership.of(delivery)
        const answer = await unlessLost(
          delivery,
          work(claimOn(delivery, tenure.fence, options), delivery, next, options),
        )
        if (!isRefusal(answer)) return answer
        if (answer === 'changed') throw new Failure('PAYLOAD_CHANGED')
        if (answer === 'duplicate') {
          options.onDuplicate()
          return ACK
        }
        await ownership.retake(tenure)
      }
    },
  }
}

type Answer = Promise<Outcome | Refusal>

function workInTransaction<Event>(
  claim: Claim,
  delivery: Delivery<Event>,
  next: Handle<Event>,
  { inbox }: DedupeOptions,
): Answer {
  return inbox.transact(claim, async (tx) => {
    // It may have waited long for a connection.
    if (!delivery.assignment.active) throw new Failure('ASSIGNMENT_LOST')
    return next({ ...delivery, tx })
  })
}

async function workUnderLease<Event>(
  claim: Claim,
  delivery: Delivery<Event>,
  next: Handle<Event>,
  options: DedupeOptions,
): Answer {
  const { inbox, leaseMs } = options
  const lease = await inbox.lease(claim, leaseMs)
  if (lease.kind === 'held') return waitFor(lease.untilMs, delivery, options)
  if (lease.kind !== 'granted') return lease.kind
  let isConfirmed = false
  try {
    const outcome = await next(delivery)
    if (outcome.kind !== 'ack') return outcome
    isConfirmed = await inbox.confirm(claim, lease.token)
    if (isConfirmed) return outcome
    throw new Failure('RETRY_AFTER', 'The lease on this message ran out while it was worked on; raise leaseMs.')
  } finally {
    // When the inbox is away the lease runs out by itself.
    if (!isConfirmed) await inbox.release(claim, lease.token).catch(() => undefined)
  }
}

/** Never `ack`: the other one may yet fail. */
function waitFor(untilMs: number, delivery: Delivery<unknown>, { canDelay, clock }: DedupeOptions): Outcome {
  const afterMs = Math.max(1, untilMs - clock.now())
  const failure = new RetryAfter(afterMs)
  if (!canDelay) throw failure
  const attempts = (delivery.attempt?.number ?? 1) - 1
  const firstFailureAtMs = delivery.history?.firstFailureAtMs ?? clock.now()
  return { kind: 'retry', afterMs, failure, record: { attempts, firstFailureAtMs, lastFailureAtMs: clock.now() } }
}

function claimOn(delivery: Delivery<unknown>, fence: Claim['fence'], { handler, id }: DedupeOptions): Claim {
  const payloadHash = hash('sha256', delivery.raw ?? EMPTY, 'buffer')
  return { handler, id: storable(eventId(delivery, id) ?? identityOf(delivery)), payloadHash, fence }
}

const EMPTY = new Uint8Array()

/** What an event's own id is, where the contract names the property that holds it. */
export function eventId({ body }: Pick<Delivery<unknown>, 'body'>, property: string | undefined): string | undefined {
  if (property === undefined || typeof body !== 'object' || body === null) return undefined
  const value: unknown = Reflect.get(body, property)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** What fails after the partition was lost is no fault of message or database: a new owner may have ended the transaction. */
async function unlessLost(delivery: Delivery<unknown>, answer: Answer): Answer {
  try {
    return await answer
  } catch (thrown) {
    if (delivery.assignment.active) throw thrown
    throw new Failure('ASSIGNMENT_LOST', undefined, { cause: thrown })
  }
}
