import type { Clock } from '../clock.ts'
import type { Incoming } from '../delivery.ts'
import { Failure } from '../failure.ts'
import type { Outcome } from '../outcome.ts'
import type { Step } from '../step.ts'

type Raw = Incoming['body']

/** Turns every failure that reaches it into a dead letter. What was merely released is passed on: it is no fault of the message. */
export function deadLetter({ dlq, clock }: { readonly dlq: string; readonly clock: Clock }): Step<Raw> {
  return {
    name: 'dead-letter',
    about: `what cannot be handled goes to ${dlq}, confirmed before the original is let go`,
    wrap: (next) => {
      const toLetter = (thrown: unknown) => letterFor(thrown, clock)
      return (delivery) => {
        try {
          const outcome = next(delivery)
          return outcome instanceof Promise ? outcome.then(undefined, toLetter) : outcome
        } catch (thrown) {
          return toLetter(thrown)
        }
      }
    },
  }
}

function letterFor(thrown: unknown, clock: Clock): Outcome {
  const failure = Failure.from(thrown)
  if (failure.class === 'released') throw failure
  const now = clock.now()
  const record = failure.record ?? { attempts: 1, firstFailureAtMs: now, lastFailureAtMs: now }
  return { kind: 'dead-letter', failure, record }
}
