import { randomUUID } from 'node:crypto'
import type { ProvisionRequest } from '@longshore/runtime'
import { afterAll, describe, expect, it } from 'vitest'
import * as kafkajs from '../src/kafkajs.ts'
import { resolveKafkaOptions } from '../src/options.ts'
import * as platformatic from '../src/platformatic.ts'
import { PlatformaticDriver } from '../src/platformatic-driver.ts'

const BROKERS = (process.env.KAFKA_BROKERS ?? '').split(',').filter(Boolean)
const options = { brokers: BROKERS }

describe.skipIf(BROKERS.length === 0).each([
  ['platformatic', platformatic.provisionKafka],
  ['kafkajs', kafkajs.provisionKafka],
] as const)('provisioning Kafka through %s', (client, provisionKafka) => {
  const topic = `provision-${client}-${randomUUID().slice(0, 8)}`
  const names = { dlq: `${topic}.dlq`, retryTopic: `${topic}.retry` }
  const wanted = (kafka: ProvisionRequest['bindings']['kafka']): ProvisionRequest => ({
    topics: [topic],
    group: 'readers',
    ...names,
    bindings: kafka === undefined ? {} : { kafka },
  })
  const stated = {
    partitions: 3,
    retentionMs: 3_600_000,
    cleanupPolicy: ['delete'],
    maxMessageBytes: 2_000_000,
  } as const
  const driver = BROKERS.length === 0 ? undefined : new PlatformaticDriver(resolveKafkaOptions(options))
  afterAll(() => driver?.close())

  const states = async (request: ProvisionRequest, dryRun = false) =>
    (await provisionKafka(options, [request], { dryRun })).map(({ name, state }) => [name, state])

  it('says what is missing, and makes nothing when it may only look', async () => {
    const looked = await states(wanted(stated), true)
    expect(looked).toEqual([topic, names.dlq, names.retryTopic].map((name) => [name, 'missing']))
    expect(await driver?.describeTopic(topic)).toBeUndefined()
  })

  it('creates topic, DLQ and retry lane, which take the largest message and 128 KiB of headers', async () => {
    const made = await states(wanted(stated))
    expect(made).toEqual([topic, names.dlq, names.retryTopic].map((name) => [name, 'created']))
    expect(await driver?.topicSetting(topic, 'retention.ms')).toBe('3600000')
    expect(await driver?.topicSetting(names.dlq, 'max.message.bytes')).toBe(String(2_000_000 + 128 * 1_024))
    expect((await driver?.describeTopic(names.dlq))?.partitions).toBe(3)
  })

  it('finds all as stated the second time', async () => {
    const again = await states(wanted(stated))
    expect(again).toEqual([topic, names.dlq, names.retryTopic].map((name) => [name, 'as-stated']))
  })

  it('names what differs and alters nothing', async () => {
    const report = await provisionKafka(options, [
      wanted({ partitions: 6, retentionMs: 7_200_000, cleanupPolicy: ['compact', 'delete'] }),
    ])
    expect(report[0]).toEqual({
      name: topic,
      state: 'differs',
      details: [
        'partitions: 6 stated, 3 found',
        'cleanup.policy: compact,delete stated, delete found',
        'retention.ms: 7200000 stated, 3600000 found',
      ],
    })
    expect((await driver?.describeTopic(topic))?.partitions).toBe(3)
  })

  it('names a DLQ that is too narrow for a topic that shares it', async () => {
    const wide = { ...wanted({ partitions: 5 }), topics: [`${topic}.wide`], retryTopic: `${topic}.wide.retry` }
    const report = await provisionKafka(options, [wide])
    expect(report.find(({ name }) => name === names.dlq)?.details).toEqual(['partitions: at least 5 needed, 3 found'])
  })
})
