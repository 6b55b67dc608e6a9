import type { TransportBindings } from './bindings.ts'
import type { Delivery, Headers, Source } from './delivery.ts'
import type { Log } from './log.ts'

/** What a contract says about one channel that is consumed. Printed as a literal; read by the runtime, by `explain()` and by tests. */
export interface ConsumerContract<Event> {
  readonly urn: string
  /** Topic, queue or MQTT filter. */
  readonly topic: string
  /** Default `<service>.<purpose>`; absent: reads everything, commits nothing. */
  readonly group?: string
  /** Default `<topic>.<group>.dlq`. */
  readonly dlq?: string
  readonly retry?: RetryPolicy
  /** Paths of PII in the event, masked in logs: `user.addresses[].street`. */
  readonly pii: readonly string[]
  /**
   * Whether the message key may tell who a person is; it is then masked wherever people see it. Default: whether `pii` names anything,
   * for events about people are mostly keyed by them.
   */
  readonly keyIsPii?: boolean
  /** Empty when `value` is an `Event`. Never puts a value into a violation. */
  readonly validate: (value: unknown, headers: Headers) => readonly Violation[]
  /** For a channel of several messages: the name of the one this is, `undefined` when the contract does not know it. */
  readonly messageOf?: (value: unknown, headers: Headers) => string | undefined
  /** Property that holds the event's id, for dedupe: `event_id`. */
  readonly id?: string
  /** Default `key`: messages of one key are handled in order, others at once. */
  readonly order?: 'key' | 'partition' | 'none'
  readonly bindings?: TransportBindings
  /** Phantom: ties the contract to its event type. */
  readonly event?: Event
}

/** One way a value fails its schema. */
export interface Violation {
  /** RFC 6901 JSON Pointer into the event. */
  readonly pointer: string
  /** The JSON Schema keyword: `required`, `type`. */
  readonly rule: string
  /** `must be string`; never the value. */
  readonly message: string
}

export interface RetryPolicy {
  readonly kind: 'exponential' | 'linear' | 'fixed' | 'none'
  /** Tries in all, the first included. Absent: bounded by the budget alone. */
  readonly attempts?: number
  readonly firstAfterMs?: number
  /** Longest single wait, jitter included. */
  readonly capMs?: number
  /** From the first failure to the dead letter. */
  readonly budgetMs?: number
  /** `full`: uniform in (0, wait]. `additive`: wait plus up to a quarter, which at the cap ends there. Default `full`. */
  readonly jitter?: 'full' | 'additive' | 'none'
}

/** Works on one event. Return: done. Throw: retried. `PermanentFailure`: dead letter at once. May run twice unless the inbox holds its effect. */
export type Handler<Event, Tx = unknown> = (event: Event, context: Context<Tx>) => void | Promise<void>

/** Handlers by message name, for a channel of several messages. */
export type Handlers<Events extends Record<string, unknown>, Tx = unknown> = {
  readonly [Name in keyof Events]: Handler<Events[Name], Tx>
}

/** What a handler may know and use beside the event. */
export interface Context<Tx = unknown> {
  /** 1-based. */
  readonly attempt: number
  /** Aborted on attempt timeout, lost partition and shutdown deadline. Pass it on to whatever you await. */
  readonly signal: AbortSignal
  /** Structured; masks the contract's PII paths in `event`. */
  readonly log: Log
  readonly source: Source
  readonly key: string | null
  readonly headers: Headers
  readonly timestampMs: number
  /** Name of the channel's message this is, on a channel of several. */
  readonly message: string | undefined
  /** With a store and transactional effects: what is written through it is committed together with the claim on this message. */
  readonly tx: Tx
  /** The delivery as the last step saw it, for steps of your own that add to it. */
  readonly delivery: Delivery<unknown>
}
