import { randomUUID } from 'node:crypto'
import type { Subscription } from '@longshore/runtime'
import type { Channel as SuiteChannel } from '@longshore/testing'
import { connect } from 'amqplib'
import { declareQueue } from '../src/declare.ts'
import { DELAYS_MS } from '../src/delays.ts'
import { type AmqpOptions, resolveAmqpOptions } from '../src/options.ts'
import { delayQueue, letterQueue } from '../src/topology.ts'
import { AmqpTransport } from '../src/transport.ts'
import { FaultyLine } from './faulty-line.ts'

/** Where the tests find a real RabbitMQ. */
export const AMQP_URL = process.env.AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672'

type Wanted = Pick<Subscription, 'topics' | 'group' | 'dlq' | 'retryTopic'>

/** A real broker with faults: each transport has a line of its own that can be cut. Create one per test. */
export class BrokerUnderTest {
  readonly #url: string
  readonly #members: Member[] = []
  readonly #queues = new Set<string>()
  readonly #exchanges = new Set<string>()

  constructor(url = AMQP_URL) {
    this.#url = url
  }

  async open(given: Partial<AmqpOptions> = {}): Promise<AmqpTransport> {
    const member = new Member(await FaultyLine.to(this.#url), given, (wanted) => this.#noteQueues(wanted))
    this.#members.push(member)
    return member
  }

  /** An exchange nobody used before, and the queue of its usual group, so that what is published before a consumer comes is kept. */
  async createChannel(): Promise<SuiteChannel> {
    const topic = `test-${randomUUID()}`
    this.#exchanges.add(`${topic}.exchange`)
    const exchange = { name: `${topic}.exchange`, type: 'topic' } as const
    const bindings = { amqp: { exchange } }
    const group = `${topic}-readers`
    const owner = `${topic}.${group}`
    const transport = await this.open()
    const names = { topics: [topic], group, dlq: `${owner}.dlq`, retryTopic: `${owner}.retry` }
    const wanted = { ...names, from: { kind: 'earliest' }, window: 1, bindings } as const
    const subscribed = await transport.subscribe(wanted, { deliver() {}, report() {} })
    await subscribed.close()
    await transport.close()
    this.#members.pop()
    return { topic, bindings, publishTo: { topic, exchange: exchange.name } }
  }

  /** The member that has been in the group longest is gone for good. */
  crash(group: string): void {
    const index = this.#members.findIndex((member) => member.groups.has(group))
    this.#members.splice(index, 1)[0]?.line.close()
  }

  /** The same member stands still until the broker has given it up. */
  async freeze(group: string): Promise<() => void> {
    const frozen = this.#members.find((member) => member.groups.has(group))
    frozen?.line.hold()
    return () => frozen?.line.release()
  }

  /** Nothing can be written to a DLQ that is not there. */
  async dlqAway(dlq: string): Promise<() => Promise<void>> {
    await this.administer((channel) => channel.deleteQueue(dlq))
    return async () => {
      const model = await connect(this.#url)
      await declareQueue(model, letterQueue(dlq, resolveAmqpOptions({ url: this.#url })))
      await model.close()
    }
  }

  async administer<Answer>(
    action: (channel: Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createChannel']>>) => Promise<Answer>,
  ): Promise<Answer> {
    const model = await connect(this.#url)
    model.on('error', () => {})
    try {
      const channel = await model.createChannel()
      channel.on('error', () => {})
      return await action(channel)
    } finally {
      await model.close().catch(() => undefined)
    }
  }

  /** Deletes what was declared. */
  async cleanUp(): Promise<void> {
    for (const { line } of this.#members) line.close()
    await this.administer(async (channel) => {
      for (const queue of this.#queues) await channel.deleteQueue(queue)
      for (const exchange of this.#exchanges) await channel.deleteExchange(exchange)
    })
  }

  #noteQueues({ topics, group, dlq, retryTopic }: Wanted): void {
    const options = resolveAmqpOptions({ url: this.#url })
    const delays = DELAYS_MS.map((delayMs) => delayQueue(retryTopic, delayMs, options).name)
    const sources = topics.flatMap((topic) => [topic, `${topic}.${group}`])
    for (const queue of [...sources, dlq, `${dlq}.redriven`, `${dlq}.quarantine`, retryTopic, ...delays])
      this.#queues.add(queue)
  }
}

/** A transport on a line of its own. */
class Member extends AmqpTransport {
  readonly line: FaultyLine
  readonly groups = new Set<string>()
  readonly #note: (wanted: Wanted) => void

  constructor(line: FaultyLine, given: Partial<AmqpOptions>, note: (wanted: Wanted) => void) {
    super(resolveAmqpOptions({ heartbeatSeconds: 1, ...given, url: given.url ?? line.url }))
    this.line = line
    this.#note = note
  }

  override async subscribe(...[wanted, receiver]: Parameters<AmqpTransport['subscribe']>) {
    this.#note(wanted)
    const subscribed = await super.subscribe(wanted, receiver)
    if (wanted.group !== undefined) this.groups.add(wanted.group)
    return subscribed
  }

  override async close(): Promise<void> {
    await super.close()
    this.line.close()
  }
}
