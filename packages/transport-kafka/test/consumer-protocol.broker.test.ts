import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type OwnBroker, startKafka } from '@longshore/brokers'
import { ACK, type Incoming, type Subscription, type TransportEvent } from '@longshore/runtime'
import { until } from '@longshore/testing'
import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { KafkaOptions } from '../src/options.ts'
import { kafkaTransport } from '../src/platformatic.ts'
import type { FrozenMemberData } from './frozen-member.ts'

const SESSION_MS = 3_000
const HEARTBEAT_MS = 500

/** On a broker with short sessions, which the shared one does not allow. */
describe.skipIf(!process.env.KAFKA_BROKERS)('a group on the consumer protocol', () => {
  let kafka: OwnBroker
  beforeAll(async () => {
    const settings = [
      `group.consumer.min.heartbeat.interval.ms=${HEARTBEAT_MS}`,
      `group.consumer.heartbeat.interval.ms=${HEARTBEAT_MS}`,
      `group.consumer.min.session.timeout.ms=${SESSION_MS}`,
      'group.consumer.session.timeout.ms=6000',
    ]
    kafka = await startKafka({ settings })
  }, 120_000)
  afterAll(() => kafka.remove(), 60_000)

  it('has the session and the heartbeat that the broker sets for it, and says so when it is connected', async () => {
    const { wanted } = await channel()
    await setForGroup(wanted.group, { 'consumer.session.timeout.ms': String(SESSION_MS) })
    const { events } = await member(wanted)
    const about = 'consumer protocol, session 3 s and heartbeat 0.5 s as the broker says'
    expect(events).toContainEqual({ kind: 'connected', about })
  })

  it('gives the partitions of an owner that stands still to another, and takes nothing from it when it wakes up', async () => {
    const { wanted, publish } = await channel()
    await setForGroup(wanted.group, { 'consumer.session.timeout.ms': String(SESSION_MS) })
    const frozen = await frozenMember(wanted)
    await publish(20)
    await frozen.delivered(20)
    frozen.freeze()
    const heir = await member(wanted)
    await until(() => heir.deliveries.length === 20, 'the heir has all')
    await frozen.wake()
    await heir.close()
    // What the old owner settled on waking up was not its own any more: all of it comes again.
    await frozen.delivered(20)
  }, 60_000)

  it('lets a partition go only after what was settled of it is committed', async () => {
    const { wanted, publish } = await channel()
    // So seldom that nothing but the letting go commits.
    const former = await member(wanted, { commitIntervalMs: 3_600_000 })
    await publish(40)
    await until(() => former.deliveries.length === 40, 'the first member has all')
    for (const delivery of former.deliveries) former.settle(delivery)
    const newcomer = await member(wanted)
    await until(() => newcomer.partitions() === 2, 'the newcomer has its share')
    await publish(4)
    await until(() => former.deliveries.length + newcomer.deliveries.length >= 44, 'what is new is delivered')
    expect(newcomer.deliveries.every(({ source }) => source.offset >= 10n)).toBe(true)
  }, 30_000)

  it('takes over from the classic protocol while it runs', async () => {
    const { wanted, publish } = await channel()
    const classic = await member(wanted, { groupProtocol: 'classic' })
    classic.settleAll()
    await publish(40)
    const modern = await member(wanted)
    modern.settleAll()
    await until(() => modern.partitions() === 2, 'both share')
    await publish(40)
    await classic.close()
    await until(() => modern.partitions() === 4, 'the newer one has all')
    await publish(40)
    await until(() => new Set([...classic.settled, ...modern.settled]).size === 120, 'every message is handled')
  }, 60_000)

  /** A topic of four partitions, and a subscription to it. */
  async function channel() {
    const topic = `test-${randomUUID()}`
    const group = `${topic}-readers`
    const names = { topics: [topic], group, dlq: `${topic}.dlq`, retryTopic: `${topic}.retry` }
    const bindings = { kafka: { partitions: 4 } }
    const wanted = { ...names, bindings, from: { kind: 'earliest' }, window: 1_000 } satisfies Subscription
    const transport = opened()
    const provisioning = await transport.subscribe(
      { ...wanted, group: randomUUID() },
      { deliver: () => {}, report: () => {} },
    )
    await provisioning.close()
    let n = 0
    /** As many to each partition, since none has a key. */
    const publish = async (count: number) => {
      for (let left = count; left > 0; left -= 1, n += 1)
        await transport.publish([{ topic, value: Buffer.from(`${n}`) }])
    }
    return { wanted, publish }
  }

  function opened(given: Partial<KafkaOptions> = {}) {
    const transport = kafkaTransport({ ...options(), ...given })
    onTestFinished(() => transport.close())
    return transport
  }

  function options(): KafkaOptions {
    return { brokers: [kafka.url], groupProtocol: 'consumer', provision: 'all', commitIntervalMs: 20, fetchWaitMs: 100 }
  }

  async function member(wanted: Subscription, given: Partial<KafkaOptions> = {}) {
    const deliveries: Incoming[] = []
    const events: TransportEvent[] = []
    const settled = new Set<string>()
    let onDelivery: (delivery: Incoming) => unknown = () => {}
    const deliver = (delivery: Incoming) => {
      deliveries.push(delivery)
      onDelivery(delivery)
    }
    const subscribed = await opened(given).subscribe(wanted, { deliver, report: (event) => events.push(event) })
    const settle = (delivery: Incoming) => {
      if (delivery.assignment.active) settled.add(Buffer.from(delivery.body ?? []).toString())
      return subscribed.settle(delivery, ACK)
    }
    return {
      deliveries,
      events,
      settled,
      settle,
      settleAll() {
        onDelivery = settle
      },
      /** How many partitions of the topic it holds. */
      partitions() {
        const held = new Set<number>()
        for (const event of events) {
          if (event.kind !== 'assigned' && event.kind !== 'revoked') continue
          for (const { topic, partition } of event.partitions) {
            if (!wanted.topics.includes(topic)) continue
            if (event.kind === 'assigned') held.add(partition)
            else held.delete(partition)
          }
        }
        return held.size
      },
      close: () => subscribed.close(),
    }
  }

  async function frozenMember(wanted: Subscription) {
    const flag = new SharedArrayBuffer(4)
    const data: FrozenMemberData = { options: options(), wanted, flag }
    const file = new URL('frozen-member.ts', import.meta.url)
    const worker = new Worker(file, { workerData: data, execArgv: ['--conditions=source'] })
    let delivered = 0
    let isAwake = false
    worker.on('message', (told: { delivered?: number; awake?: boolean }) => {
      delivered = told.delivered ?? 0
      isAwake ||= told.awake ?? false
    })
    onTestFinished(async () => {
      worker.postMessage('close')
      await once(worker, 'exit')
    })
    return {
      delivered: (count: number) => until(() => delivered === count, `the member has ${count}`, 20_000),
      freeze: () => worker.postMessage('freeze'),
      wake() {
        Atomics.store(new Int32Array(flag), 0, 1)
        Atomics.notify(new Int32Array(flag), 0)
        return until(() => isAwake, 'the member is awake')
      },
    }
  }

  async function setForGroup(group: string, settings: { readonly [name: string]: string }) {
    const configs = Object.entries(settings).map(([name, value]) => ({
      name,
      value,
      configOperation: IncrementalAlterConfigOperationTypes.SET,
    }))
    const admin = new Admin({ clientId: 'tests', bootstrapBrokers: [kafka.url] })
    const resources = [{ resourceType: ConfigResourceTypes.GROUP, resourceName: group, configs }]
    await admin.incrementalAlterConfigs({ resources })
    await admin.close()
  }
})
