import { type Assignment, Failure, type Incoming } from '@longshore/runtime'
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'
import { messageOf, type ReadingRules, toIncoming } from './incoming.ts'
import { closeWithin } from './link.ts'
import type { Feed } from './topology.ts'
import { Unsettled } from './unsettled.ts'

/** What a session reads, and how. */
export interface SessionRules extends ReadingRules {
  readonly feeds: readonly Feed[]
  /** Unacknowledged messages the broker may have out, for each queue. */
  readonly prefetch: number
  /** How long a message may be here unsettled before all are given back: less than the broker allows before it closes the channel. */
  readonly giveBackAfterMs: () => number
  readonly deliver: (delivery: Incoming, message: ConsumeMessage) => void
}

const CLOSE_TIMEOUT_MS = 5 * 1_000
const LOOK_EVERY_MS = 100

/** One channel with its consumers, from their start to its end: delivery tags mean nothing beyond it. */
export class ChannelSession implements Assignment {
  /** Resolves with the cause when the channel ended, by whatever cause; never rejects. */
  readonly ended: Promise<unknown>
  readonly #channel: Channel
  readonly #rules: SessionRules
  readonly #unsettled: Unsettled
  readonly #end = new AbortController()
  #cause: unknown
  /** Of the consumers that a stop cancels. */
  #tags: string[] = []
  #stopped = false

  private constructor(channel: Channel, rules: SessionRules) {
    this.#channel = channel
    this.#rules = rules
    this.#unsettled = new Unsettled(channel)
    channel.on('error', (error) => {
      this.#cause = error
    })
    this.ended = new Promise((resolve) => {
      channel.on('close', () => {
        this.#end.abort(new Failure('ASSIGNMENT_LOST', 'The channel that delivered the message is closed.'))
        resolve(this.#cause)
      })
    })
  }

  static async open(model: ChannelModel, rules: SessionRules): Promise<ChannelSession> {
    const channel = await model.createChannel()
    return new ChannelSession(channel, rules)
  }

  /** Begins to deliver, before the promise resolves. Rejects with what the broker or the client said. */
  async start(): Promise<void> {
    try {
      await this.#channel.prefetch(this.#rules.prefetch)
      for (const feed of this.#rules.feeds) {
        const { consumerTag } = await this.#channel.consume(feed.queue.name, (message) => this.#receive(message, feed))
        if (!hasSingleActiveConsumer(feed)) this.#tags.push(consumerTag)
      }
      this.#watch()
    } catch (error) {
      // The broker's own words, where it was the broker who closed the channel.
      throw this.active ? error : ((await this.ended) ?? error)
    }
  }

  get active(): boolean {
    return !this.#end.signal.aborted
  }

  get signal(): AbortSignal {
    return this.#end.signal
  }

  /** One for all that it reads: a channel ends for all its queues at once. */
  get place(): { readonly topic: string; readonly partition: number } {
    return { topic: this.#rules.feeds.find(({ isRetry }) => isRetry)?.topic ?? '', partition: 0 }
  }

  settle(delivery: Incoming): void {
    const message = messageOf(delivery)
    if (message !== undefined && this.active) this.#unsettled.settle(message)
  }

  /** Resolves when the broker has every acknowledgement. */
  async acknowledged(): Promise<void> {
    this.#unsettled.flush()
    // Any request would do: its answer comes after what was sent before. This one changes nothing for consumers that are there.
    await this.#channel.prefetch(this.#rules.prefetch)
  }

  /** Delivered and not settled. */
  get unsettled(): readonly ConsumeMessage[] {
    return this.#unsettled.messages
  }

  /** Delivered from a topic and not settled, and the age of the oldest. */
  unsettledOf(topic: string): { readonly count: number; readonly oldestMs: number | undefined } {
    return { count: this.#unsettled.countOf(topic), oldestMs: this.#unsettled.oldestMs(topic) }
  }

  /**
   * Hands nothing more over; what was handed over may still be settled. A single active consumer stays until the channel is closed, and
   * gives back what comes meanwhile: whoever is next would begin behind what is still in hand here.
   */
  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    const tags = this.#tags.splice(0)
    await Promise.allSettled(this.active ? tags.map((tag) => this.#channel.cancel(tag)) : [])
  }

  /** Gives back what is not settled. The broker has taken every acknowledgement when this resolves. */
  async close(): Promise<void> {
    this.#stopped = true
    if (!this.active) return
    this.#unsettled.flush()
    await closeWithin(this.#channel, CLOSE_TIMEOUT_MS, this.#rules)
  }

  /** A message that is not settled for long, because what its handler needs is away, must not cost the channel again and again. */
  #watch(): void {
    const { clock, giveBackAfterMs } = this.#rules
    const afterMs = giveBackAfterMs()
    const stop = clock.every(Math.max(LOOK_EVERY_MS, afterMs / 100), () => {
      const sinceMs = this.#unsettled.heldSinceMs
      if (this.#stopped || sinceMs === undefined || clock.now() - sinceMs < afterMs) return
      const held = `Messages have not been settled for ${Math.round(afterMs / 1_000)} s`
      this.#cause = new Failure('ASSIGNMENT_LOST', `${held}; they are given back before RabbitMQ closes the channel.`)
      void this.close()
    })
    this.signal.addEventListener('abort', stop, { once: true })
  }

  /** Called by the client for each message, and with `null` when the broker cancels the consumer, whose queue is gone. Must not throw. */
  #receive(message: ConsumeMessage | null, feed: Feed): void {
    if (message === null) return void this.close()
    const delivery = toIncoming(message, feed, this, this.#rules)
    this.#unsettled.add(message, delivery, this.#rules.clock.now())
    if (!this.#stopped) this.#rules.deliver(delivery, message)
  }
}

function hasSingleActiveConsumer({ queue }: Feed): boolean {
  return queue.arguments['x-single-active-consumer'] === true
}
