import { randomUUID } from 'node:crypto'
import {
  ACK,
  type DeadLetter,
  Failure,
  type Incoming,
  type Outcome,
  type OutgoingMessage,
  type StartPosition,
  type Subscribed,
  type Subscription,
  type TransportEvent,
} from '@longshore/runtime'
import { until } from '@longshore/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { KafkaOptions } from '../src/options.ts'
import { partitionOf } from '../src/partitioner.ts'
import type { KafkaTransport } from '../src/transport.ts'
import { BrokerUnderTest, DRIVERS } from './broker-under-test.ts'
import { addPartitions, deleteBefore, inTransactions, limit, readRaw, sendRaw } from './raw-kafka.ts'

/** What is Kafka's own; what every transport promises is in the conformance test. */
describe.each(DRIVERS)('a Kafka subscription through $name', ({ driverOf }) => {
  function setUp(options: Partial<KafkaOptions> = {}) {
    const broker = new BrokerUnderTest(driverOf)
    const transport = broker.open(options)
    onTestFinished(async () => {
      await transport.close()
      await broker.cleanUp()
    })
    return { broker, transport }
  }

  it('commits no further than its oldest unsettled message, and a later start begins there', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(1)
    const first = await Reader.open(transport, topic)
    await transport.publish(numbered(topic, 10))
    await until(() => first.deliveries.length === 10, 'all are delivered')
    for (const [index, delivery] of first.deliveries.entries()) if (index !== 4) first.settle(delivery, ACK)
    await until(async () => (await broker.committed(first.group, topic, [0])).get(0) === 4n, 'four are committed')
    await first.close()
    const second = await Reader.open(transport, topic, { group: first.group })
    await until(() => second.deliveries.length >= 6, 'the rest is delivered')
    expect(second.texts()).toEqual(['4', '5', '6', '7', '8', '9'])
  })

  it('stops reading a partition whose window is full, and that partition alone', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(2)
    const reader = await Reader.open(transport, topic, { window: 5 })
    const [stuck, free] = [keyFor(0, 2), keyFor(1, 2)]
    reader.onDelivery = (delivery) => delivery.source.partition === 1 && reader.settle(delivery, ACK)
    await transport.publish(numbered(topic, 100, stuck))
    await transport.publish(numbered(topic, 100, free))
    await until(() => reader.of(1).length === 100, 'the free partition is read to its end')
    expect(reader.of(0)).toHaveLength(5)
    for (const delivery of reader.of(0).slice(0, 3)) reader.settle(delivery, ACK)
    await until(() => reader.of(0).length === 8, 'three more take their place')
    expect(await reader.lagOf(0)).toMatchObject({ messages: 97, seconds: expect.any(Number) })
    expect(await reader.lagOf(1)).toMatchObject({ messages: 0, seconds: 0 })
  })

  it('gives partitions to a newcomer, turns their assignment off, and loses nothing', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(4)
    const former = await Reader.open(transport, topic)
    await transport.publish(numbered(topic, 400))
    await until(() => former.deliveries.length === 400, 'the first reader has all')
    const newcomer = await Reader.open(transport, topic, { group: former.group })
    newcomer.onDelivery = (delivery) => newcomer.settle(delivery, ACK)
    await until(() => newcomer.deliveries.length > 0, 'the newcomer has some')
    former.onDelivery = (delivery) => former.settle(delivery, ACK)
    for (const delivery of [...former.deliveries]) former.settle(delivery, ACK)
    await until(() => handled(former, newcomer).size === 400, 'every message is handled by an owner')
    const lost = former.deliveries.filter(({ assignment }) => !assignment.active)
    expect(lost.length).toBeGreaterThan(0)
    expect(lost[0]?.assignment.signal.reason).toMatchObject({ code: 'ASSIGNMENT_LOST' })
  })

  it('dead-letters key, value and own headers byte for byte, in the order of the key', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(3)
    const reader = await Reader.open(transport, topic)
    await sendRaw(topic, [
      { key: Buffer.from('k'), value: Buffer.from([0xff, 0x00, 0xfe]), headers: [['seen', Buffer.from([0xc3, 0x28])]] },
      { key: Buffer.from('k') },
    ])
    await until(() => reader.deliveries.length === 2, 'both are delivered')
    for (const delivery of reader.deliveries) await reader.settle(delivery, deadLetter())
    const records = await readRaw(reader.wanted.dlq)
    expect(records.map(({ record }) => record.value && [...record.value])).toEqual([[0xff, 0x00, 0xfe], null])
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(1)
    const seen = records[0]?.record.headers.find(([name]) => name.toString() === 'seen')
    expect(seen?.[1]).toEqual(Buffer.from([0xc3, 0x28]))
  })

  it('trims the headers of what lay parked as it does those of its own, and keeps its key together', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(5)
    const reader = await Reader.open(transport, topic)
    const headers = { traceparent: '00-1', large: 'x'.repeat(70_000) }
    const source = { topic, partition: 4, offset: 7n }
    const assignment = { active: true, signal: new AbortController().signal }
    const body = Buffer.from('late')
    const parked = { assignment, source, key: 'k', headers, body, bytes: 4, timestampMs: Date.now() }
    await reader.bury(parked)
    const [letter] = await readRaw(reader.wanted.dlq)
    const names = letter?.record.headers.map(([name]) => name.toString()) ?? []
    expect(names).toEqual(expect.arrayContaining(['traceparent', 'x-error-code']))
    expect(names).not.toContain('large')
    expect(letter?.partition).toBe(partitionOf(Buffer.from('k'), 5))
  })

  it('leaves a claim check where the value does not fit, and redrives the value from where it was published', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(1, { 'max.message.bytes': '2000000' })
    const reader = await Reader.open(transport, topic)
    await limit(reader.wanted.dlq, 10_000)
    await transport.publish([{ topic, key: 'k', value: Buffer.alloc(20_000, 'x'), headers: { traceparent: '00-1' } }])
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    for (const delivery of reader.deliveries) await reader.settle(delivery, deadLetter())
    const [letter] = await lettersOf(transport, reader.wanted)
    expect(letter).toMatchObject({ value: null, headers: { 'x-claim-check': 'original', traceparent: '00-1' } })
    if (letter !== undefined) await (await transport.deadLetters(reader.wanted)).redrive(letter)
    await until(() => reader.deliveries.length === 2, 'it comes back')
    expect(reader.deliveries[1]).toMatchObject({ bytes: 20_000, history: { redriveCount: 1, origin: { topic } } })
  })

  it('hands a delayed message over at its time, with its history', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(1)
    const reader = await Reader.open(transport, topic)
    await transport.publish(numbered(topic, 1))
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    const settledAtMs = Date.now()
    for (const delivery of reader.deliveries) await reader.settle(delivery, retryAfter(400))
    await until(() => reader.deliveries.length === 2, 'it comes back')
    expect(Date.now() - settledAtMs).toBeGreaterThanOrEqual(390)
    expect(reader.deliveries[1]?.history).toMatchObject({ attempts: 2, origin: { topic, partition: 0, offset: 0n } })
    expect(reader.deliveries[1]?.messageId).toBe(`${topic}/0/0`)
  })

  it('creates a DLQ as wide as its topic, and roomier by 128 KiB', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(5, { 'max.message.bytes': '3000000' })
    const { wanted } = await Reader.open(transport, topic)
    const settings = await broker.describe(wanted.dlq)
    expect(settings).toEqual({ partitions: 5, maxBytes: String(3_000_000 + 128 * 1_024) })
  })

  it('reads what was committed of a transaction, nothing of an aborted one, and is then not behind', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(1)
    const reader = await Reader.open(transport, topic)
    reader.onDelivery = (delivery) => reader.settle(delivery, ACK)
    await inTransactions(topic, ['kept 1', 'aborted 1', 'aborted 2', 'kept 2'])
    await until(() => reader.deliveries.length >= 2, 'the kept ones are delivered')
    await until(async () => (await reader.lagOf(0))?.messages === 0, 'it is not behind')
    expect(reader.texts()).toEqual(['kept 1', 'kept 2'])
  })

  it('begins at the first record left when its position was deleted', async () => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(1)
    const first = await Reader.open(transport, topic)
    await until(async () => (await broker.committed(first.group, topic, [0])).has(0), 'the start is committed')
    await first.close()
    await transport.publish(numbered(topic, 10))
    await deleteBefore(topic, 6n)
    const second = await Reader.open(transport, topic, { group: first.group })
    await until(() => second.deliveries.length === 4, 'what is left is delivered')
    expect(second.texts()).toEqual(['6', '7', '8', '9'])
  })

  it.each<[string, (topic: string, sinceMs: number) => StartPosition, readonly string[]]>([
    ['the end', () => ({ kind: 'latest' }), ['new']],
    ['a time', (_, timestampMs) => ({ kind: 'timestamp', timestampMs }), ['1', '2', 'new']],
    ['an offset', (topic) => ({ kind: 'offset', topic, partition: 0, offset: 2n }), ['2', 'new']],
  ])('starts a new group at %s', async (_, from, expected) => {
    const { broker, transport } = setUp()
    const topic = await broker.createTopic(1)
    const sinceMs = Date.now() - 60_000
    await sendRaw(
      topic,
      [0, 1, 2].map((n) => ({ value: Buffer.from(String(n)), timestamp: BigInt(sinceMs - 1_000 + n * 1_000) })),
    )
    const reader = await Reader.open(transport, topic, { from: from(topic, sinceMs) })
    await until(async () => (await reader.lagOf(0)) !== undefined, 'it reads')
    await transport.publish([{ topic, value: Buffer.from('new') }])
    await until(() => reader.texts().includes('new'), 'the new one is delivered')
    expect(reader.texts()).toEqual(expected)
  })

  it('reads partitions that are added to its topic', async () => {
    const { broker, transport } = setUp({ metadataMaxAgeMs: 300 })
    const topic = await broker.createTopic(1)
    const events: TransportEvent[] = []
    const reader = await Reader.open(transport, topic, {}, events)
    await addPartitions(topic, 3)
    const given = () => events.flatMap((event) => (event.kind === 'assigned' ? event.partitions : []))
    await until(() => given().some((one) => one.topic === topic && one.partition === 2), 'the new one is assigned')
    await transport.publish(numbered(topic, 1, keyFor(2, 3)))
    await until(() => reader.of(2).length === 1, 'its message is delivered')
  })

  it.each([{ group: 'readers' }, { group: undefined }])(
    'reads what its pattern matches, also what is created later, in group $group',
    async ({ group }) => {
      const { broker, transport } = setUp({ metadataMaxAgeMs: 300 })
      const prefix = `test-${randomUUID()}`
      const topic = (name: string) => broker.createTopic(1, {}, `${prefix}.${name}`)
      const [east] = await Promise.all([
        topic('east'),
        topic('elsewhere.dlq'),
        broker.createTopic(1, {}, `${prefix}-no`),
      ])
      const named = await broker.createTopic(1)
      const wanted = {
        topics: [named],
        pattern: new RegExp(`${prefix}[.].*`),
        dlq: `{topic}.${prefix}.dlq`,
        retryTopic: `${prefix}.retry`,
      }
      const member = group === undefined ? {} : { group: `${prefix}-${group}` }
      const reader = await Reader.openAs(transport, { ...aloneOn(prefix), ...wanted, ...member })
      const west = await topic('west')
      for (const to of [named, east, west, `${prefix}-no`, `${prefix}.elsewhere.dlq`])
        await transport.publish([{ topic: to, value: Buffer.from(to) }])
      await until(() => new Set(reader.texts()).size === 3, 'one of each topic is delivered')
      expect(new Set(reader.texts())).toEqual(new Set([named, east, west]))
    },
  )

  it('puts the dead letters of each topic into a queue of its own, lists them together, and redrives each', async () => {
    const { broker, transport } = setUp()
    const topics = await Promise.all([broker.createTopic(1), broker.createTopic(1)])
    const reader = await Reader.open(transport, topics[0] ?? '', { topics, dlq: '{topic}.dlq' })
    for (const topic of topics) await transport.publish([{ topic, key: 'k', value: Buffer.from(topic) }])
    await until(() => reader.deliveries.length === 2, 'both are delivered')
    for (const delivery of reader.deliveries) await reader.settle(delivery, deadLetter())
    for (const topic of topics) expect(await readRaw(`${topic}.dlq`)).toHaveLength(1)
    const queue = await transport.deadLetters(reader.wanted)
    for await (const letter of queue.read()) await queue.redrive(letter)
    await until(() => reader.deliveries.length === 4, 'both come again')
    for (const delivery of reader.deliveries.slice(2)) await reader.settle(delivery, deadLetter())
    for (const topic of topics) expect(await readRaw(`${topic}.dlq`)).toHaveLength(2)
  })

  it('reads everything without a group, partitions added later included, and commits nothing', async () => {
    const { broker, transport } = setUp({ metadataMaxAgeMs: 300 })
    const topic = await broker.createTopic(1)
    const readers = await Promise.all([1, 2].map(() => Reader.openAs(transport, aloneOn(topic))))
    await addPartitions(topic, 2)
    for (const partition of [0, 1]) await transport.publish(numbered(topic, 5, keyFor(partition, 2)))
    for (const reader of readers) {
      reader.onDelivery = (delivery) => reader.settle(delivery, ACK)
      for (const delivery of [...reader.deliveries]) reader.settle(delivery, ACK)
      await until(() => reader.settled.size === 10, 'each reader has all')
      await until(async () => (await reader.lagOf(1))?.messages === 0, 'and is not behind')
      await reader.close()
    }
    expect(await broker.committed(`${topic}-readers`, topic, [0, 1])).toEqual(new Map())
  })

  it('refuses a missing topic at once, and creates it when it may', async () => {
    const { transport } = setUp()
    const topic = `test-${randomUUID()}`
    await expect(Reader.open(transport, topic)).rejects.toMatchObject({
      code: 'BROKER_REFUSED',
      message: expect.stringContaining(topic),
    })
    const { broker, transport: creating } = setUp({ provision: 'all' })
    await Reader.open(creating, topic, { bindings: { kafka: { partitions: 7 } } })
    expect(await broker.describe(topic)).toMatchObject({ partitions: 7 })
  })

  it('gives up on a broker that is away after the time for connecting, saying so meanwhile', async () => {
    const { transport } = setUp({ brokers: ['127.0.0.1:1'], connectTimeoutMs: 1_000 })
    const events: TransportEvent[] = []
    const failure = await Reader.open(transport, 'any', {}, events).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code: 'BROKER_UNREACHABLE' })
    expect(events[0]).toMatchObject({ kind: 'reconnecting', attempt: 1, afterMs: expect.any(Number) })
  })
})

