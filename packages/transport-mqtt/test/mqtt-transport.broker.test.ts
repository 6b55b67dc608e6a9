import { randomUUID } from 'node:crypto'
import { startMosquitto } from '@longshore/brokers'
import {
  ACK,
  consume,
  type DeadLetter,
  Failure,
  type Handler,
  type Incoming,
  type Outcome,
  type OutgoingMessage,
  type Subscription,
  type TransportEvent,
} from '@longshore/runtime'
import { silentLog, until } from '@longshore/testing'
import { connectAsync } from 'mqtt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Link } from '../src/link.ts'
import { memorySpool } from '../src/memory-spool.ts'
import { type MqttOptions, resolveMqttOptions } from '../src/options.ts'
import { topicParameters } from '../src/topic-filter.ts'
import { MqttTransport } from '../src/transport.ts'
import { wantedOf } from './mqtt-under-test.ts'

const url = process.env.MQTT_URL ?? ''

/** What is MQTT's own; what every transport promises is in the conformance test. */
describe.skipIf(!process.env.MQTT_URL)('an MQTT subscription', () => {
  it('hands an 8-second handler its message once, on a connection with a 2-second keepalive', async () => {
    const reader = await read({ keepaliveSeconds: 2 })
    reader.onDelivery = async (delivery) => {
      await new Promise((resolve) => setTimeout(resolve, 8_000))
      await reader.settle(delivery, ACK)
    }
    await reader.publish('1')
    await until(() => reader.settled === 1, 'the handler has ended', 15_000)
    expect(reader.deliveries).toHaveLength(1)
    expect(reader.events.map(({ kind }) => kind)).toEqual(['connected', 'assigned'])
  }, 20_000)

  it('gives back over a new connection what it had not settled, and drops what the old one brought', async () => {
    const clientId = randomUUID()
    const first = await read({ clientId })
    await first.publish('1')
    await until(() => first.deliveries.length === 1, 'it is delivered')
    await first.close()
    const second = await read({ clientId }, first.wanted)
    await until(() => second.deliveries.length === 1, 'it comes again')
    expect(first.deliveries[0]?.assignment.active).toBe(false)
    expect(second.texts()).toEqual(['1'])
  })

  it.each([0, 1, 2] as const)('takes messages of QoS %i, each once', async (qos) => {
    const reader = await read({}, { bindings: { mqtt: { qos } } })
    reader.onDelivery = (delivery) => reader.settle(delivery, ACK)
    const client = await connectAsync(url, { protocolVersion: 5 })
    for (const text of ['1', '2', '3']) await client.publishAsync(reader.topic, text, { qos })
    await client.endAsync()
    await until(() => reader.deliveries.length >= 3, 'all are delivered')
    expect(reader.texts()).toEqual(['1', '2', '3'])
  })

  it('speaks MQTT 3.1.1', async () => {
    const reader = await read({ protocolVersion: 4 })
    await reader.publish('1')
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    expect(reader.deliveries[0]).toMatchObject({ key: reader.topic, source: { topic: reader.topic } })
  })

  it('reads an address with parameters, and has the concrete topic as source and as key', async () => {
    const base = randomUUID()
    const address = `${base}/{storeId}/alarms`
    const reader = await read({}, { address, topics: [address] })
    const client = await connectAsync(url, { protocolVersion: 5 })
    await client.publishAsync(`${base}/hamburg-2/alarms`, '1', {
      qos: 1,
      properties: { contentType: 'application/json' },
    })
    await client.endAsync()
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    expect(reader.deliveries[0]).toMatchObject({
      key: `${base}/hamburg-2/alarms`,
      source: { topic: `${base}/hamburg-2/alarms` },
      headers: { 'x-mqtt-topic': `${base}/hamburg-2/alarms`, 'content-type': 'application/json' },
    })
  })

  it('gives a handler the parameters of the address, by name', async () => {
    const storeId = randomUUID()
    const topic = 'stores/{storeId}/sensors/{sensorId}'
    const transport = new MqttTransport(resolveMqttOptions({ url, clientId: storeId }))
    const bindings = { mqtt: { qos: 1, sessionExpirySeconds: 5 } } as const
    const contract = { urn: 'urn:test', topic, group: storeId, dlq: storeId, pii: [], validate: () => [], bindings }
    const sensors: string[] = []
    const handle: Handler<unknown> = (_, { source }) => {
      const parameters = topicParameters(topic, source.topic)
      if (parameters?.storeId === storeId) sensors.push(parameters.sensorId)
    }
    const consumer = consume<unknown>(contract, transport, handle, { log: silentLog })
    await consumer.start()
    onTestFinished(async () => {
      await consumer.stop()
      await transport.close()
    })
    await transport.publish([{ topic: `stores/${storeId}/sensors/s-1`, value: Buffer.from('{}') }])
    await until(() => sensors.length === 1, 'it is handled')
    expect(sensors).toEqual(['s-1'])
  })

  it('leaves its will when it vanishes, and none when it closes', async () => {
    const watcher = await connectAsync(url, { protocolVersion: 5 })
    const willTopic = `wills/${randomUUID()}`
    const wills: string[] = []
    watcher.on('message', (_, payload) => wills.push(payload.toString()))
    await watcher.subscribeAsync(willTopic, { qos: 1 })
    const links: Link[] = []
    const leave = async (how: 'vanish' | 'close') => {
      const will = { topic: willTopic, payload: `${how} was not foreseen` }
      const options = resolveMqttOptions({ url, clientId: randomUUID(), will })
      const transport = new MqttTransport(options, async (request, events) => {
        const link = await Link.open(options, request, events)
        links.push(link)
        return link
      })
      await transport.subscribe(wantedOf(`test-${randomUUID()}`), { deliver() {}, report() {} })
      if (how === 'vanish') links.at(-1)?.cut()
      await transport.close()
    }
    await leave('close')
    await leave('vanish')
    await until(() => wills.length > 0, 'the will is published')
    expect(wills).toEqual(['vanish was not foreseen'])
    await watcher.endAsync()
  })

  it('takes no more than its own bound, leaves the rest with the broker, and gets each once there is room', async () => {
    // MQTT 3.1.1 knows no receive maximum: the broker sends what it likes.
    const reader = await read({ protocolVersion: 4, maxWaiting: 5 }, { window: 5 })
    const { events } = reader
    await Promise.all(Array.from({ length: 100 }, (_, n) => reader.publish(String(n))))
    await until(() => reader.deliveries.length === 5, 'its window is full')
    const handled = new Set<string>()
    reader.onDelivery = async (delivery) => {
      handled.add(String(Buffer.from(delivery.body ?? [])))
      await reader.settle(delivery, ACK)
    }
    for (const delivery of [...reader.deliveries]) reader.onDelivery(delivery)
    await until(() => handled.size === 100, 'all are handled')
    expect(events.filter(({ kind }) => kind === 'connected').length).toBeGreaterThan(1)
  })

  it('loses what the broker does not keep for it, and says so beforehand', async () => {
    const mosquitto = await startMosquitto({ settings: ['max_queued_messages 10', 'max_inflight_messages 1'] })
    onTestFinished(() => mosquitto.remove())
    const options = { url: mosquitto.url, clientId: 'reader' }
    const away = await read(options)
    expect(away.transport.capabilities.why.backlog).toContain('max_queued_messages')
    await away.close()
    for (let n = 0; n < 40; n += 1) await away.publish(String(n))
    const back = await read(options, away.wanted)
    back.onDelivery = (delivery) => back.settle(delivery, ACK)
    await until(() => back.deliveries.length >= 10, 'what was kept is delivered')
    await back.publish('last')
    await until(() => back.texts().includes('last'), 'and what comes now')
    expect(back.deliveries.length).toBeLessThan(15)
  })

  it.each(['handle', 'skip'] as const)('can %s what the broker had kept', async (retained) => {
    const topic = randomUUID()
    const client = await connectAsync(url, { protocolVersion: 5 })
    await client.publishAsync(topic, 'kept', { qos: 1, retain: true })
    const reader = await read({}, { ...wantedOf(topic), bindings: { mqtt: { qos: 1, retained } } })
    await client.publishAsync(topic, 'new', { qos: 1 })
    await until(() => reader.texts().includes('new'), 'the new one is delivered')
    expect(reader.texts()).toEqual(retained === 'handle' ? ['kept', 'new'] : ['new'])
    await client.publishAsync(topic, '', { qos: 1, retain: true })
    await client.endAsync()
  })

  it.each<[string, Partial<MqttOptions>, Partial<Subscription>]>([
    ['session expires with its connection', { sessionExpirySeconds: 0 }, {}],
    ['clean session', {}, { bindings: { mqtt: { qos: 1, cleanStart: true } } }],
    ['does not match', {}, { address: 'stores/{storeId}/alarms', topics: ['stores/#'] }],
    ['would come back at once', {}, { address: 'a/{b}/c', topics: ['a/{b}/c'], dlq: 'a/dead-letters/c' }],
    ['shared is false', {}, { bindings: { mqtt: { qos: 1, sharedGroup: 'g' } } }],
  ])('refuses at once what cannot hold: %s', async (reason, options, given) => {
    await expect(read(options, given)).rejects.toMatchObject({
      code: 'CONTRADICTORY_OPTIONS',
      message: expect.stringContaining(reason),
    })
  })

  it('keeps the order of a key while its first message waits to be tried again, and lets other keys go on', async () => {
    const reader = await read({ spool: memorySpool(), pollMs: 50 })
    const handled: string[] = []
    reader.onDelivery = async (delivery) => {
      const text = String(Buffer.from(delivery.body ?? []))
      if (text === 'a1' && delivery.history === undefined) return reader.settle(delivery, retryAfter(200))
      if (!delivery.assignment.active) return
      handled.push(text)
      await reader.settle(delivery, ACK)
    }
    await reader.publish('a1', 'a')
    await until(() => reader.deliveries.length === 1, 'the first has failed')
    await reader.publish('a2', 'a')
    await reader.publish('b1', 'b')
    await until(() => handled.length === 3, 'all are handled')
    expect(handled).toEqual(['b1', 'a1', 'a2'])
  })

  it('tells the dead letter topic why there is a new letter, and nothing that its publisher wrote', async () => {
    const reader = await read({ spool: memorySpool() })
    const watcher = await connectAsync(url, { protocolVersion: 5 })
    onTestFinished(() => watcher.endAsync())
    const told: unknown[] = []
    watcher.on('message', (_topic, _payload, { properties }) => told.push(properties?.userProperties))
    await watcher.subscribeAsync(reader.wanted.dlq, { qos: 1 })
    const [key, value] = ['anna@example.com', Buffer.from('anna')]
    await reader.transport.publish([{ topic: reader.topic, key, value, headers: { name: 'anna' } }])
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    const record = { attempts: 1, firstFailureAtMs: 0, lastFailureAtMs: 0 }
    const outcome = { kind: 'dead-letter', failure: new Failure('PERMANENT', 'no'), record } as const
    for (const delivery of reader.deliveries) await reader.settle(delivery, outcome)
    await until(() => told.length === 1, 'it is told')
    expect(told[0]).toMatchObject({ 'x-error-code': 'PERMANENT', 'x-original-topic': reader.topic })
    expect(JSON.stringify(told[0])).not.toContain('anna')
  })

  it.each<[string, Partial<OutgoingMessage>]>([
    ['The header large is larger than 65,535 bytes', { headers: { large: 'x'.repeat(65_536) } }],
    ["bytes with its headers, over the broker's limit of 2000", { value: Buffer.alloc(3_000) }],
    ['a/+ is a filter: name the one topic it is for', { topic: 'a/+' }],
  ])('refuses for good to publish what cannot arrive: %s', async (reason, message) => {
    const mosquitto = await startMosquitto({ settings: ['max_packet_size 2000'] })
    onTestFinished(() => mosquitto.remove())
    const { transport } = await read({ url: mosquitto.url })
    await expect(transport.publish([{ topic: 'a', value: null, ...message }])).rejects.toMatchObject({
      code: 'BROKER_REFUSED',
      message: expect.stringContaining(reason),
    })
    await transport.publish([{ topic: 'a', value: Buffer.from('1') }])
  })

  it('keeps a dead letter that is larger than a packet may be, without its own headers', async () => {
    const mosquitto = await startMosquitto({ settings: ['max_packet_size 3000'] })
    onTestFinished(() => mosquitto.remove())
    const reader = await read({ url: mosquitto.url })
    const value = Buffer.alloc(1_500, 'x')
    await reader.transport.publish([{ topic: reader.topic, value, headers: { large: 'y'.repeat(1_000) } }])
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    const record = { attempts: 1, firstFailureAtMs: 0, lastFailureAtMs: 0 }
    const failure = new Failure('PERMANENT', 'no', { cause: new Error('no') })
    for (const delivery of reader.deliveries) await reader.settle(delivery, { kind: 'dead-letter', failure, record })
    const letters: DeadLetter[] = []
    for await (const letter of (await reader.transport.deadLetters(reader.wanted)).read()) letters.push(letter)
    expect(letters).toMatchObject([{ value, details: { errorCode: 'PERMANENT', origin: { topic: reader.topic } } }])
    expect(letters[0]?.headers).not.toHaveProperty('large')
  })

  it('says what a broker may have hung up for, and goes on', async () => {
    const mosquitto = await startMosquitto({ settings: ['message_size_limit 2000'] })
    onTestFinished(() => mosquitto.remove())
    const reader = await read({ url: mosquitto.url })
    await expect(reader.publish('x'.repeat(5_000))).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      message: expect.stringContaining('over its message_size_limit'),
    })
    await reader.publish('1')
    await until(() => reader.deliveries.length === 1, 'the next one arrives')
  })

  it('gives up on a broker that is away after the time for connecting, saying so meanwhile', async () => {
    const events: TransportEvent[] = []
    const options = { url: 'mqtt://127.0.0.1:1', connectTimeoutMs: 600 }
    await expect(read(options, {}, events)).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' })
    expect(events[0]).toMatchObject({ kind: 'reconnecting', attempt: 1 })
  })
})

