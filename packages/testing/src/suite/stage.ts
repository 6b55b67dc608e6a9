import {
  type ConsumerContract,
  type ConsumerOptions,
  consume,
  type DeadLetter,
  type DeadLetterQueue,
  type Handler,
  type OutgoingMessage,
  type RetryPolicy,
  type Running,
  type Transport,
} from '@longshore/runtime'
import { ConsumerMessageCapture } from '../message-capture.ts'
import { silentLog } from '../silent-log.ts'
import { until } from '../until.ts'
import type { Channel, TransportFaults, TransportSetup } from './transport-setup.ts'

/** The event of all cases. */
export interface Numbered {
  readonly key: string
  readonly n: number
}

export interface ConsumerSettings {
  /** Default: the stage's; `null`: none. */
  readonly group?: string | null
  readonly retry?: RetryPolicy
  readonly options?: ConsumerOptions<Numbered>
  /** Default: a new one. */
  readonly transport?: Transport
}

const QUICK_RETRY: RetryPolicy = { kind: 'fixed', attempts: 3, firstAfterMs: 5, jitter: 'none' }

const MARKER = 'marker'

/** One case's channel, group, consumers and publisher, closed together. */
export class Stage {
  readonly channel: Channel
  readonly group: string
  readonly #setup: TransportSetup
  readonly #publisher: Transport
  readonly #transports: Transport[]
  readonly #consumers: Running[] = []
  readonly #deadLetterQueues: DeadLetterQueue[] = []

  private constructor(setup: TransportSetup, channel: Channel, publisher: Transport) {
    this.channel = channel
    this.group = `${channel.topic}-readers`
    this.#setup = setup
    this.#publisher = publisher
    this.#transports = [publisher]
  }

  static async open(setup: TransportSetup, partitions: number): Promise<Stage> {
    return new Stage(setup, await setup.createChannel(partitions), await setup.open())
  }

  /** One more transport to the same broker, closed with the stage. */
  async newTransport(): Promise<Transport> {
    const transport = await this.#setup.open()
    this.#transports.push(transport)
    return transport
  }

  /** Starts a consumer, as one more process of the group would. */
  async consume(handler: Handler<Numbered>, settings: ConsumerSettings = {}): Promise<Running> {
    const transport = settings.transport ?? (await this.newTransport())
    const options = { log: silentLog, drainTimeoutMs: 2_000, ...settings.options }
    const consumer = consume(this.#contract(settings), transport, handler, options)
    this.#consumers.push(consumer)
    await consumer.start()
    return consumer
  }

  /** Publishes `{ key, n }` for each `n`, in order. */
  async publish(key: string, ...numbers: readonly number[]): Promise<void> {
    await this.publishRaw(...numbers.map((n) => ({ key, value: Buffer.from(JSON.stringify({ key, n })) })))
  }

  async publishRaw(...messages: readonly Omit<OutgoingMessage, 'topic' | 'exchange'>[]): Promise<void> {
    const to = this.channel.publishTo ?? { topic: this.channel.topic }
    await this.#publisher.publish(messages.map((message) => ({ ...message, ...to })))
  }

  /** Waits until the group's dead letters are `count`, and answers them. */
  async deadLetters(count: number, group = this.group): Promise<readonly DeadLetter[]> {
    const queue = await this.deadLetterQueue(group)
    let letters: readonly DeadLetter[] = []
    const read = async () => {
      letters = await readAll(queue)
      return letters.length >= count
    }
    await this.until(read, `${count} dead letters are there`)
    return letters
  }

  async deadLetterQueue(group = this.group): Promise<DeadLetterQueue> {
    const { topic, bindings = {} } = this.channel
    const names = { topics: [topic], group, dlq: this.dlq(group), retryTopic: `${topic}.${group}.retry`, bindings }
    const queue = await this.#publisher.deadLetters(names)
    this.#deadLetterQueues.push(queue)
    return queue
  }

  dlq(group = this.group): string {
    return `${this.channel.topic}.${group}.dlq`
  }

  /** What the group still has to do, its other consumers being stopped: what a new one gets beside a marker. */
  async leftovers(): Promise<readonly Numbered[]> {
    const capture = new ConsumerMessageCapture<Numbered>()
    await this.consume(capture.handle)
    await this.publish(MARKER, 0)
    await capture.waitFor(() => capture.ofKey(MARKER).length > 0, this.patienceMs)
    await this.quiet()
    return capture.events.filter(({ key }) => key !== MARKER)
  }

  probe(): Promise<{ readonly about: string }> {
    return this.#publisher.probe()
  }

  until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    return until(condition, what, this.patienceMs)
  }

  get patienceMs(): number {
    return this.#setup.patienceMs ?? 10_000
  }

  /** Long enough that what was wrongly on its way would have arrived. */
  quiet(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.#setup.quietMs ?? 20))
  }

  /** A fault the case has declared. */
  fault<Name extends keyof TransportFaults>(name: Name): TransportFaults[Name] {
    const fault = this.#setup.faults[name]
    if (fault === undefined) throw new Error(`The case uses the fault ${name} and does not declare it.`)
    return fault
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()))
    await Promise.all(this.#deadLetterQueues.map((queue) => queue.close()))
    await Promise.all(this.#transports.map((transport) => transport.close()))
  }

  #contract({ group = this.group, retry = QUICK_RETRY }: ConsumerSettings): ConsumerContract<Numbered> {
    const { topic, bindings } = this.channel
    return {
      urn: 'urn:events:suite:number:published',
      topic,
      ...(group === null ? {} : { group }),
      ...(bindings === undefined ? {} : { bindings }),
      retry,
      pii: [],
      validate: (value) =>
        typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number'
          ? []
          : [{ pointer: '/n', rule: 'type', message: 'must be number' }],
    }
  }
}

async function readAll(queue: DeadLetterQueue): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = []
  for await (const letter of queue.read()) letters.push(letter)
  return letters
}