/** A subscription that keeps what it is given. */
class Reader {
  readonly deliveries: Incoming[] = []
  readonly settled = new Set<string>()
  readonly wanted: Subscription
  onDelivery: (delivery: Incoming) => unknown = () => {}
  #subscribed: Subscribed | undefined

  private constructor(wanted: Subscription) {
    this.wanted = wanted
  }

  static async open(
    transport: KafkaTransport,
    topic: string,
    given: Partial<Subscription> = {},
    events: TransportEvent[] = [],
  ): Promise<Reader> {
    return Reader.openAs(transport, { ...aloneOn(topic), group: `${topic}-readers`, ...given }, events)
  }

  static async openAs(transport: KafkaTransport, wanted: Subscription, events: TransportEvent[] = []): Promise<Reader> {
    const reader = new Reader(wanted)
    const deliver = (delivery: Incoming) => {
      reader.deliveries.push(delivery)
      reader.onDelivery(delivery)
    }
    reader.#subscribed = await transport.subscribe(reader.wanted, { deliver, report: (event) => events.push(event) })
    return reader
  }

  get group(): string {
    return this.wanted.group ?? ''
  }

  settle(delivery: Incoming, outcome: Outcome): void | Promise<void> {
    if (delivery.assignment.active) this.settled.add(`${delivery.source.partition}@${delivery.source.offset}`)
    return this.#subscribed?.settle(delivery, outcome)
  }

