import type {
  Incoming,
  Outcome,
  PartitionLag,
  Subscribed,
  Subscription,
  Transport,
  TransportEvent,
} from '@longshore/runtime'
import { ACK, type DeadLetter } from '@longshore/runtime'

/** A subscription that keeps what it is given, and acknowledges it unless told otherwise. */
export class Reader {
  readonly deliveries: Incoming[] = []
  readonly events: TransportEvent[] = []
  readonly wanted: Subscription
  onDelivery: (delivery: Incoming) => unknown = (delivery) => this.settle(delivery, ACK)
  #subscribed: Subscribed | undefined

  private constructor(topic: string, given: Partial<Subscription>) {
    const names = { topics: [topic], group: 'readers', dlq: `${topic}.dlq`, retryTopic: `${topic}.retry` }
    this.wanted = { ...names, from: { kind: 'earliest' }, window: 1_000, bindings: {}, ...given }
  }

  static async open(transport: Transport, topic: string, given: Partial<Subscription> = {}): Promise<Reader> {
    const reader = new Reader(topic, given)
    const deliver = (delivery: Incoming) => {
      reader.deliveries.push(delivery)
      reader.onDelivery(delivery)
    }
    reader.#subscribed = await transport.subscribe(reader.wanted, {
      deliver,
      report: (event) => reader.events.push(event),
    })
    return reader
  }

  settle(delivery: Incoming, outcome: Outcome): void | Promise<void> {
    return this.#subscribed?.settle(delivery, outcome)
  }

  texts(): readonly string[] {
    return this.deliveries.map(({ body }) => Buffer.from(body ?? []).toString())
  }

  async lag(): Promise<readonly PartitionLag[]> {
    return (await this.#subscribed?.lag()) ?? []
  }

  async stopFetching(): Promise<void> {
    await this.#subscribed?.stopFetching()
  }

  async close(): Promise<void> {
    await this.#subscribed?.close()
  }
}

export async function lettersOf(transport: Transport, wanted: Subscription): Promise<readonly DeadLetter[]> {
  const queue = await transport.deadLetters(wanted)
  const letters: DeadLetter[] = []
  for await (const letter of queue.read()) letters.push(letter)
  await queue.close()
  return letters
}
