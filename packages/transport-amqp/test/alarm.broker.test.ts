import { randomUUID } from 'node:crypto'
import { type OwnBroker, rabbitmqctl, startRabbitmq } from '@longshore/brokers'
import { ACK, consume, Failure, PermanentFailure } from '@longshore/runtime'
import { silentLog, until } from '@longshore/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type AmqpOptions, resolveAmqpOptions } from '../src/options.ts'
import { AmqpTransport } from '../src/transport.ts'
import { lettersOf, Reader } from './reader.ts'

const CONSUMER_TIMEOUT_MS = 3_000

describe.skipIf(!process.env.AMQP_URL)('an AMQP transport on a RabbitMQ', () => {
  let rabbitmq: OwnBroker
  beforeAll(async () => {
    rabbitmq = await startRabbitmq({ settings: [`consumer_timeout = ${CONSUMER_TIMEOUT_MS}`] })
    // Channels look whether it has passed every minute, unless told otherwise before they are opened.
    await rabbitmqctl(rabbitmq, 'eval', 'application:set_env(rabbit, channel_tick_interval, 200).')
  }, 120_000)
  afterAll(() => rabbitmq.remove(), 60_000)

  function open(given: Partial<AmqpOptions> = {}): AmqpTransport {
    const transport = new AmqpTransport(resolveAmqpOptions({ url: rabbitmq.url, ...given }))
    onTestFinished(() => transport.close())
    return transport
  }

  describe('that is short of memory', () => {
    async function alarmed(): Promise<() => Promise<unknown>> {
      await rabbitmqctl(rabbitmq, 'set_vm_memory_high_watermark', 'absolute', '1MB')
      const over = () => rabbitmqctl(rabbitmq, 'set_vm_memory_high_watermark', '0.4')
      onTestFinished(async () => void (await over()))
      return over
    }

    it('holds back what is published, says so, and goes on once there is room', async () => {
      const transport = open()
      const topic = `test-${randomUUID()}`
      const reader = await Reader.open(transport, topic)
      const over = await alarmed()
      let confirmed = 0
      const publish = (n: number) =>
        transport.publish([{ topic, value: Buffer.from(String(n)) }]).then(() => confirmed++)
      const first = publish(0)
      await until(() => reader.events.some(({ kind }) => kind === 'reconnecting'), 'it says that it waits')
      const all = Promise.all([first, ...Array.from({ length: 50 }, (_, n) => publish(n + 1))])
      expect(confirmed).toBe(0)
      const [event] = reader.events.filter(({ kind }) => kind === 'reconnecting')
      expect(event).toMatchObject({ failure: { message: 'RabbitMQ takes no messages for the moment: low on memory.' } })
      await over()
      await all
      await until(() => reader.deliveries.length === 51, 'all are delivered, each once')
      expect(reader.events.at(-1)).toEqual({ kind: 'connected' })
    })

    it('gives up what it could not send in time, with the reason, and may be asked again', async () => {
      const transport = open({ publishTimeoutMs: 1_000 })
      const topic = `test-${randomUUID()}`
      const reader = await Reader.open(transport, topic)
      const over = await alarmed()
      const message = { topic, value: Buffer.from('1') }
      const first = transport.publish([message]).catch(Failure.from)
      expect(await first).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringContaining('low on memory') })
      const later = transport.publish([message]).catch(Failure.from)
      expect(await later).toMatchObject({ code: 'PUBLISH_FAILED', message: expect.stringContaining('low on memory') })
      await over()
      await transport.publish([message])
      await until(() => reader.deliveries.length === 2, 'the one that was on its way, and the last')
    })

    it('degrades a consumer whose dead letter waits, and writes it once there is room', async () => {
      const transport = open()
      const topic = `test-${randomUUID()}`
      const contract = { urn: 'urn:test', topic, group: 'readers', pii: [], validate: () => [] }
      let fail = () => {}
      let begun = 0
      const handle = () => {
        begun += 1
        return new Promise<void>((_, reject) => {
          fail = () => reject(new PermanentFailure('no'))
        })
      }
      const consumer = consume<unknown>(contract, transport, handle, { log: silentLog })
      await consumer.start()
      onTestFinished(() => consumer.stop())
      await transport.publish([{ topic, value: Buffer.from('{}') }])
      await until(() => begun === 1, 'it is worked on')
      const over = await alarmed()
      fail()
      await until(() => consumer.health().status === 'degraded', 'it is degraded')
      expect(consumer.health().reasons.join()).toContain('RabbitMQ takes no messages for the moment: low on memory')
      await over()
      await until(async () => (await lettersOf(transport, consumer.subscription)).length === 1, 'it is a dead letter')
      await until(() => consumer.health().status === 'healthy', 'it is healthy again')
    })
  })

  describe('that closes a channel over a message that is not acknowledged in time', () => {
    it('learns how long that is, and from then on gives back in time, which counts as no crash', async () => {
      const transport = open({ deliveryLimit: 2 })
      const topic = `test-${randomUUID()}`
      const reader = await Reader.open(transport, topic)
      reader.onDelivery = () => undefined
      await transport.publish([{ topic, value: Buffer.from('1') }])
      await until(() => reader.deliveries.length === 5, 'it has come back four times', 30_000)
      const reasons = reader.events.flatMap((event) => (event.kind === 'reconnecting' ? [event.failure.message] : []))
      expect(reasons[0]).toContain(`within ${CONSUMER_TIMEOUT_MS / 1_000} s`)
      expect(reasons.slice(1)).toEqual(Array(3).fill(expect.stringContaining('given back before RabbitMQ closes')))
      expect(reader.deliveries.map(({ assignment }) => assignment.active)).toEqual([false, false, false, false, true])
      for (const delivery of reader.deliveries) await reader.settle(delivery, ACK)
      expect(await lettersOf(transport, reader.wanted)).toHaveLength(0)
      await until(async () => (await reader.lag())[0]?.messages === 0, 'it is settled')
    })
  })
})
