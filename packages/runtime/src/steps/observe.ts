import type { Clock } from '../clock.ts'
import type { Incoming } from '../delivery.ts'
import type { ConsumerMetrics } from '../metrics.ts'
import type { Outcome } from '../outcome.ts'
import type { Step } from '../step.ts'

/** Counts and times every delivery from its start to its outcome. */
export function observe({
  metrics,
  clock,
}: {
  readonly metrics: ConsumerMetrics
  readonly clock: Clock
}): Step<Incoming['body']> {
  return {
    name: 'observe',
    about: 'counts, durations and end-to-end latency, without ids or payloads',
    wrap: (next) => {
      const released = (thrown: unknown): never => {
        metrics.released()
        throw thrown
      }
      return (delivery) => {
        const startedAtMs = clock.now()
        const finished = (outcome: Outcome) => {
          metrics.finished(delivery, outcome, startedAtMs, clock.now())
          return outcome
        }
        metrics.began()
        try {
          const outcome = next(delivery)
          return outcome instanceof Promise ? outcome.then(finished, released) : finished(outcome)
        } catch (thrown) {
          return released(thrown)
        }
      }
    },
  }
}
