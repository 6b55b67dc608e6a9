import type { Clock } from '@longshore/runtime'
import type { Channel, ChannelModel, GetMessage } from 'amqplib'
import { queueDepths } from './declare.ts'
import { closeWithin } from './link.ts'

const CLOSE_TIMEOUT_MS = 5 * 1_000
const LOOK_EVERY_MS = 20
const LOOK_FOR_MS = 1_000

/** A look through queues, one message after the other: what is taken is nobody else's until it is acknowledged or the reading ends. */
export class LetterReading {
  readonly #model: ChannelModel
  readonly #channel: Channel
  readonly #clock: Clock
  /** Messages to give back, by queue. */
  readonly #taken = new Map<string, number>()
  #closed: Promise<void> | undefined

  private constructor(model: ChannelModel, channel: Channel, clock: Clock) {
    this.#model = model
    this.#channel = channel
    this.#clock = clock
  }

  static async open(model: ChannelModel, clock: Clock): Promise<LetterReading> {
    const channel = await model.createChannel()
    // What went wrong is told by the call that went wrong.
    channel.on('error', () => {})
    return new LetterReading(model, channel, clock)
  }

  /** The first message that nobody has taken; `undefined` when there is none. */
  async take(queue: string): Promise<GetMessage | undefined> {
    const message = await this.#channel.get(queue)
    if (message === false) return undefined
    this.#taken.set(queue, (this.#taken.get(queue) ?? 0) + 1)
    return message
  }

  /** The message is gone for good. */
  remove(queue: string, message: GetMessage): void {
    this.#channel.ack(message)
    this.#taken.set(queue, (this.#taken.get(queue) ?? 1) - 1)
  }

  /** Gives back what was taken and not removed, in its order. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await closeWithin(this.#channel, CLOSE_TIMEOUT_MS, { clock: this.#clock })
    const giveUpAtMs = this.#clock.now() + LOOK_FOR_MS
    // A quorum queue puts back what a closed channel held a moment after it has confirmed that it is closed.
    while (!(await this.#isBack()) && this.#clock.now() < giveUpAtMs) await this.#clock.sleep(LOOK_EVERY_MS)
  }

  async #isBack(): Promise<boolean> {
    const given = [...this.#taken].filter(([, count]) => count > 0)
    if (given.length === 0) return true
    try {
      const queues = given.map(([queue]) => queue)
      const depths = await queueDepths(this.#model, queues)
      return given.every(([queue, count]) => (depths.get(queue) ?? 0) >= count)
    } catch {
      // The connection is lost, and with it the reason to wait.
      return true
    }
  }
}
