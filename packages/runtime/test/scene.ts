/** A memory broker, a clock turned by hand, and consumers on them: what the tests of the pipeline share. */
import { ConsumerMessageCapture, ManualClock, silentLog } from '@longshore/testing'
import { MemoryBroker, memoryTransport } from '@longshore/transport-memory'
import { consume } from '../src/consume.ts'
import type { Running } from '../src/consumer.ts'
import type { ConsumerContract, Handler } from '../src/consumer-contract.ts'
import type { DeadLetter } from '../src/dead-letter.ts'
import type { ConsumerOptions } from '../src/options.ts'
import type { Transport } from '../src/transport.ts'

export interface Order {
  readonly id: number
}

export const orders: ConsumerContract<Order> = {
  urn: 'urn:events:shop:order:placed',
  topic: 'order.placed',
  group: 'billing',
  pii: [],
  validate: (value) =>
    typeof value === 'object' && value !== null && 'id' in value
      ? []
      : [{ pointer: '/id', rule: 'required', message: 'must be there' }],
}

export function scene(contract: ConsumerContract<Order> = orders) {
  const clock = new ManualClock()
  const broker = new MemoryBroker({ partitions: 1 })
  const transport = memoryTransport({ broker, clock })
  const consumer = (
    handler: Handler<Order>,
    options: ConsumerOptions<Order> = {},
    through: Transport = transport,
  ): Running => consume(contract, through, handler, { clock, log: silentLog, ...options })
  return {
    clock,
    broker,
    transport,
    consumer,
    /** A started consumer, and what its handler was called with. */
    async started(handler: Handler<Order> = () => undefined, options: ConsumerOptions<Order> = {}) {
      const capture = new ConsumerMessageCapture(handler)
      const running = consumer(capture.handle, options)
      await running.start()
      return { running, capture }
    },
    place: (key: string, ...ids: readonly number[]) =>
      transport.publish(ids.map((id) => ({ topic: contract.topic, key, value: bytes({ id }) }))),
    async deadLetters(): Promise<readonly DeadLetter[]> {
      const queue = await transport.deadLetters(consumer(() => undefined).subscription)
      const letters: DeadLetter[] = []
      for await (const letter of queue.read()) letters.push(letter)
      return letters
    },
  }
}

export function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}
