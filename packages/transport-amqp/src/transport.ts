import {
  type Capabilities,
  type DeadLetterQueue,
  Failure,
  type OutgoingMessage,
  type Receiver,
  reconnectAfterMs,
  type Subscribed,
  type Subscription,
  type Transport,
} from '@longshore/runtime'
import { brokerFailure, mayRecover } from './broker-failure.ts'
import { AmqpDeadLetterQueue } from './dead-letter-queue.ts'
import { Link, placeOf } from './link.ts'
import type { ResolvedAmqpOptions } from './options.ts'
import { Publisher } from './publisher.ts'
import { AmqpSubscription } from './subscription.ts'

const CAPABILITIES: Capabilities = Object.freeze({
  orderPerKey: false,
  ownsPartitions: false,
  groups: true,
  replay: false,
  redeliversAfterCrash: true,
  delayedRetry: 'loses-order',
  lag: 'messages-and-seconds',
  why: Object.freeze({
    orderPerKey:
      'RabbitMQ deals the messages of a queue out among its consumers whatever their key; one consumer, or a single active one, keeps the order.',
    ownsPartitions: 'A queue is shared among its consumers: whoever is free takes the next message.',
    replay: 'A queue forgets what was acknowledged.',
    delayedRetry: 'A delayed message waits in a queue of its own while later messages of its key go on in theirs.',
  }),
})

/** The transport port on RabbitMQ: one connection to consume and declare, one to publish. */
export class AmqpTransport implements Transport {
  readonly name = 'amqp (amqplib)'
  readonly capabilities = CAPABILITIES
  readonly #options: ResolvedAmqpOptions
  readonly #consuming: Link
  readonly #publishing: Link
  readonly #publisher: Publisher
  readonly #closing = new AbortController()
  readonly #subscriptions = new Set<AmqpSubscription>()
  readonly #queues = new Set<AmqpDeadLetterQueue>()
  #closed: Promise<void> | undefined

  constructor(options: ResolvedAmqpOptions) {
    this.#options = options
    const events = {
      onBlocked: (reason: string) => this.#blocked(reason),
      onUnblocked: () => this.#unblocked(),
    }
    this.#consuming = new Link(options, 'consumer', events)
    this.#publishing = new Link(options, 'publisher', events)
    this.#publisher = new Publisher(this.#publishing, options)
  }

  async subscribe(wanted: Subscription, receiver: Receiver): Promise<Subscribed> {
    const subscription = new AmqpSubscription(wanted, receiver, {
      link: this.#consuming,
      publisher: this.#publisher,
      options: this.#options,
      onClosed: (closed) => this.#subscriptions.delete(closed),
    })
    await this.#insist(() => subscription.open(), receiver)
    this.#subscriptions.add(subscription)
    return subscription
  }

  publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const { aborted, reason } = this.#closing.signal
    return aborted ? Promise.reject(reason) : this.#publisher.publish(messages)
  }

  async deadLetters(
    wanted: Pick<Subscription, 'topics' | 'group' | 'dlq' | 'retryTopic' | 'bindings'>,
  ): Promise<DeadLetterQueue> {
    this.#refuseWhenClosed()
    const queue = new AmqpDeadLetterQueue(wanted, {
      link: this.#consuming,
      publisher: this.#publisher,
      options: this.#options,
    })
    this.#queues.add(queue)
    return queue
  }

  async probe(): Promise<{ readonly about: string }> {
    this.#refuseWhenClosed()
    const { connection } = await this.#consuming.open()
    const { product, version, cluster_name: cluster } = connection.serverProperties
    const { protocol } = new URL(this.#options.url)
    const secured = `${this.#options.mechanism}, ${protocol === 'amqps:' ? 'TLS' : 'no TLS'}`
    return {
      about: `${product} ${version}, cluster ${cluster ?? 'unnamed'}, at ${placeOf(this.#options)}, ${secured}`,
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const reason = new Failure('STOPPED', 'The AMQP transport was closed.')
    this.#closing.abort(reason)
    await Promise.all([...this.#subscriptions, ...this.#queues].map((open) => open.close()))
    this.#publisher.close(reason)
    await Promise.all([this.#consuming.close(), this.#publishing.close()])
  }

  /** Tries until it works, the broker refuses, the time for connecting is over, or the transport is closed. */
  async #insist(action: () => Promise<void>, receiver: Receiver): Promise<void> {
    const { clock, connectTimeoutMs } = this.#options
    const giveUpAtMs = clock.now() + connectTimeoutMs
    for (let attempt = 1; ; attempt += 1) {
      this.#refuseWhenClosed()
      try {
        return await action()
      } catch (error) {
        const failure = brokerFailure(error, 'subscribing')
        const afterMs = reconnectAfterMs(attempt, clock)
        if (!mayRecover(failure) || clock.now() + afterMs > giveUpAtMs) throw failure
        receiver.report({ kind: 'reconnecting', attempt, afterMs, failure })
        await clock.sleep(afterMs, this.#closing.signal)
      }
    }
  }

  #blocked(reason: string): void {
    this.#publisher.block(reason)
    const failure = new Failure('PUBLISH_FAILED', `RabbitMQ takes no messages for the moment: ${reason}.`)
    for (const subscription of this.#subscriptions) subscription.blocked(failure)
  }

  #unblocked(): void {
    this.#publisher.unblock()
    for (const subscription of this.#subscriptions) subscription.unblocked()
  }

  #refuseWhenClosed(): void {
    if (this.#closing.signal.aborted) throw this.#closing.signal.reason
  }
}
