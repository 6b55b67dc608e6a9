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
    wrap: (next) => (delivery) => {
      const startedAtMs = clock.now()
      const finish = (outcome: Outcome) => {
        metrics.finished(delivery, outcome, startedAtMs, clock.now())
        return outcome
      }
      metrics.began()
      try {
        const outcome = next(delivery)
        if (!(outcome instanceof Promise)) return finish(outcome)
        return outcome.then(finish, (thrown) => {
          metrics.released()
          throw thrown
        })
      } catch (thrown) {
        metrics.released()
        throw thrown
      }
    },
  }
}
