import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { consume, Failure, identityOf, type Outcome, type OutgoingMessage } from '@longshore/runtime'
import { silentLog, until } from '@longshore/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AmqpOptions } from '../src/options.ts'
import { BrokerUnderTest } from './broker-under-test.ts'
import { lettersOf, Reader } from './reader.ts'

const HOLD = () => undefined

/** What is RabbitMQ's own; what every transport promises is in the conformance test. */
describe.skipIf(!process.env.AMQP_URL)('a subscription on RabbitMQ', () => {
  async function setUp(options: Partial<AmqpOptions> = {}) {
    const broker = new BrokerUnderTest()
    const transport = await broker.open(options)
    onTestFinished(async () => {
      await transport.close()
      await broker.cleanUp()
    })
    return { broker, transport, topic: `test-${randomUUID()}` }
  }

  it('declares a quorum queue with a dead letter exchange, and the exchange and bindings of the contract', async () => {
    const { broker, transport, topic } = await setUp()
    const exchange = { name: `${topic}.exchange`, type: 'topic' } as const
    await Reader.open(transport, topic, { bindings: { amqp: { queue: topic, exchange, routingKeys: ['a.*', 'b'] } } })
    await expect(declaredAs(broker, topic, {})).rejects.toThrow(/x-(queue-type|dead-letter-exchange|overflow)/)
    for (const [key, taken] of [
      ['a.1', true],
      ['b', true],
      ['c', false],
    ] as const) {
      const published = transport.publish([{ topic: key, exchange: exchange.name, value: Buffer.from('1') }])
      if (taken) await published
      else
        await expect(published).rejects.toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringContaining(key) })
    }
    await broker.administer((channel) => channel.deleteExchange(exchange.name))
  })

  it.each([
    ['x-message-ttl', { messageTtlMs: 1_000 }, { messageTtlMs: 2_000 }],
    ['x-single-active-consumer', {}, { singleActiveConsumer: true }],
  ])('names the argument when %s of the queue that is there differs', async (argument, there, declared) => {
    const { transport, topic } = await setUp()
    await (await Reader.open(transport, topic, { bindings: { amqp: there } })).close()
    const refused = await Reader.open(transport, topic, { bindings: { amqp: declared } }).catch(Failure.from)
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message: expect.stringContaining(argument) })
    expect(refused).toMatchObject({ message: expect.stringContaining(topic) })
  })

  it('refuses a classic queue where it declares a quorum queue, naming all that differs, the type first', async () => {
    const { broker, transport, topic } = await setUp()
    await declaredAs(broker, topic, {})
    const { code, message } = await Reader.open(transport, topic).then(() => undefined as never, Failure.from)
    expect(code).toBe('BROKER_REFUSED')
    expect(message).toContain(
      `The queue ${topic} exists with other arguments than this consumer declares: x-queue-type`,
    )
    expect(message).toContain('x-queue-type classic (declared: quorum), x-dead-letter-exchange none')
    expect(message).toContain(`x-dead-letter-routing-key none (declared: ${topic}.dlq)`)
  })

  it('refuses a quorum queue where it declares a classic one', async () => {
    const { broker, transport, topic } = await setUp({ queueType: 'classic' })
    await declaredAs(broker, topic, { arguments: { 'x-queue-type': 'quorum' } })
    const refused = await Reader.open(transport, topic).catch(Failure.from)
    expect(refused).toMatchObject({ message: expect.stringContaining('x-queue-type quorum (declared: classic)') })
  })

  it('reads a queue as others declared it when it is to declare none but its own', async () => {
    const { broker, transport, topic } = await setUp({ declare: 'dead-letters' })
    await declaredAs(broker, topic, {})
    const reader = await Reader.open(transport, topic)
    await transport.publish(numbered(topic, 3))
    await until(() => reader.deliveries.length === 3, 'all are delivered')
  })

  it('refuses a virtual host that is not there, and a queue that is missing where it declares none', async () => {
    const { broker, topic } = await setUp()
    const url = new URL(process.env.AMQP_URL ?? '')
    url.pathname = '/nowhere'
    const refused = await Reader.open(await broker.open({ url: url.href }), topic).catch(Failure.from)
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message: expect.stringContaining('virtual host') })
    const missing = await Reader.open(await broker.open({ declare: 'none' }), topic).catch(Failure.from)
    expect(missing).toMatchObject({ code: 'BROKER_REFUSED', message: expect.stringContaining(`${topic}.dlq`) })
  })

  it('has no more out than the prefetch of the contract, and tells depth and age', async () => {
    const { transport, topic } = await setUp()
    const reader = await Reader.open(transport, topic, { bindings: { amqp: { prefetch: 2 } } })
    reader.onDelivery = HOLD
    await transport.publish(numbered(topic, 10))
    await until(() => reader.deliveries.length === 2, 'two are delivered')
    await until(async () => (await reader.lag())[0]?.messages === 10, 'ten are not settled')
    expect((await reader.lag())[0]).toMatchObject({ topic, messages: 10, seconds: expect.any(Number) })
    expect(reader.deliveries).toHaveLength(2)
  })

  it('declares its queue anew when somebody deletes it, and goes on', async () => {
    const { broker, transport, topic } = await setUp()
    const reader = await Reader.open(transport, topic)
    await broker.administer((channel) => channel.deleteQueue(topic))
    await until(() => reader.events.filter(({ kind }) => kind === 'connected').length === 2, 'it is connected again')
    expect(reader.events.map(({ kind }) => kind)).toContain('reconnecting')
    await transport.publish(numbered(topic, 1))
    await until(() => reader.deliveries.length === 1, 'the next message is delivered')
  })

  it('lets a single active consumer have all, in order, and the next one after it', async () => {
    const { broker, transport, topic } = await setUp()
    const bindings = { amqp: { singleActiveConsumer: true } }
    const active = await Reader.open(transport, topic, { bindings })
    const standby = await Reader.open(await broker.open(), topic, { bindings })
    await transport.publish(numbered(topic, 50))
    await until(() => active.deliveries.length === 50, 'all go to the first')
    await active.close()
    await transport.publish(numbered(topic, 50))
    await until(() => standby.deliveries.length === 50, 'then all go to the second')
    for (const reader of [active, standby])
      expect(reader.texts()).toEqual(numbered(topic, 50).map(({ value }) => String(value)))
  })

  it('keeps the order when the single active consumer stops with a message in hand: the next one is not ahead of it', async () => {
    const { broker, transport, topic } = await setUp()
    const bindings = { amqp: { singleActiveConsumer: true } }
    const stopping = await Reader.open(transport, topic, { bindings })
    const next = await Reader.open(await broker.open(), topic, { bindings })
    stopping.onDelivery = () => undefined
    await transport.publish(numbered(topic, 1))
    await until(() => stopping.deliveries.length === 1, 'the first one has a message in hand')
    await stopping.stopFetching()
    await transport.publish(numbered(topic, 3).slice(1))
    await stopping.close()
    await until(() => next.deliveries.length === 3, 'the next one has them all')
    expect(next.texts()).toEqual(numbered(topic, 3).map(({ value }) => String(value)))
  })

  it('puts a message among the dead letters that was delivered too often and never settled', async () => {
    const { broker, transport, topic } = await setUp({ deliveryLimit: 3 })
    const first = await Reader.open(transport, topic)
    await first.close()
    await transport.publish(numbered(topic, 1))
    await broker.administer(async (channel) => {
      for (let delivery = 0; delivery < 3; delivery += 1) {
        const message = await channel.get(topic)
        if (message !== false) channel.nack(message)
      }
    })
    const second = await Reader.open(transport, topic)
    await until(async () => (await lettersOf(transport, second.wanted)).length === 1, 'it is a dead letter')
    expect((await lettersOf(transport, second.wanted))[0]).toMatchObject({
      details: { errorCode: 'CRASH_LOOP', attempts: 3, origin: { topic } },
    })
    expect(second.deliveries).toHaveLength(0)
  })

  it('leaves to the broker what is delivered ten times as often to others who have no such limit', async () => {
    const { broker, transport, topic } = await setUp({ deliveryLimit: 1 })
    const reader = await Reader.open(transport, topic)
    await reader.close()
    await transport.publish(numbered(topic, 1))
    await broker.administer(async (channel) => {
      for (let delivery = 0; delivery <= 10; delivery += 1) {
        const message = await channel.get(topic)
        if (message !== false) channel.nack(message)
      }
    })
    await until(async () => (await lettersOf(transport, reader.wanted)).length === 1, 'it is a dead letter')
    const [letter] = await lettersOf(transport, reader.wanted)
    expect(letter?.details).toMatchObject({
      errorMessage: 'Dead-lettered by RabbitMQ: delivery_limit.',
      origin: { topic },
    })
  })

  it('lists what the broker itself dead-lettered, with its reason, and redrives it', async () => {
    const { transport, topic } = await setUp()
    const reader = await Reader.open(transport, topic, { bindings: { amqp: { messageTtlMs: 1, prefetch: 1 } } })
    reader.onDelivery = HOLD
    await transport.publish(numbered(topic, 2))
    await until(async () => (await lettersOf(transport, reader.wanted)).length > 0, 'one has expired')
    const queue = await transport.deadLetters(reader.wanted)
    for await (const letter of queue.read()) {
      expect(letter.details).toMatchObject({ errorMessage: expect.stringContaining('expired'), origin: { topic } })
      await queue.redrive(letter)
    }
    await until(() => reader.deliveries.some(({ history }) => history?.redriveCount === 1), 'it comes back')
  })

  it('tells messages without id apart, and knows one with an id again', async () => {
    const { broker, transport, topic } = await setUp()
    const reader = await Reader.open(transport, topic)
    reader.onDelivery = HOLD
    await broker.administer(async (channel) => {
      for (const messageId of [undefined, undefined, 'one', 'one'])
        channel.sendToQueue(topic, Buffer.from('{}'), messageId === undefined ? {} : { messageId })
      await channel.checkQueue(topic)
    })
    await until(() => reader.deliveries.length === 4, 'all are delivered')
    expect(new Set(reader.deliveries.map(identityOf)).size).toBe(3)
    expect(new Set(reader.deliveries.map(({ source }) => source.offset)).size).toBe(3)
  })

  it.each([
    ['bytes that are no UTF-8', { contentType: 'application/json' }, Buffer.from([0x22, 0xff, 0x22])],
    ['another encoding than JSON', { contentType: 'application/avro' }, Buffer.from([1, 2])],
    ['compressed bytes', { contentType: 'application/json', contentEncoding: 'gzip' }, gzipSync('{}')],
    ['nothing that says what they are', {}, Buffer.from('<xml/>')],
  ])('keeps %s as a dead letter, as they came', async (_, properties, bytes) => {
    const { broker, transport, topic } = await setUp()
    const contract = { urn: 'urn:test', topic, group: 'readers', pii: [], validate: () => [] }
    const consumer = consume<unknown>(contract, transport, () => undefined, { log: silentLog })
    await consumer.start()
    onTestFinished(() => consumer.stop())
    await broker.administer(async (channel) => {
      channel.sendToQueue(topic, bytes, properties)
      await channel.checkQueue(topic)
    })
    await until(async () => (await lettersOf(transport, consumer.subscription)).length === 1, 'it is a dead letter')
    const [letter] = await lettersOf(transport, consumer.subscription)
    expect(letter).toMatchObject({ value: bytes, details: { errorCode: 'DECODE_FAILED', origin: { topic } } })
    expect(letter?.details.errorMessage).toBe(`The value (${bytes.length} bytes) is not UTF-8 JSON.`)
  })

  it('trims the headers of a dead letter to what a frame holds, and keeps the value', async () => {
    const { transport, topic } = await setUp()
    const reader = await Reader.open(transport, topic)
    reader.onDelivery = HOLD
    const headers = { traceparent: '00-1', long: 'x'.repeat(62 * 1_024) }
    await transport.publish([{ topic, key: 'k', value: Buffer.from('value'), headers }])
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    for (const delivery of reader.deliveries) await reader.settle(delivery, deadLetter())
    const [letter] = await lettersOf(transport, reader.wanted)
    expect(letter).toMatchObject({ key: 'k', value: Buffer.from('value'), details: { errorCode: 'DECODE_FAILED' } })
    expect(letter?.headers).toMatchObject({ traceparent: '00-1' })
    expect(letter?.headers).not.toHaveProperty('long')
    expect(letter?.details.trimmedHeaders).toEqual(['long'])
  })

  it('fails a publish that cannot be encoded or has no exchange, and it alone', async () => {
    const { transport, topic } = await setUp()
    const reader = await Reader.open(transport, topic)
    const value = Buffer.from('1')
    const tooMuch = transport.publish([{ topic, value, headers: { long: 'x'.repeat(70 * 1_024) } }])
    await expect(tooMuch).rejects.toMatchObject({ code: 'BROKER_REFUSED', message: expect.stringContaining('64 KiB') })
    const nowhere = transport.publish([{ topic, value, exchange: `${topic}.none` }])
    await expect(nowhere).rejects.toMatchObject({
      code: 'BROKER_REFUSED',
      message: expect.stringContaining(`${topic}.none`),
    })
    await transport.publish([{ topic, value }])
    await until(() => reader.deliveries.length === 1, 'the next one arrives')
  })

  it('says which message is over the limit of the broker', async () => {
    const { transport, topic } = await setUp()
    await Reader.open(transport, topic)
    const large = transport.publish([{ topic, value: Buffer.alloc(128 * 1_024 * 1_024 + 1) }])
    await expect(large).rejects.toMatchObject({ code: 'BROKER_REFUSED', message: expect.stringContaining('134217728') })
    await transport.publish(numbered(topic, 1))
  })
})

/** Declares a queue as some other program would. */
async function declaredAs(broker: BrokerUnderTest, queue: string, options: object): Promise<void> {
  await broker.administer((channel) => channel.assertQueue(queue, options))
}

function numbered(topic: string, count: number): readonly (OutgoingMessage & { readonly value: Buffer })[] {
  return Array.from({ length: count }, (_, n) => ({ topic, value: Buffer.from(String(n)) }))
}

function deadLetter(): Outcome {
  const nowMs = Date.now()
  const record = { attempts: 1, firstFailureAtMs: nowMs, lastFailureAtMs: nowMs }
  return { kind: 'dead-letter', failure: new Failure('DECODE_FAILED'), record }
}