/** A subscription that keeps what it is given. */
async function read(
  options: Partial<MqttOptions> = {},
  given: Partial<Subscription> = {},
  events: TransportEvent[] = [],
) {
  const transport = new MqttTransport(resolveMqttOptions({ url, clientId: randomUUID(), ...options }))
  onTestFinished(() => transport.close())
  const wanted = { ...wantedOf(given.topics?.[0] ?? `test-${randomUUID()}`), ...named(given), ...given }
  const deliveries: Incoming[] = []
  let settled = 0
  const reader = {
    transport,
    wanted,
    events,
    deliveries,
    topic: wanted.topics[0] ?? '',
    onDelivery: (_: Incoming): unknown => undefined,
    get settled() {
      return settled
    },
    async settle(delivery: Incoming, outcome: Outcome) {
      await subscribed.settle(delivery, outcome)
      settled += 1
    },
    texts: () => deliveries.map(({ body }) => String(Buffer.from(body ?? []))),
    publish: (text: string, key?: string) =>
      transport.publish([{ topic: reader.topic, value: Buffer.from(text), ...(key === undefined ? {} : { key }) }]),
    close: () => subscribed.close(),
  }
  const subscribed = await transport.subscribe(wanted, {
    deliver(delivery) {
      deliveries.push(delivery)
      void reader.onDelivery(delivery)
    },
    report: (event) => events.push(event),
  })
  return reader
}

/** A group without what separates levels. */
function named({ topics, group }: Partial<Subscription>): Partial<Subscription> {
  return topics === undefined ? {} : { group: group ?? `group-${randomUUID()}` }
}

function retryAfter(afterMs: number): Outcome {
  const nowMs = Date.now()
  const record = { attempts: 1, firstFailureAtMs: nowMs, lastFailureAtMs: nowMs }
  return { kind: 'retry', afterMs, failure: new Failure('HANDLER_FAILED'), record }
}
