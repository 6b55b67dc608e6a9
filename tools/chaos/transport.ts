import type { OwnBroker } from '@longshore/brokers'
import type { Database } from '@longshore/postgres'
import type { OutgoingMessage, Transport, TransportBindings } from '@longshore/runtime'

/** What chaos must know of a transport beside its port. A file for each: `kafka.ts`, `amqp.ts`, `mqtt.ts`. */
export interface ChaosTransport {
  /** The broker of a run. */
  startBroker(scene: Scene, strikes: { readonly willBeStruck: boolean }): Promise<ChaosBroker>
  open(place: Place): Promise<Transport>
  bindings(scene: Scene): TransportBindings
  /** Where the run's messages are published to. */
  address(topic: string): Pick<OutgoingMessage, 'topic' | 'exchange'>
  /** How the order of a key is told from the effects. */
  order(scene: Scene): Order
  /** What a broker that is killed may lose, where that is known and no fault of the transport. */
  readonly lostByCrash?: string
}

/**
 * - `log`: an effect's place is its message's offset. One consumer at a time holds a partition, and leaves out nothing
 * - `key`: the place is the message's number among those of its key. Two consumers may walk along the same messages for a while
 * - `none`: order is not promised
 */
export type Order = 'log' | 'key' | 'none'

/** What one run has to itself. */
export interface Scene {
  /** Topic, schema of the tables, and beginning of every other name. */
  readonly topic: string
  readonly partitions: number
  /** RabbitMQ: consumers share the queue instead of one being active. */
  readonly competing: boolean
}

/** Where a process finds what it needs. */
export interface Place {
  readonly url: string
  readonly database: Database
  /** Of the run's tables, and of what the transport keeps in the database. */
  readonly schema: string
}

/** The broker that a run uses, and may strike where it is its own. */
export interface ChaosBroker {
  readonly url: string
  /** Ends it in order and starts it again. */
  restart(): Promise<void>
  /** Ends it as a crash does (SIGKILL) and starts it again. */
  crash(): Promise<void>
  /** Resolves once what consumers have declared survives a crash. */
  settled(): Promise<void>
  /** Removes what the run left there. */
  remove(): Promise<void>
}

/** A broker of the run's own; nothing of it is left in the end. */
export function owned(broker: OwnBroker, settled = () => Promise.resolve()): ChaosBroker {
  return {
    url: broker.url,
    restart: () => broker.restart(),
    async crash() {
      await broker.kill()
      await broker.restart()
    },
    settled,
    remove: () => broker.remove(),
  }
}
