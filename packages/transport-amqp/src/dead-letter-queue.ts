import { createHash } from 'node:crypto'
import {
  DEAD_LETTER_HEADERS,
  type DeadLetter,
  type DeadLetterQueue,
  Failure,
  readDeadLetterDetails,
  redriveHeaders,
  type Subscription,
} from '@longshore/runtime'
import type { Channel, ChannelModel, GetMessage, Message } from 'amqplib'
import { brokerFailure } from './broker-failure.ts'
import { declareQueue, depthOf } from './declare.ts'
import type { Envelope } from './envelope.ts'
import { headersOf, keyOf, messageIdOf, placeOf } from './incoming.ts'
import { isRuntimeHeader, LETTER_ID_HEADER, movedTo, ownTable } from './letter.ts'
import { closeWithin, type Link } from './link.ts'
import type { ResolvedAmqpOptions } from './options.ts'
import type { Publisher } from './publisher.ts'
import { letterQueue } from './topology.ts'

export interface DeadLetterQueueParts {
  readonly link: Link
  readonly publisher: Publisher
  readonly options: ResolvedAmqpOptions
}

/** One of the queues that letters lie in, while it is read. */
interface Lane {
  readonly queue: string
  readonly status: DeadLetter['status']
  /** Letters not yet taken, of those that were there when reading began. */
  left: number
  head?: DeadLetter
}

/** A letter taken and not acknowledged: the broker gives it to nobody else until the channel is closed. */
interface Held {
  readonly channel: Channel
  readonly message: GetMessage
}

const CLOSE_TIMEOUT_MS = 5 * 1_000

/**
 * The dead letters of one group. They wait in the DLQ; a letter that is redriven or set aside moves to `<dlq>.redriven` or
 * `<dlq>.quarantine`, confirmed there before it is taken out here. Reading takes letters from their queues without acknowledging them and
 * gives them back, in their order, when it ends: meanwhile nobody else sees them.
 */
export class AmqpDeadLetterQueue implements DeadLetterQueue {
  readonly #queue: Pick<Subscription, 'group' | 'dlq' | 'retryTopic'>
  readonly #parts: DeadLetterQueueParts
  /** Waiting letters of the readings under way. */
  readonly #held = new Map<string, Held>()
  readonly #channels = new Set<Channel>()

  constructor(queue: Pick<Subscription, 'group' | 'dlq' | 'retryTopic'>, parts: DeadLetterQueueParts) {
    this.#queue = queue
    this.#parts = parts
  }

