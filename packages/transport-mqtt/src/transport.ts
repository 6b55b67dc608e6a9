import {
  DEAD_LETTER_HEADERS,
  type DeadLetterQueue,
  Failure,
  type Headers,
  type OutgoingMessage,
  type Receiver,
  type Subscribed,
  type Subscription,
  type Transport,
} from '@longshore/runtime'
import { capabilitiesOf } from './capabilities.ts'
import { DirectSubscription } from './direct-subscription.ts'
import { Link } from './link.ts'
import type { ResolvedMqttOptions } from './options.ts'
import { Publisher } from './publisher.ts'
import { RetainedLetters } from './retained-letters.ts'
import type { OpenLink } from './session.ts'
import { spooledLetters } from './spooled-letters.ts'
import { SpooledSubscription } from './spooled-subscription.ts'

/** The transport port on MQTT. */
export class MqttTransport implements Transport {
  readonly name: string
  readonly capabilities
  readonly #options: ResolvedMqttOptions
  readonly #openLink: OpenLink
  readonly #publisher: Publisher
  readonly #letters: RetainedLetters
  readonly #subscriptions = new Set<Subscribed>()
  #closed: Promise<void> | undefined

  constructor(
    options: ResolvedMqttOptions,
    openLink: OpenLink = (request, events) => Link.open(options, request, events),
  ) {
    this.name = options.protocolVersion === 5 ? 'mqtt 5' : 'mqtt 3.1.1'
    this.capabilities = capabilitiesOf(options)
    this.#options = options
    this.#openLink = openLink
    this.#publisher = new Publisher(openLink, options)
    this.#letters = new RetainedLetters(this.#publisher, openLink, options)
  }

  async subscribe(wanted: Subscription, receiver: Receiver): Promise<Subscribed> {
    this.#refuseWhenClosed()
    const subscription = this.#subscription(wanted, receiver)
    this.#subscriptions.add(subscription)
    try {
      await subscription.open()
    } catch (error) {
      await subscription.close()
      throw error
    }
    return subscription
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.#refuseWhenClosed()
    await this.#publisher.publish(messages)
  }

  async deadLetters(
    wanted: Pick<Subscription, 'topics' | 'group' | 'dlq' | 'retryTopic' | 'bindings'>,
  ): Promise<DeadLetterQueue> {
    this.#refuseWhenClosed()
    const { spool } = this.#options
    if (spool === undefined) return this.#letters.queue(wanted)
    await spool.open()
    return spooledLetters(spool, wanted)
  }

  async probe(): Promise<{ readonly about: string }> {
    this.#refuseWhenClosed()
    const { url, username, spool } = this.#options
    const { maximumPacketSize } = await this.#publisher.connected()
    await spool?.open()
    const { protocol, host } = new URL(url)
    const secured = `${username === undefined ? 'no user' : 'with user'}, ${/^(mqtts|ssl|wss):$/.test(protocol) ? 'TLS' : 'no TLS'}`
    const limit = maximumPacketSize === undefined ? '' : `, packets up to ${maximumPacketSize} bytes`
    const stored = spool === undefined ? 'no spool' : `spool in ${spool.about}`
    return { about: `${this.name} broker at ${host}, ${secured}${limit}, ${stored}` }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()))
    await this.#publisher.close()
  }

  #subscription(wanted: Subscription, receiver: Receiver): DirectSubscription | SpooledSubscription {
    const { spool } = this.#options
    const parts = {
      openLink: this.#openLink,
      options: this.#options,
      onClosed: (subscription: Subscribed) => this.#subscriptions.delete(subscription),
    }
    // Without a group nothing is kept: each start begins anew.
    if (spool === undefined || wanted.group === undefined)
      return new DirectSubscription(wanted, receiver, { ...parts, letters: this.#letters })
    return new SpooledSubscription(wanted, receiver, {
      ...parts,
      spool,
      announce: (dlq, headers) => this.#announce(dlq, headers),
    })
  }

  /** Says where the letter came from and why it is one. Nobody depends on it, so a failure is no news. */
  #announce(topic: string, headers: Headers): void {
    this.#publisher.send([{ topic, value: null, headers: withoutPublishers(headers) }]).catch(() => undefined)
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== undefined) throw new Failure('STOPPED', 'The MQTT transport was closed.')
  }
}

const { originalKey: _, ...facts } = DEAD_LETTER_HEADERS
const TOLD = new Set<string>(Object.values(facts))

/** Who may hear of a letter may not read it: value, key and what else its publisher wrote stay in the spool. */
function withoutPublishers(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => TOLD.has(name)))
}
