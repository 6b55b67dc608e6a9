import { type Capabilities, type Clock, DEAD_LETTER_HEADERS, systemClock, type Transport } from '@longshore/runtime'
import { MemoryBroker } from './memory-broker.ts'
import { MemoryDeadLetters } from './memory-dead-letters.ts'
import { MemorySubscription } from './memory-subscription.ts'

export interface MemoryOptions {
  /** Default: a broker of its own. Share one to let several transports meet. */
  readonly broker?: MemoryBroker
  /** Default: the system's. */
  readonly clock?: Clock
}

const CAPABILITIES: Capabilities = Object.freeze({
  orderPerKey: true,
  ownsPartitions: true,
  groups: true,
  replay: true,
  redeliversAfterCrash: false,
  delayedRetry: 'loses-order',
  lag: 'messages-and-seconds',
  why: Object.freeze({ redeliversAfterCrash: 'the messages live in this process and end with it' }),
})

/** The transport port in memory: for a first run, for tests, for documentation. */
export function memoryTransport({ broker = new MemoryBroker(), clock = systemClock }: MemoryOptions = {}): Transport {
  return {
    name: 'memory',
    capabilities: CAPABILITIES,
    async subscribe(subscription, receiver) {
      receiver.report({ kind: 'connected' })
      return new MemorySubscription({ broker, clock, subscription, receiver })
    },
    async publish(messages) {
      for (const { topic, key = null, value, headers = {}, messageId } of messages) {
        const identified =
          messageId === undefined ? headers : { ...headers, [DEAD_LETTER_HEADERS.messageId]: messageId }
        broker.append(topic, { key, value, headers: identified, timestampMs: clock.now() })
      }
    },
    async deadLetters(subscription) {
      return new MemoryDeadLetters(broker, clock, subscription)
    },
    async probe() {
      return { about: 'in the memory of this process' }
    },
    async close() {},
  }
}
