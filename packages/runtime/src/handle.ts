import type { Context, Handler } from './consumer-contract.ts'
import type { Delivery } from './delivery.ts'
import { Failure } from './failure.ts'
import { childLog, type Log } from './log.ts'
import { ACK } from './outcome.ts'
import type { Handle } from './step.ts'

/** The innermost stage: calls the user's handler. Its return is success, whatever it threw is the message's failure. */
export function handleWith<Event, Tx>(handler: Handler<Event, Tx>, log: Log, pii: readonly string[]): Handle<Event> {
  return (delivery) => {
    const result: unknown = handler(delivery.body, new HandlerContext<Tx>(delivery, log, pii))
    return isThenable(result) ? Promise.resolve(result).then(acknowledge) : ACK
  }
}

/** Query builders and promises of another realm are no `Promise`, and yet the effect is done only when they say so. */
function isThenable(result: unknown): result is PromiseLike<unknown> {
  return typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function'
}

function acknowledge(): typeof ACK {
  return ACK
}

/** Makes signal and log only when they are asked for. */
class HandlerContext<Tx> implements Context<Tx> {
  readonly delivery: Delivery<unknown>
  readonly #log: Log
  readonly #pii: readonly string[]

  constructor(delivery: Delivery<unknown>, log: Log, pii: readonly string[]) {
    this.delivery = delivery
    this.#log = log
    this.#pii = pii
  }

  get attempt() {
    return this.delivery.attempt?.number ?? 1
  }

  get signal() {
    if (this.delivery.attempt === undefined)
      throw new Failure('CONTRADICTORY_OPTIONS', 'A handler runs inside the retry step only.')
    return this.delivery.attempt.signal
  }

  get log() {
    const { messageId, headers, source } = this.delivery
    return childLog(
      this.#log,
      {
        source,
        attempt: this.attempt,
        ...(messageId === undefined ? {} : { messageId }),
        ...(headers['x-request-id'] === undefined ? {} : { requestId: headers['x-request-id'] }),
        ...(headers['x-correlation-id'] === undefined ? {} : { correlationId: headers['x-correlation-id'] }),
      },
      this.#pii,
    )
  }

  get source() {
    return this.delivery.source
  }

  get key() {
    return this.delivery.key
  }

  get headers() {
    return this.delivery.headers
  }

  get timestampMs() {
    return this.delivery.timestampMs
  }

  get tx() {
    // The dedupe step put it there, and `consume` asks for a store wherever a handler asks for its transaction.
    return this.delivery.tx as Tx
  }

  get message() {
    return this.delivery.message
  }
}
