import type { Clock } from './clock.ts'
import { Failure } from './failure.ts'
import { Histogram } from './metrics.ts'
import type { Transport } from './transport.ts'

/** Topics that are told apart. Those of MQTT may be as many as devices: what goes to more is counted together. */
const MOST_TOPICS = 1_000
const OTHERS = '(others)'

/** What is published through one transport. Of topics the first 1,000 are told apart, the rest are `(others)`. */
export class PublisherMetrics {
  /** Acknowledged messages by topic. */
  readonly sent = new Map<string, number>()
  /** Failed calls by topic and failure code. */
  readonly errors = new Map<string, Map<string, number>>()
  /** From publish to acknowledgement, by topic: one per call and topic of it. */
  readonly durations = new Map<string, Histogram>()

  readonly #topics = new Set<string>()

  /** @internal What a topic is counted under. */
  nameOf(topic: string): string {
    if (this.#topics.has(topic)) return topic
    if (this.#topics.size >= MOST_TOPICS) return OTHERS
    this.#topics.add(topic)
    return topic
  }

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
      const names = messages.map(({ topic }) => metrics.nameOf(topic))
      const topics = new Set(names)
      try {
        await transport.publish(messages)
      } catch (thrown) {
        metrics.failed(topics, Failure.from(thrown).code)
        throw thrown
      }
      metrics.took(topics, (clock.now() - startedAtMs) / 1_000)
      for (const topic of names) metrics.sent.set(topic, (metrics.sent.get(topic) ?? 0) + 1)
    },
  }
}
