import { Failure, type OutgoingMessage, reconnectAfterMs } from '@longshore/runtime'
import type { ConfirmChannel, Message } from 'amqplib'
import { brokerFailure, exchangeIn, mayRecover, sizeLimitIn } from './broker-failure.ts'
import { type Envelope, envelopeOf } from './envelope.ts'
import type { Link } from './link.ts'
import type { ResolvedAmqpOptions } from './options.ts'

/** A message on its way, until the broker has confirmed or refused it. */
interface Pending {
  readonly envelope: Envelope
  readonly sinceMs: number
  /** Told once, `undefined`: confirmed. */
  readonly settle: (failure: Failure | undefined) => void
  /** The broker found no queue for it. */
  returned: boolean
}

const LOOK_EVERY_MS = 1_000

/**
 * Publishes with confirms on one channel, pipelined, in the order given. A message that no queue takes fails. What was sent and not
 * confirmed when the connection is lost fails too, for nobody knows whether it arrived; what was not sent yet waits for the next one, and
 * for a broker that takes nothing for the moment.
 */
export class Publisher {
  readonly #link: Link
  readonly #options: ResolvedAmqpOptions
  readonly #waiting = new Set<Pending>()
  readonly #unconfirmed = new Set<Pending>()
  #channel: ConfirmChannel | undefined
  #opening = false
  readonly #closing = new AbortController()
  #stopLooking: (() => void) | undefined
  /** The largest content the broker takes, once it has refused one. */
  #maxBytes = Number.POSITIVE_INFINITY
  /** Why the broker takes nothing for the moment. */
  #blockedBecause: string | undefined

  constructor(link: Link, options: ResolvedAmqpOptions) {
    this.#link = link
    this.#options = options
  }

  /** Resolves when the broker has confirmed all. Rejects with PUBLISH_FAILED, or BROKER_REFUSED where trying again is of no use. */
  publish(messages: readonly OutgoingMessage[]): Promise<void> {
    return this.send(messages.map((message) => envelopeOf(message, this.#options)))
  }

  send(envelopes: readonly Envelope[]): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = envelopes.length
      if (left === 0) resolve()
      const settle = (failure: Failure | undefined) => {
        if (failure !== undefined) return reject(failure)
        left -= 1
        if (left === 0) resolve()
      }
      const sinceMs = this.#options.clock.now()
      for (const envelope of envelopes) this.#accept({ envelope, sinceMs, settle, returned: false })
      if (this.#waiting.size > 0) this.#flush()
      this.#stopLooking ??= this.#options.clock.every(LOOK_EVERY_MS, () => this.#giveUpOnLate())
    })
  }

  /** Sends nothing more until {@link unblock}. */
  block(reason: string): void {
    this.#blockedBecause = reason
  }

  unblock(): void {
    this.#blockedBecause = undefined
    this.#flush()
  }

  /** Gives up what is on its way. */
  close(reason: Failure): void {
    this.#closing.abort(reason)
    this.#failAll(this.#waiting, () => reason)
    this.#failAll(this.#unconfirmed, () => reason)
    this.#stop()
  }

  /** Sends it at once where it need not wait. */
  #accept(pending: Pending): void {
    const channel = this.#channel
    if (channel !== undefined && this.#waiting.size === 0 && this.#hasRoom) this.#send(channel, pending)
    else this.#waiting.add(pending)
  }

  get #hasRoom(): boolean {
    return this.#blockedBecause === undefined && this.#unconfirmed.size < this.#options.maxUnconfirmed
  }

