import { type Clock, Failure, type Receiver, reconnectAfterMs } from '@longshore/runtime'
import { brokerFailure, mayRecover } from './broker-failure.ts'
import type { Link, LinkEvents, LinkRequest, Qos, Received } from './link.ts'

export interface SessionRequest extends Omit<LinkRequest, 'will'> {
  readonly filters: readonly string[]
  readonly qos: Qos
  readonly retained: 'handle' | 'skip'
}

/** Opens one connection; {@link Link.open} but for tests that have it fail. */
export type OpenLink = (request: LinkRequest, events: LinkEvents) => Promise<Link>

export interface SessionParts {
  readonly openLink: OpenLink
  readonly will: LinkRequest['will']
  readonly connectTimeoutMs: number
  readonly clock: Clock
  readonly report: Receiver['report']
  /** Called in the order of receipt. `false`: there is no room, the message stays with the broker until {@link Session.resume}. */
  readonly accept: (link: Link, message: Received) => boolean
  /** The link has ended: what it brought and was not acknowledged comes again. */
  readonly lost: (link: Link) => void
}

/** A session at the broker, kept connected until it is closed. */
export class Session {
  readonly #request: SessionRequest
  readonly #parts: SessionParts
  readonly #closing = new AbortController()
  /** Packet ids of QoS 2 that were acknowledged and may come again until the broker has let go of them. */
  readonly #received = new Set<number>()
  readonly #events: LinkEvents
  #link: Link | undefined
  /** Took no message since one found no room: behind a gap nothing is in order any more. */
  #overflowed: Link | undefined
  #closed: Promise<void> | undefined

  constructor(request: SessionRequest, parts: SessionParts) {
    this.#request = request
    this.#parts = parts
    this.#events = {
      message: (link, message) => this.#accept(link, message),
      confirmed: (_, packetId) => this.#received.add(packetId),
      released: (_, packetId) => this.#received.delete(packetId),
      ended: (link, error) => this.#ended(link, error),
    }
  }

  /** Tries until it works, the broker refuses, the time for connecting is over, or the session is closed. */
  async open(): Promise<void> {
    const { clock, connectTimeoutMs } = this.#parts
    const giveUpAtMs = clock.now() + connectTimeoutMs
    for (let attempt = 1; ; attempt += 1) {
      const failure = await this.#connect()
      if (failure === undefined) return
      const afterMs = reconnectAfterMs(attempt, clock)
      if (!mayRecover(failure) || clock.now() + afterMs > giveUpAtMs) throw failure
      this.#parts.report({ kind: 'reconnecting', attempt, afterMs, failure })
      await clock.sleep(afterMs, this.#closing.signal)
    }
  }

  /** There is room again: what was left with the broker is asked for, if anything was. */
  resume(): void {
    if (this.#overflowed === undefined) return
    this.#overflowed.cut()
    this.#overflowed = undefined
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort(new Failure('STOPPED', 'The MQTT subscription was closed.'))
    await this.#link?.close()
  }

  #accept(link: Link, message: Received): void {
    if (this.#overflowed === link || this.#closing.signal.aborted) return
    if (this.#isDone(message)) {
      if (message.qos > 0) link.acknowledge([message])
    } else if (!this.#parts.accept(link, message) && message.qos > 0) this.#overflowed = link
  }

  #isDone({ retained, qos, packetId }: Received): boolean {
    return (retained && this.#request.retained === 'skip') || (qos === 2 && this.#received.has(packetId))
  }

  /** What went wrong, if anything did. */
  async #connect(): Promise<Failure | undefined> {
    if (this.#closing.signal.aborted) throw this.#closing.signal.reason
    const { filters, qos, retained } = this.#request
    let link: Link | undefined
    try {
      link = await this.#parts.openLink({ ...this.#request, will: this.#parts.will }, this.#events)
      if (!link.sessionPresent) this.#received.clear()
      // Even in a session that is there: it may have other filters, and Mosquitto forgets shared ones when it restarts.
      await link.subscribe(filters, qos, retained === 'skip' ? 2 : 1)
      if (!link.open) throw new Error('The connection was lost.')
      this.#link = link
      if (this.#closing.signal.aborted) await link.close()
      this.#parts.report({ kind: 'connected' })
      return undefined
    } catch (error) {
      await link?.close()
      return brokerFailure(error, 'subscribing')
    }
  }

  #ended(link: Link, error: unknown): void {
    if (this.#overflowed === link) this.#overflowed = undefined
    this.#parts.lost(link)
    if (this.#closing.signal.aborted || link !== this.#link || error === undefined) return
    void this.#reconnect(brokerFailure(error, 'reading'))
  }

  /** Never rejects: a refusal is reported as fatal. */
  async #reconnect(first: Failure): Promise<void> {
    const { clock, report } = this.#parts
    let failure: Failure | undefined = first
    for (let attempt = 1; failure !== undefined; attempt += 1) {
      if (!mayRecover(failure)) return report({ kind: 'fatal', failure })
      const afterMs = reconnectAfterMs(attempt, clock)
      report({ kind: 'reconnecting', attempt, afterMs, failure })
      try {
        await clock.sleep(afterMs, this.#closing.signal)
        failure = await this.#connect()
      } catch {
        return
      }
    }
  }
}
