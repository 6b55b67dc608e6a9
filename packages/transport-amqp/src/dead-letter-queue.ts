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
import type { GetMessage, Message } from 'amqplib'
import { brokerFailure } from './broker-failure.ts'
import { declareQueue, depthOf } from './declare.ts'
import type { Envelope } from './envelope.ts'
import { headersOf, keyOf, messageIdOf, placeOf } from './incoming.ts'
import { isRuntimeHeader, LETTER_ID_HEADER, movedTo, ownTable } from './letter.ts'
import { LetterReading } from './letter-reading.ts'
import type { Link } from './link.ts'
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

/** A waiting letter that a reading has taken out. */
interface Held {
  readonly reading: LetterReading
  readonly message: GetMessage
}

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
  readonly #readings = new Set<LetterReading>()

  constructor(queue: Pick<Subscription, 'group' | 'dlq' | 'retryTopic'>, parts: DeadLetterQueueParts) {
    this.#queue = queue
    this.#parts = parts
  }

  async *read(): AsyncGenerator<DeadLetter> {
    const reading = await this.#open()
    try {
      const lanes = await this.#lanes()
      for (;;) {
        for (const lane of lanes) await this.#fill(lane, reading)
        const lane = oldest(lanes)
        if (lane?.head === undefined) return
        const letter = lane.head
        delete lane.head
        if (isOf(letter, this.#queue.group)) yield letter
      }
    } catch (error) {
      throw brokerFailure(error, `reading ${this.#queue.dlq}`)
    } finally {
      await this.#end(reading)
    }
  }

  async redrive(letter: DeadLetter): Promise<void> {
    if (letter.status !== 'waiting') return
    const { retryTopic } = this.#queue
    await this.#move(letter, 'redriven', (message) => [redrivenTo(retryTopic, message, letter)])
  }

  async quarantine(letter: DeadLetter): Promise<void> {
    if (letter.status === 'waiting') await this.#move(letter, 'quarantined', () => [])
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readings].map((reading) => this.#end(reading)))
  }

  /** Moves a letter out of the DLQ, its copies confirmed before. Nothing when it was moved already. */
  async #move(
    { id }: DeadLetter,
    status: 'redriven' | 'quarantined',
    copiesOf: (message: Message) => readonly Envelope[],
  ): Promise<void> {
    const known = this.#held.get(id)
    if (known !== undefined) return this.#moveHeld(known, id, status, copiesOf)
    const reading = await this.#open()
    try {
      const message = await this.#find(id, reading)
      if (message !== undefined) await this.#moveHeld({ reading, message }, id, status, copiesOf)
    } finally {
      await this.#end(reading)
    }
  }

  async #moveHeld(
    { reading, message }: Held,
    id: string,
    status: 'redriven' | 'quarantined',
    copiesOf: (message: Message) => readonly Envelope[],
  ): Promise<void> {
    const { link, options, publisher } = this.#parts
    const archive = letterQueue(this.#archive(status), options)
    await link.use((model) => declareQueue(model, archive))
    const moved = movedTo(archive.name, message, { [LETTER_ID_HEADER]: letterId(message) })
    await publisher.send([...copiesOf(message), moved])
    reading.remove(this.#queue.dlq, message)
    this.#held.delete(id)
  }

  /** Answers nothing for a letter that was moved; rejects when it is nowhere to be seen. */
  async #find(id: string, reading: LetterReading): Promise<GetMessage | undefined> {
    const { dlq } = this.#queue
    const waiting = await this.#lookIn(dlq, id, reading)
    if (waiting !== undefined) return waiting
    for (const status of ['redriven', 'quarantined'] as const)
      if ((await this.#lookIn(this.#archive(status), id, reading)) !== undefined) return undefined
    const why = 'It has expired, or somebody else reads the queue; try again when they have ended.'
    throw new Failure('BROKER_REFUSED', `The letter ${id} is not to be seen in ${dlq}. ${why}`)
  }

  async #lookIn(queue: string, id: string, reading: LetterReading): Promise<GetMessage | undefined> {
    const model = await this.#parts.link.open()
    for (let left = await depthOf(model, queue); left > 0; left -= 1) {
      const message = await reading.take(queue)
      if (message === undefined || this.#idOf(message) === id) return message
    }
    return undefined
  }

  async #lanes(): Promise<readonly Lane[]> {
    const model = await this.#parts.link.open()
    const lanes: Lane[] = []
    for (const status of ['redriven', 'quarantined', 'waiting'] as const) {
      const queue = status === 'waiting' ? this.#queue.dlq : this.#archive(status)
      lanes.push({ queue, status, left: await depthOf(model, queue) })
    }
    return lanes
  }

  async #fill(lane: Lane, reading: LetterReading): Promise<void> {
    if (lane.head !== undefined || lane.left === 0) return
    const message = await reading.take(lane.queue)
    lane.left = message === undefined ? 0 : lane.left - 1
    if (message === undefined) return
    lane.head = this.#letterOf(message, lane.status)
    if (lane.status === 'waiting') this.#held.set(lane.head.id, { reading, message })
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

  async #open(): Promise<LetterReading> {
    const { link, options } = this.#parts
    const reading = await LetterReading.open(await link.open(), options.clock)
    this.#readings.add(reading)
    return reading
  }

  async #end(reading: LetterReading): Promise<void> {
    this.#readings.delete(reading)
    for (const [id, held] of this.#held) if (held.reading === reading) this.#held.delete(id)
    await reading.close()
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