  async *read(): AsyncGenerator<DeadLetter> {
    const model = await this.#parts.link.open()
    const lanes = await this.#lanes(model)
    const channel = await this.#openChannel(model)
    try {
      for (;;) {
        for (const lane of lanes) await this.#fill(lane, channel)
        const lane = oldest(lanes)
        if (lane?.head === undefined) return
        const letter = lane.head
        delete lane.head
        if (isOf(letter, this.#queue.group)) yield letter
      }
    } catch (error) {
      throw brokerFailure(error, `reading ${this.#queue.dlq}`)
    } finally {
      await this.#giveBack(channel)
    }
  }

  async redrive(letter: DeadLetter): Promise<void> {
    if (letter.status !== 'waiting') return
    const { retryTopic } = this.#queue
    await this.#take(letter, 'redriven', (message) => [redrivenTo(retryTopic, message, letter)])
  }

  async quarantine(letter: DeadLetter): Promise<void> {
    if (letter.status === 'waiting') await this.#take(letter, 'quarantined', () => [])
  }

  async close(): Promise<void> {
    await Promise.all([...this.#channels].map((channel) => this.#giveBack(channel)))
  }

  /** Moves a letter out of the DLQ, its copies confirmed before. Nothing when it is not there any more because it was moved already. */
  async #take(
    { id }: DeadLetter,
    status: 'redriven' | 'quarantined',
    copiesOf: (message: Message) => readonly Envelope[],
  ): Promise<void> {
    const { link, options, publisher } = this.#parts
    const archive = letterQueue(this.#archive(status), options)
    const held = this.#held.get(id) ?? (await this.#find(id))
    if (held === undefined) return
    try {
      await declareQueue(await link.open(), archive)
      const { message, channel } = held
      await publisher.send([
        ...copiesOf(message),
        movedTo(archive.name, message, { [LETTER_ID_HEADER]: letterId(message) }),
      ])
      channel.ack(message)
    } finally {
      if (this.#held.get(id) === held) this.#held.delete(id)
      else await this.#giveBack(held.channel)
    }
  }

  /** Looks through the DLQ. Answers nothing for a letter that was moved; rejects when it is nowhere to be seen. */
  async #find(id: string): Promise<Held | undefined> {
    const { dlq } = this.#queue
    const model = await this.#parts.link.open()
    const inQueue = await this.#lookIn(model, dlq, id)
    if (inQueue !== undefined) return inQueue
    for (const status of ['redriven', 'quarantined'] as const) {
      const moved = await this.#lookIn(model, this.#archive(status), id)
      if (moved === undefined) continue
      await this.#giveBack(moved.channel)
      return undefined
    }
    const why = 'It has expired, or somebody else reads the queue; try again when they have ended.'
    throw new Failure('BROKER_REFUSED', `The letter ${id} is not to be seen in ${dlq}. ${why}`)
  }

  async #lookIn(model: ChannelModel, queue: string, id: string): Promise<Held | undefined> {
    let left = await depthOf(model, queue)
    const channel = await this.#openChannel(model)
    for (; left > 0; left -= 1) {
      const message = await channel.get(queue)
      if (message === false) break
      if (this.#idOf(message) === id) return { channel, message }
    }
    await this.#giveBack(channel)
    return undefined
  }

  async #lanes(model: ChannelModel): Promise<readonly Lane[]> {
    const lanes: Lane[] = []
    for (const status of ['redriven', 'quarantined', 'waiting'] as const) {
      const queue = status === 'waiting' ? this.#queue.dlq : this.#archive(status)
      lanes.push({ queue, status, left: await depthOf(model, queue) })
    }
    return lanes
  }

  async #fill(lane: Lane, channel: Channel): Promise<void> {
    if (lane.head !== undefined || lane.left === 0) return
    const message = await channel.get(lane.queue)
    lane.left = message === false ? 0 : lane.left - 1
    if (message === false) return
    lane.head = this.#letterOf(message, lane.status)
    if (lane.status === 'waiting') this.#held.set(lane.head.id, { channel, message })
  }

  #letterOf(message: GetMessage, status: DeadLetter['status']): DeadLetter {
    const { keyHeaders, messageIdHeaders } = this.#parts.options
    const headers = { ...deathOf(message), ...headersOf(message) }
    const id = this.#idOf(message)
    const found = { topic: firstQueueOf(message) ?? this.#queue.dlq, partition: 0, offset: placeOf(id) }
    const messageId = messageIdOf(message, headers, { messageIdHeaders })
    return {
      id,
      key: keyOf(headers, { keyHeaders }) ?? headers[DEAD_LETTER_HEADERS.originalKey] ?? null,
      value: message.content.length === 0 ? null : message.content,
      headers,
      details: { ...(messageId === undefined ? {} : { messageId }), ...readDeadLetterDetails(headers, found) },
      status,
    }
  }

  #idOf(message: Message): string {
    return `${this.#queue.dlq}/${letterId(message)}`
  }

  #archive(status: 'redriven' | 'quarantined'): string {
    return `${this.#queue.dlq}.${status === 'redriven' ? 'redriven' : 'quarantine'}`
  }

  async #openChannel(model: ChannelModel): Promise<Channel> {
    const channel = await model.createChannel()
    // What went wrong is told by the call that went wrong.
    channel.on('error', () => {})
    this.#channels.add(channel)
    return channel
  }

  async #giveBack(channel: Channel): Promise<void> {
    if (!this.#channels.delete(channel)) return
    for (const [id, held] of this.#held) if (held.channel === channel) this.#held.delete(id)
    await closeWithin(channel, CLOSE_TIMEOUT_MS, this.#parts.options)
  }
}

function oldest(lanes: readonly Lane[]): Lane | undefined {
  const failedAt = ({ head }: Lane) => Date.parse(head?.details.lastFailureAt ?? '') || 0
  return lanes.reduce<Lane | undefined>((best, lane) => {
    if (lane.head === undefined) return best
    return best === undefined || failedAt(lane) < failedAt(best) ? lane : best
  }, undefined)
}

/** The message as it was first published, but for its redrive count and where it came from. */
function redrivenTo(queue: string, message: Message, letter: DeadLetter): Envelope {
  const added = Object.entries(redriveHeaders(letter)).filter(([name]) => isRuntimeHeader(name))
  const properties = { ...message.properties, headers: ownTable(message) }
  return movedTo(queue, { content: message.content, properties }, Object.fromEntries(added))
}

/** What the letter says of itself; one that somebody else put there is known by its message id, else by its content. */
function letterId({ content, properties }: Message): string {
  const own: unknown = properties.headers?.[LETTER_ID_HEADER] ?? properties.messageId
  return typeof own === 'string' && own !== '' ? own : createHash('sha256').update(content).digest('hex').slice(0, 32)
}

/** Why the broker itself dead-lettered it, where it did. */
function deathOf({ properties: { headers } }: Message): DeadLetter['headers'] {
  const reason: unknown = headers?.['x-first-death-reason']
  return typeof reason === 'string'
    ? { [DEAD_LETTER_HEADERS.errorMessage]: `Dead-lettered by RabbitMQ: ${reason}.` }
    : {}
}

function firstQueueOf({ properties: { headers } }: Message): string | undefined {
  const queue: unknown = headers?.['x-first-death-queue']
  return typeof queue === 'string' ? queue : undefined
}

/** A letter that names no group was written by somebody else and is shown to all. */
function isOf({ details }: DeadLetter, group: string | undefined): boolean {
  return details.group === undefined || group === undefined || details.group === group
}
