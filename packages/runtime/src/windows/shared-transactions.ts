import { Failure } from '../failure.ts'
import { type Claim, type Inbox, isRefusal, type Refusal } from '../inbox.ts'
import type { Outcome } from '../outcome.ts'

type Work<Tx> = (tx: Tx) => Promise<Outcome>

interface Waiting<Tx> {
  readonly claim: Claim
  readonly work: Work<Tx>
  readonly resolve: (answer: Outcome | Refusal) => void
  readonly reject: (thrown: unknown) => void
}

export interface SharedTransactionsParts<Tx> {
  readonly inbox: Inbox<Tx>
  /** Claims in one transaction. */
  readonly most: number
  /** What `transact` was asked for is over, before it is answered. */
  readonly onEnded: (claim: Claim, isCommitted: boolean) => void
}

/**
 * The same inbox, with one transaction for all that came while the one before was under way: where much comes, a commit is shared by many,
 * and where little comes nothing waits for more. Whoever fails in company is not known, so the company is parted in halves until it is
 * alone; the others are committed. An inbox that knows no shared transactions commits each by itself.
 */
export function sharedTransactions<Tx>({ inbox, most, onEnded }: SharedTransactionsParts<Tx>): Inbox<Tx> {
  let waiting: Waiting<Tx>[] = []
  let isWorking = false

  const alone = async (claim: Claim, work: Work<Tx>): Promise<Outcome | Refusal> => {
    let isCommitted = false
    try {
      const answer = await inbox.transact(claim, work)
      isCommitted = isAck(answer)
      return answer
    } finally {
      onEnded(claim, isCommitted)
    }
  }

  const workOff = async (): Promise<void> => {
    isWorking = true
    // What comes in the same turn begins together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      await together(batch)
    }
    isWorking = false
  }

  /** Never rejects: each is told how it went. */
  const together = async (batch: readonly Waiting<Tx>[]): Promise<void> => {
    const [only] = batch
    if (only === undefined || inbox.transactAll === undefined) return
    if (batch.length === 1) return alone(only.claim, only.work).then(only.resolve, only.reject)
    try {
      const answers = await inbox.transactAll(batch)
      for (const [index, { claim, resolve, reject }] of batch.entries()) {
        const answer = answers[index]
        onEnded(claim, answer !== undefined && isAck(answer))
        if (answer === undefined) reject(new Failure('HANDLER_FAILED', 'The inbox did not answer a claim.'))
        else resolve(answer)
      }
    } catch (thrown) {
      if (Failure.from(thrown).class === 'dependency-down') {
        for (const { claim, reject } of batch) {
          onEnded(claim, false)
          reject(thrown)
        }
        return
      }
      const middle = batch.length >>> 1
      await together(batch.slice(0, middle))
      await together(batch.slice(middle))
    }
  }

  const inCompany = (claim: Claim, work: Work<Tx>): Promise<Outcome | Refusal> =>
    new Promise((resolve, reject) => {
      waiting.push({ claim, work, resolve, reject })
      if (!isWorking) void workOff()
    })

  return {
    about: inbox.about,
    transact: most === 1 || inbox.transactAll === undefined ? alone : inCompany,
    lease: (claim, leaseMs) => inbox.lease(claim, leaseMs),
    confirm: (claim, token) => inbox.confirm(claim, token),
    release: (claim, token) => inbox.release(claim, token),
  }
}

function isAck(answer: Outcome | Refusal): boolean {
  return !isRefusal(answer) && answer.kind === 'ack'
}
