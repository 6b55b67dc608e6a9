import {
  type Capabilities,
  type DeadLetterQueue,
  dlqOf,
  Failure,
  type OutgoingMessage,
  type Receiver,
  reconnectAfterMs,
  type Subscribed,
  type Subscription,
  type Transport,
} from '@longshore/runtime'
import { brokerFailure, mayRecover } from './broker-failure.ts'
import { KafkaDeadLetterQueue } from './dead-letter-queue.ts'
import { DeadLetterQueues } from './dead-letter-queues.ts'
import type { KafkaDriver } from './driver.ts'
import { matchingTopics } from './matching-topics.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { provisionTopics } from './provision.ts'
import { Publisher } from './publisher.ts'
import { KafkaSubscription, type SubscriptionParts } from './subscription.ts'

const CAPABILITIES: Capabilities = Object.freeze({
  orderPerKey: true,
  ownsPartitions: true,
  groups: true,
  replay: true,
  redeliversAfterCrash: true,
  delayedRetry: 'loses-order',
  topicPatterns: true,
  lag: 'messages-and-seconds',
  why: Object.freeze({
    delayedRetry: 'A delayed message waits in the retry topic while later messages of its key go on in theirs.',
  }),
})

/** The transport port on a Kafka driver. */
export class KafkaTransport implements Transport {
  readonly name: string
  readonly capabilities = CAPABILITIES
  readonly #driver: KafkaDriver
  readonly #options: ResolvedKafkaOptions
  readonly #publisher: Publisher
  readonly #closing = new AbortController()
  readonly #subscriptions = new Set<KafkaSubscription>()
  #closed: Promise<void> | undefined

  constructor(driver: KafkaDriver, options: ResolvedKafkaOptions) {
    this.name = `kafka (${driver.name})`
    this.#driver = driver
    this.#options = options
    this.#publisher = new Publisher(driver, options)
  }

  async subscribe(wanted: Subscription, receiver: Receiver): Promise<Subscribed> {
    const parts: SubscriptionParts = {
      driver: this.#driver,
      publisher: this.#publisher,
      options: this.#options,
      onClosed: (subscription) => this.#subscriptions.delete(subscription),
    }
    const topics = await this.#insist(async () => {
      const matching = await matchingTopics(this.#driver, wanted)
      await provisionTopics(this.#driver, { ...wanted, topics: matching }, this.#options)
      return matching
    }, receiver)
    return this.#insist(async () => {
      const subscription = new KafkaSubscription(wanted, topics, receiver, parts)
      await subscription.join()
      this.#subscriptions.add(subscription)
      if (this.#closing.signal.aborted) await subscription.close()
      this.#refuseWhenClosed()
      return subscription
    }, receiver)
  }

  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    this.#refuseWhenClosed()
    await this.#publisher.publish(messages)
  }

  async deadLetters(
    wanted: Pick<Subscription, 'topics' | 'pattern' | 'group' | 'dlq' | 'retryTopic' | 'bindings'>,
  ): Promise<DeadLetterQueue> {
    this.#refuseWhenClosed()
    return new DeadLetterQueues(
      async () => (await matchingTopics(this.#driver, wanted)).map((topic) => dlqOf(wanted, topic)),
      (dlq) => new KafkaDeadLetterQueue({ ...wanted, dlq }, this.#driver, this.#publisher, this.#options),
    )
  }

  async probe(): Promise<{ readonly about: string }> {
    this.#refuseWhenClosed()
    const { id, brokers } = await this.#driver.describeCluster()
    const { brokers: addresses, sasl, tls } = this.#options
    const secured = `${sasl?.mechanism ?? 'no authentication'}, ${tls ? 'TLS' : 'no TLS'}`
    const several = brokers === 1 ? '1 broker' : `${brokers} brokers`
    return {
      about: `Kafka cluster ${id}, ${several}, at ${addresses.join(', ')}, ${secured}, through ${this.#driver.name}`,
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort(new Failure('STOPPED', 'The Kafka transport was closed.'))
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()))
    await this.#driver.close()
  }

  /** Tries until it works, the broker refuses, the time for connecting is over, or the transport is closed. */
  async #insist<Result>(action: () => Promise<Result>, receiver: Receiver): Promise<Result> {
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

  #refuseWhenClosed(): void {
    if (this.#closing.signal.aborted) throw this.#closing.signal.reason
  }
}
