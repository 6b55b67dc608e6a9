import { Failure } from '@longshore/runtime'
import { type ChannelModel, connect, credentials } from 'amqplib'
import { brokerFailure } from './broker-failure.ts'
import type { ResolvedAmqpOptions } from './options.ts'

/** Told of what concerns everybody on the connection. */
export interface LinkEvents {
  /** The broker takes no messages on this connection until `unblocked`: an alarm on its memory or disk. */
  readonly onBlocked: (reason: string) => void
  readonly onUnblocked: () => void
}

const CLOSE_TIMEOUT_MS = 5 * 1_000
const ATTEMPT_TIMEOUT_MS = 10 * 1_000
/** A quorum queue whose leader died with the broker may leave a request without answer for ever. */
const ANSWER_TIMEOUT_MS = 10 * 1_000

/** One connection to the broker: opened at the first use, and anew at the first use after it was lost. */
export class Link {
  readonly #options: ResolvedAmqpOptions
  readonly #purpose: string
  readonly #events: LinkEvents
  #connection: Promise<ChannelModel> | undefined
  #closed = false

  /** @param purpose Shown in the broker's list beside the client's name: `consumer`. */
  constructor(options: ResolvedAmqpOptions, purpose: string, events: LinkEvents) {
    this.#options = options
    this.#purpose = purpose
    this.#events = events
  }

  /** The live connection; callers at the same time share it. Rejects with a failure of the runtime, and retries nothing. */
  open(): Promise<ChannelModel> {
    if (this.#closed) return Promise.reject(new Failure('STOPPED', 'The AMQP transport was closed.'))
    this.#connection ??= this.#connect()
    return this.#connection
  }

  /**
   * Asks the broker something on the live connection. When it gives no answer the connection is closed for all who share it: what a
   * silent channel holds comes back in no other way.
   */
  async use<Answer>(ask: (model: ChannelModel) => Promise<Answer>): Promise<Answer> {
    const model = await this.open()
    const done = new AbortController()
    const late = this.#options.clock.sleep(ANSWER_TIMEOUT_MS, done.signal).then(() => {
      this.#drop(model)
      throw new Failure('BROKER_UNREACHABLE', `RabbitMQ gave no answer within ${ANSWER_TIMEOUT_MS / 1_000} s.`)
    })
    try {
      return await Promise.race([ask(model), late])
    } finally {
      done.abort()
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const model = await this.#connection?.catch(() => undefined)
    if (model === undefined) return
    await closeWithin(model, CLOSE_TIMEOUT_MS, this.#options)
  }

  #drop(model: ChannelModel): void {
    this.#connection = undefined
    void closeWithin(model, CLOSE_TIMEOUT_MS, this.#options)
  }

  #connect(): Promise<ChannelModel> {
    const forget = () => {
      if (this.#connection === connecting) this.#connection = undefined
    }
    const connecting = this.#dial().then(
      (model) => {
        model.on('close', forget)
        return model
      },
      (error) => {
        forget()
        throw brokerFailure(error, `connecting to ${placeOf(this.#options)}`)
      },
    )
    this.#connection = connecting
    return connecting
  }

  async #dial(): Promise<ChannelModel> {
    const { clientId, heartbeatSeconds, mechanism, tls = {}, url: address } = this.#options
    const url = new URL(address)
    url.searchParams.set('heartbeat', String(heartbeatSeconds))
    const model = await connect(url.href, {
      ...tls,
      noDelay: true,
      timeout: ATTEMPT_TIMEOUT_MS,
      clientProperties: { connection_name: `${clientId} ${this.#purpose}` },
      ...(mechanism === 'EXTERNAL' ? { credentials: credentials.external() } : this.#password()),
    })
    // Every error is followed by a close, which whoever uses the connection hears.
    model.on('error', () => {})
    this.#tellOfBlocks(model)
    return model
  }

  /** A connection that ends is blocked no more. */
  #tellOfBlocks(model: ChannelModel): void {
    let isBlocked = false
    const end = () => {
      if (isBlocked) this.#events.onUnblocked()
      isBlocked = false
    }
    model.on('blocked', (reason: string) => {
      isBlocked = true
      this.#events.onBlocked(reason)
    })
    model.on('unblocked', end)
    model.on('close', end)
  }

  #password() {
    const { username, password } = this.#options
    return username === undefined || password === undefined
      ? {}
      : { credentials: credentials.plain(username, password) }
  }
}

/** Host, port and virtual host: all of the address that is no secret. */
export function placeOf({ url }: Pick<ResolvedAmqpOptions, 'url'>): string {
  const { host, pathname } = new URL(url)
  return `${host}, virtual host ${pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : '/'}`
}

/** A connection or a channel. */
interface Closable {
  close(): Promise<void>
  once(event: 'close', listener: () => void): unknown
}

/** Closes in order; a connection that is lost meanwhile, or a peer that stays silent, is closed too. */
export async function closeWithin(
  closable: Closable,
  timeoutMs: number,
  { clock }: Pick<ResolvedAmqpOptions, 'clock'>,
): Promise<void> {
  const done = new AbortController()
  const lost = new Promise<void>((resolve) => closable.once('close', resolve))
  const late = clock.sleep(timeoutMs, done.signal).catch(() => undefined)
  // What is closed already refuses to be closed, by throwing or by rejecting.
  const closed = (async () => closable.close())().catch(() => undefined)
  await Promise.race([closed, lost, late])
  done.abort()
}
