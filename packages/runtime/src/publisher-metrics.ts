import type { Clock } from './clock.ts'
import { Failure } from './failure.ts'
import { Histogram } from './metrics.ts'
import type { Transport } from './transport.ts'

/** What is published through one transport. */
export class PublisherMetrics {
  /** Acknowledged messages by topic. */
  readonly sent = new Map<string, number>()
  /** Failed calls by failure code. */
  readonly errors = new Map<string, number>()
  readonly duration = new Histogram()
}

/** The same transport, its publishing counted and timed. */
export function measurePublishing(transport: Transport, metrics: PublisherMetrics, clock: Clock): Transport {
  return {
    name: transport.name,
    capabilities: transport.capabilities,
    subscribe: (subscription, receiver) => transport.subscribe(subscription, receiver),
    deadLetters: (subscription) => transport.deadLetters(subscription),
    probe: () => transport.probe(),
    close: () => transport.close(),
    async publish(messages) {
      const startedAtMs = clock.now()
      try {
        await transport.publish(messages)
      } catch (thrown) {
        const { code } = Failure.from(thrown)
        metrics.errors.set(code, (metrics.errors.get(code) ?? 0) + 1)
        throw thrown
      }
      metrics.duration.record((clock.now() - startedAtMs) / 1_000)
      for (const { topic } of messages) metrics.sent.set(topic, (metrics.sent.get(topic) ?? 0) + 1)
    },
  }
}