  #flush(): void {
    if (this.#waiting.size === 0) return
    const channel = this.#channel
    if (channel === undefined) return void this.#open()
    for (const pending of this.#waiting) {
      if (!this.#hasRoom || this.#channel !== channel) return
      this.#waiting.delete(pending)
      this.#send(channel, pending)
    }
  }

  #send(channel: ConfirmChannel, pending: Pending): void {
    const { exchange, routingKey, content, properties } = pending.envelope
    this.#unconfirmed.add(pending)
    try {
      if (content.length > this.#maxBytes) throw tooLarge(pending.envelope, this.#maxBytes)
      channel.publish(exchange, routingKey, content, properties, (error) => this.#answered(pending, error))
    } catch (error) {
      this.#unconfirmed.delete(pending)
      pending.settle(notSent(pending.envelope, error))
    }
  }

  #answered(pending: Pending, error: unknown): void {
    if (!this.#unconfirmed.delete(pending)) return
    if (error !== null) pending.settle(notConfirmed(pending.envelope, error))
    else pending.settle(pending.returned ? unroutable(pending.envelope) : undefined)
    if (this.#waiting.size > 0) this.#flush()
  }

  /** The broker returns a message before it confirms it. Those with the same id and address share their fate, whichever is meant. */
  #returned({ fields, properties }: Message): void {
    for (const pending of this.#unconfirmed) {
      const { exchange, routingKey, properties: sent } = pending.envelope
      if (pending.returned || sent.messageId !== properties.messageId) continue
      if (exchange !== fields.exchange || routingKey !== fields.routingKey) continue
      pending.returned = true
      return
    }
  }

  /** Opens a channel for as long as something waits for it. */
  async #open(): Promise<void> {
    if (this.#opening) return
    this.#opening = true
    const { clock } = this.#options
    for (let attempt = 1; this.#waiting.size > 0; attempt += 1) {
      try {
        this.#channel = await this.#newChannel()
        break
      } catch (error) {
        const failure = brokerFailure(error, 'opening a channel to publish')
        if (!mayRecover(failure)) this.#failAll(this.#waiting, () => failure)
        else await clock.sleep(reconnectAfterMs(attempt, clock), this.#closing.signal).catch(() => undefined)
      }
    }
    this.#opening = false
    this.#flush()
  }

  async #newChannel(): Promise<ConfirmChannel> {
    const channel = await this.#link.use((model) => model.createConfirmChannel())
    let refusal: unknown
    channel.on('return', (message) => this.#returned(message))
    channel.on('error', (error) => {
      refusal = error
      this.#refused(error)
    })
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined
      this.#failAll(this.#unconfirmed, ({ envelope }) => notConfirmed(envelope, refusal))
      if (this.#waiting.size > 0) void this.#open()
    })
    return channel
  }

  /** The broker closes the whole channel over one message: that one fails for good, the others may be repeated. */
  #refused(error: unknown): void {
    const maxBytes = sizeLimitIn(error)
    const exchange = exchangeIn(error)
    if (maxBytes !== undefined) this.#maxBytes = maxBytes
    for (const pending of [...this.#unconfirmed]) {
      const { envelope, settle } = pending
      const isTooLarge = maxBytes !== undefined && envelope.content.length > maxBytes
      if (!isTooLarge && (exchange === undefined || envelope.exchange !== exchange)) continue
      this.#unconfirmed.delete(pending)
      settle(isTooLarge ? tooLarge(envelope, maxBytes) : brokerFailure(error, `publishing to ${nameOf(envelope)}`))
    }
  }

  #failAll(pendings: Set<Pending>, failureOf: (pending: Pending) => Failure): void {
    const all = [...pendings]
    pendings.clear()
    for (const pending of all) pending.settle(failureOf(pending))
  }

  /** Looks for what has waited too long, until nothing waits. */
  #giveUpOnLate(): void {
    const { clock, publishTimeoutMs } = this.#options
    const giveUpBefore = clock.now() - publishTimeoutMs
    for (const pendings of [this.#unconfirmed, this.#waiting]) {
      for (const pending of pendings) {
        if (pending.sinceMs > giveUpBefore) break
        pendings.delete(pending)
        pending.settle(this.#late(pending))
      }
    }
    if (this.#waiting.size === 0 && this.#unconfirmed.size === 0) this.#stop()
  }

  #stop(): void {
    this.#stopLooking?.()
    this.#stopLooking = undefined
  }

  #late({ envelope }: Pending): Failure {
    const { publishTimeoutMs } = this.#options
    const because = this.#blockedBecause === undefined ? '' : ` It takes no messages now: ${this.#blockedBecause}.`
    return new Failure(
      'PUBLISH_FAILED',
      `RabbitMQ did not confirm a message to ${nameOf(envelope)} within ${publishTimeoutMs / 1_000} s.${because}`,
    )
  }
}

function nameOf({ exchange, routingKey }: Envelope): string {
  return exchange === '' ? routingKey : `${exchange} (${routingKey})`
}

function unroutable(envelope: Envelope): Failure {
  const { exchange, routingKey } = envelope
  const why = exchange === '' ? `There is no queue ${routingKey}` : `No queue is bound to ${exchange} for ${routingKey}`
  return new Failure(
    'PUBLISH_FAILED',
    `${why}: the message would have been lost. Declare the queue before you publish.`,
  )
}

function tooLarge(envelope: Envelope, maxBytes: number): Failure {
  const { length } = envelope.content
  return new Failure(
    'BROKER_REFUSED',
    `A message of ${length} bytes to ${nameOf(envelope)} is over the broker's limit of ${maxBytes}. Raise max_message_size, or publish less.`,
  )
}

/** The client refuses what cannot be encoded, before it sends anything; a lost channel it refuses likewise. */
function notSent(envelope: Envelope, error: unknown): Failure {
  if (Failure.is(error)) return error
  if (!(error instanceof RangeError || error instanceof TypeError)) return notConfirmed(envelope, error)
  return new Failure(
    'BROKER_REFUSED',
    `A message to ${nameOf(envelope)} cannot be encoded: its headers exceed 64 KiB, or a name in it exceeds 255 bytes.`,
    { cause: error },
  )
}

function notConfirmed(envelope: Envelope, error: unknown): Failure {
  return new Failure('PUBLISH_FAILED', `RabbitMQ did not confirm a message to ${nameOf(envelope)}.`, { cause: error })
}
