import type { Capabilities, OutgoingMessage, Transport, TransportBindings } from '@longshore/runtime'

/** Where the messages of one case travel. */
export interface Channel {
  /** What the consumer's contract names. */
  readonly topic: string
  readonly bindings?: TransportBindings
  /** Where a publisher writes so that it arrives there. Default: `topic`. */
  readonly publishTo?: Pick<OutgoingMessage, 'topic' | 'exchange'>
}

/** Puts a fault right. */
export type Repair = () => void | Promise<void>

/** What can be made to go wrong, by the test of a transport that has the means. */
export interface TransportFaults {
  /** A transport with credentials that the broker refuses. */
  readonly wrongCredentials: () => Promise<Transport> | Transport
  /** The broker ends and starts again; resolves when it answers. */
  readonly restartBroker: () => Promise<void>
  /** Nothing can be written to this dead letter queue. */
  readonly dlqAway: (dlq: string) => Promise<Repair> | Repair
  /** The group's commits fail. */
  readonly commitsFail: (group: string) => Promise<Repair> | Repair
  /** The member that has been in the group longest dies: it settles nothing any more. */
  readonly crash: (group: string) => Promise<void> | void
  /** The same member stands still until the broker gives its partitions away; the repair wakes it up. */
  readonly freeze: (group: string) => Promise<Repair> | Repair
}

/** A transport as its own tests present it to the suite. */
export interface TransportSetup {
  readonly capabilities: Capabilities
  /** A new transport on the same broker, as another process would open it. The suite closes it. */
  readonly open: () => Promise<Transport> | Transport
  /** A channel nobody used before, with that many partitions where there are any. */
  readonly createChannel: (partitions: number) => Promise<Channel> | Channel
  readonly faults: Partial<TransportFaults>
  /** Fault to the reason it cannot be injected here. */
  readonly why: { readonly [fault in keyof TransportFaults]?: string }
  /** How long the suite waits for what should come. Default 10 s. */
  readonly patienceMs?: number
  /** How long nothing may come before the suite believes that nothing will. Default 20 ms. */
  readonly quietMs?: number
}