  /** Writes the dead letter of a delivery that is not the broker's any more. */
  async bury(parked: Incoming): Promise<void> {
    await this.#subscribed?.deadLetter?.(parked, deadLetter())
  }

  of(partition: number): readonly Incoming[] {
    return this.deliveries.filter(({ source }) => source.partition === partition)
  }

  texts(): readonly string[] {
    return this.deliveries.map(({ body }) => Buffer.from(body ?? []).toString())
  }

  async lagOf(partition: number) {
    const lags = (await this.#subscribed?.lag()) ?? []
    return lags.find((lag) => lag.topic === this.wanted.topics[0] && lag.partition === partition)
  }

  async close(): Promise<void> {
    await this.#subscribed?.close()
  }
}

/** Without a group. */
function aloneOn(topic: string): Subscription {
  const names = { topics: [topic], dlq: `${topic}.dlq`, retryTopic: `${topic}.retry` }
  return { ...names, from: { kind: 'earliest' }, window: 1_000, bindings: {} }
}

function handled(...readers: readonly Reader[]): ReadonlySet<string> {
  return new Set(readers.flatMap(({ settled }) => [...settled]))
}

function numbered(topic: string, count: number, key?: string): readonly OutgoingMessage[] {
  return Array.from({ length: count }, (_, n) => ({ topic, key: key ?? `key-${n}`, value: Buffer.from(String(n)) }))
}

/** A key that lands in that partition. */
function keyFor(partition: number, partitions: number): string {
  for (let n = 0; ; n += 1) if (partitionOf(Buffer.from(`key-${n}`), partitions) === partition) return `key-${n}`
}

async function lettersOf(transport: KafkaTransport, wanted: Subscription): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = []
  for await (const letter of (await transport.deadLetters(wanted)).read()) letters.push(letter)
  return letters
}

function deadLetter(): Extract<Outcome, { kind: 'dead-letter' }> {
  const nowMs = Date.now()
  const record = { attempts: 1, firstFailureAtMs: nowMs, lastFailureAtMs: nowMs }
  return { kind: 'dead-letter', failure: new Failure('DECODE_FAILED'), record }
}

function retryAfter(afterMs: number): Outcome {
  const nowMs = Date.now()
  const record = { attempts: 2, firstFailureAtMs: nowMs, lastFailureAtMs: nowMs }
  return { kind: 'retry', afterMs, failure: new Failure('HANDLER_FAILED'), record }
}
