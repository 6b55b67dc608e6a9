import type { Clock } from './clock.ts'
import { Failure } from './failure.ts'
import type { Log } from './log.ts'
import type { Ownership } from './ownership.ts'
import { parkedAt } from './parked-assignment.ts'
import type { ParkedSource } from './parked-source.ts'
import type { Store } from './store.ts'
import type { Receiver, Subscribed, Transport } from './transport.ts'

export interface StoredTransportParts {
  readonly store: Store
  readonly ownership: Ownership
  readonly parked: ParkedSource | undefined
  readonly clock: Clock
  readonly log: Log
}

const TIDY_EVERY_MS = 10 * 60 * 1_000

/**
 * A transport with a store beside it: partitions are taken over in the store as the broker assigns them, and what lies parked there is
 * delivered and settled like what comes from the broker.
 */
export function storedTransport(transport: Transport, parts: StoredTransportParts): Transport {
  const { store, ownership, parked } = parts
  return {
    name: transport.name,
    capabilities: transport.capabilities,
    publish: (messages) => transport.publish(messages),
    deadLetters: (subscription) => transport.deadLetters(subscription),
    probe: () => transport.probe(),
    close: () => transport.close(),
    async subscribe(subscription, receiver) {
      await store.open()
      const subscribed = await transport.subscribe(subscription, observed(receiver, ownership))
      parked?.start((delivery) => receiver.deliver(delivery), subscribed)
      return settledWith(subscribed, { ownership, parked, stopTidying: tidyNowAndThen(parts) })
    },
  }
}

function observed(receiver: Receiver, ownership: Ownership): Receiver {
  return {
    deliver: (delivery) => receiver.deliver(delivery),
    report(event) {
      if (event.kind === 'assigned') ownership.assigned(event.partitions)
      if (event.kind === 'revoked') ownership.revoked(event.partitions)
      receiver.report(event)
    },
  }
}

function tidyNowAndThen({ store, clock, log }: StoredTransportParts): () => void {
  return clock.every(TIDY_EVERY_MS, () => {
    store.tidy().catch((thrown) => {
      const { code, message: reason } = Failure.from(thrown)
      log.warn('the store could not be tidied, will be repeated', { code, reason })
    })
  })
}

function settledWith(
  subscribed: Subscribed,
  { ownership, parked, stopTidying }: Pick<StoredTransportParts, 'ownership' | 'parked'> & { stopTidying(): void },
): Subscribed {
  return {
    settle(delivery, outcome) {
      const place = parkedAt(delivery)
      return place === undefined ? subscribed.settle(delivery, outcome) : parked?.settle(place, delivery, outcome)
    },
    lag: () => subscribed.lag(),
    async stopFetching() {
      await Promise.all([subscribed.stopFetching(), parked?.stop()])
    },
    async close() {
      stopTidying()
      await parked?.close()
      // Offsets first: a partition that is released before them would show its new owner as worked off what it is not.
      await subscribed.close()
      await ownership.close()
    },
  }
}
