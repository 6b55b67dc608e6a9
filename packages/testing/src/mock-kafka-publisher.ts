import { type ConsumerContract, consume, type Handler, type Running } from '@longshore/runtime'
import { MemoryBroker, memoryTransport } from '@longshore/transport-memory'
import { silentLog } from './silent-log.ts'
import { until } from './until.ts'

/**
 * Kafka as a test wants it: topics and groups in memory, the real pipeline in between, and a `publish` that resolves when every group
 * has settled the event. A handler that throws is not tried again; its event lands in `<topic>.<group>.dlq`.
 *
 * @example
 * const kafka = new MockKafkaPublisher()
 * kafka.subscribeToTopic('job-metrics', 'metrics-consumer-group', handler)
 * await kafka.publish('job-metrics', { event_type: 'job.metrics_recorded' }, 'job-1')
 * expect(kafka.getLastMessage('job-metrics')).toMatchObject({ event_type: 'job.metrics_recorded' })
 */
export class MockKafkaPublisher {
  readonly #broker = new MemoryBroker({ partitions: 1 })
  readonly #transport = memoryTransport({ broker: this.#broker })
  readonly #consumers: Running[] = []
  readonly #starting: Promise<void>[] = []

  /**
   * The handler gets every event of the topic, those published before included; handlers of one group share them. Resolves when it is
   * subscribed; a `publish` waits for that by itself.
   */
  subscribeToTopic<Event>(topic: string, group: string, handler: Handler<Event>): Promise<void> {
    const contract: ConsumerContract<Event> = {
      urn: `urn:events:test:${topic}`,
      topic,
      group,
      retry: { kind: 'none' },
      pii: [],
      validate: () => [],
    }
    const consumer = consume(contract, this.#transport, handler, { log: silentLog })
    this.#consumers.push(consumer)
    const starting = consumer.start()
    this.#starting.push(starting)
    return starting
  }

  /** Resolves when every group that reads the topic has handled the event, or given it up. */
  async publish(topic: string, event: unknown, key: string | null = null): Promise<void> {
    await Promise.all(this.#starting)
    await this.#transport.publish([{ topic, key, value: Buffer.from(JSON.stringify(event)) }])
    await until(() => this.#isSettled(topic), `every group has settled the event on ${topic}`)
  }

  /** Everything in the topic, in the order it came. */
  getMessages(topic: string): readonly unknown[] {
    return this.#broker.topic(topic).flatMap((log) => log.map(({ value }) => parse(value)))
  }

  getLastMessage(topic: string): unknown {
    return this.getMessages(topic).at(-1)
  }

  /** Stops all consumers. */
  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()))
  }

  async #isSettled(topic: string): Promise<boolean> {
    const lags = await Promise.all(this.#consumers.map((consumer) => consumer.lag()))
    return lags.flat().every((lag) => lag.topic !== topic || lag.messages === 0)
  }
}

function parse(value: Uint8Array | null): unknown {
  return value === null ? null : JSON.parse(Buffer.from(value).toString())
}
