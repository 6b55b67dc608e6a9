import type { Clock } from './clock.ts'
import { Failure } from './failure.ts'
import { Histogram } from './metrics.ts'
import type { Transport } from './transport.ts'

/** What is published through one transport. */
export class PublisherMetrics {
  /** Acknowledged messages by topic. */
  readonly sent = new Map<string, number>()
  /** Failed calls by topic and failure code. */
  readonly errors = new Map<string, Map<string, number>>()
  /** From publish to acknowledgement, by topic: one per call and topic of it. */
  readonly durations = new Map<string, Histogram>()

  /** @internal */
  failed(topics: Iterable<string>, code: string): void {
    for (const topic of topics) {
      const ofTopic = this.errors.get(topic) ?? new Map<string, number>()
      this.errors.set(topic, ofTopic.set(code, (ofTopic.get(code) ?? 0) + 1))
    }
  }

  /** @internal */
  took(topics: Iterable<string>, seconds: number): void {
    for (const topic of topics) {
      const ofTopic = this.durations.get(topic) ?? new Histogram()
      this.durations.set(topic, ofTopic)
      ofTopic.record(seconds)
    }
  }
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
      const topics = new Set(messages.map(({ topic }) => topic))
      try {
        await transport.publish(messages)
      } catch (thrown) {
        metrics.failed(topics, Failure.from(thrown).code)
        throw thrown
      }
      metrics.took(topics, (clock.now() - startedAtMs) / 1_000)
      for (const { topic } of messages) metrics.sent.set(topic, (metrics.sent.get(topic) ?? 0) + 1)
    },
  }
}
