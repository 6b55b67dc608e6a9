import { describe, expect, it } from 'vitest'
import { orders, scene } from '../test/scene.ts'
import { consume } from './consume.ts'
import type { Incoming } from './delivery.ts'
import { DependencyDown } from './failure.ts'
import { memoryStore } from './memory-store.ts'
import { MOST_PARTITIONS, type PartitionFacts, partitionsOf } from './partition-health.ts'

const patient = { ...orders, retry: { kind: 'fixed', attempts: 3, firstAfterMs: 20_000, jitter: 'none' } } as const
const never = () => new Promise<void>(() => undefined)
const startMs = Date.UTC(2026, 0, 1)

describe('the health of a partition', () => {
  it('is not listed while nothing waits', async () => {
    const { clock, place, started } = scene()
    const { running } = await started()
    await place('anna', 1)
    await clock.turn(0)
    expect(running.health().partitions).toEqual([])
  })

  it('names the oldest delivery, the try that runs and since when, as plain JSON', async () => {
    const { clock, place, started } = scene()
    const { running } = await started(never)
    await place('anna', 1, 2)
    await place('bert', 3)
    await clock.turn(5_000)
    const { partitions } = running.health()
    expect(partitions).toEqual([
      {
        topic: 'order.placed',
        partition: 0,
        unsettled: 3,
        oldest: {
          offset: '0',
          key: 'anna',
          keyIsMasked: false,
          attempts: 1,
          ageMs: 5_000,
          waitsFor: { kind: 'attempt', sinceMs: startMs, isOverdue: false },
          because: 'its handler runs since 2026-01-01T00:00:00.000Z',
        },
      },
    ])
    expect(JSON.parse(JSON.stringify(partitions))).toEqual(partitions)
  })

  it('tells a handler that hangs', async () => {
    const { clock, place, started } = scene()
    const { running } = await started(never)
    await place('anna', 1)
    await clock.turn(31_000)
    expect(oldest(running).waitsFor).toMatchObject({ kind: 'attempt', isOverdue: true })
  })

  it('tells when a message that failed is tried again', async () => {
    const { clock, place, started } = scene(patient)
    const { running } = await started(() => {
      throw new Error('not yet')
    })
    await place('anna', 1)
    await clock.turn(5_000)
    expect(oldest(running)).toMatchObject({
      attempts: 1,
      nextTryAtMs: startMs + 20_000,
      waitsFor: { kind: 'backoff', sinceMs: startMs, code: 'HANDLER_FAILED' },
    })
  })

  it('names the dependency that is away', async () => {
    const { clock, place, started } = scene()
    const { running } = await started(() => {
      throw new DependencyDown('ledger')
    })
    await place('anna', 1)
    await clock.turn(500)
    expect(oldest(running).waitsFor).toEqual({
      kind: 'dependency',
      sinceMs: startMs,
      attempts: 1,
      dependency: 'ledger',
    })
  })

  it('names the dead letter queue that does not confirm, and when it is asked again', async () => {
    const { broker, clock, started, transport } = scene()
    broker.faults.topicAway('order.placed.billing.dlq')
    const { running } = await started()
    await transport.publish([{ topic: 'order.placed', key: 'anna', value: Buffer.from('no JSON') }])
    await clock.turn(500)
    const { nextTryAtMs, waitsFor } = oldest(running)
    expect(waitsFor).toMatchObject({
      kind: 'confirmation',
      sinceMs: startMs,
      to: 'order.placed.billing.dlq',
      refusals: 2,
    })
    expect(nextTryAtMs).toBe(startMs + 200 + 400)
  })

  it('tells what waits behind a message of its key that comes from elsewhere', async () => {
    const { clock, place, started, transport } = scene()
    const { running } = await started(never)
    await place('anna', 1)
    await clock.turn(0)
    await transport.publish([{ topic: 'order.placed.billing.retry', key: 'anna', value: Buffer.from('{"id":2}') }])
    await clock.turn(0)
    const ofRetries = running.health().partitions.find(({ topic }) => topic.endsWith('.retry'))
    expect(ofRetries?.oldest).toMatchObject({
      attempts: 0,
      waitsFor: { kind: 'lane', behind: { topic: 'order.placed', partition: 0, offset: '0' } },
    })
  })

  it('tells what waits for one of the handlers, and what for the consumer to go on', async () => {
    const { broker, clock, place, started } = scene()
    broker.createTopic('order.placed.billing.retry', 1)
    const { running } = await started(never, { concurrency: 1, topics: ['order.placed', 'order.changed'] })
    await place('anna', 1)
    await clock.turn(0)
    broker.append('order.changed', {
      key: 'bert',
      value: Buffer.from('{"id":2}'),
      headers: {},
      timestampMs: clock.now(),
    })
    await clock.turn(0)
    const waitsFor = () => running.health().partitions.find(({ topic }) => topic === 'order.changed')?.oldest?.waitsFor
    expect(waitsFor()).toEqual({ kind: 'turn' })
    running.pause()
    expect(waitsFor()).toEqual({ kind: 'paused' })
  })

  it('tells a delivery that waits for the store', async () => {
    const { clock, place, started } = scene()
    const { fencing, ...rest } = memoryStore({ clock })
    const take = () => Promise.reject(new DependencyDown('postgres'))
    const { running } = await started(never, { store: { ...rest, fencing: { ...fencing, take } } })
    await place('anna', 1)
    await clock.turn(1_000)
    expect(oldest(running)).toMatchObject({ attempts: 0, waitsFor: { kind: 'store', sinceMs: startMs } })
    const stopped = running.stop()
    await clock.turn(60_000)
    await stopped
  })

  it('tells a delivery that waits to be alone, for it was in flight when the process died', async () => {
    const { broker, clock, started, transport } = scene()
    const { fencing } = memoryStore()
    const topics = ['order.placed', 'order.changed']
    await transport.publish(topics.map((topic) => ({ topic, key: topic, value: Buffer.from('{"id":1}') })))
    const live = async () => {
      const { running } = await started(never, { store: { ...memoryStore({ clock }), fencing }, topics })
      await clock.turn(10)
      return running.health().partitions.map(({ oldest: first }) => first?.waitsFor.kind)
    }
    for (let crash = 0; crash < 3; crash++) {
      expect(await live()).toEqual(['attempt', 'attempt'])
      broker.faults.crash('billing')
    }
    expect((await live()).sort()).toEqual(['attempt', 'isolation'])
  })

  it('tells a delivery that a broken step gave up, until its partition is dealt out again', async () => {
    const { broker, clock, consumer, place } = scene()
    let isBroken = true
    const running = consumer(() => undefined, {
      around: [
        {
          name: 'broken',
          about: 'throws',
          wrap: (next) => (delivery) => {
            if (isBroken) throw new TypeError('a defect')
            return next(delivery)
          },
        },
      ],
    })
    await running.start()
    await place('anna', 1)
    await clock.turn(0)
    expect(oldest(running).waitsFor).toEqual({ kind: 'defect', code: 'HANDLER_FAILED' })
    isBroken = false
    broker.faults.rebalance('billing')
    await clock.turn(0)
    expect(running.health().partitions).toEqual([])
    expect(running.metrics.acked).toBe(1)
  })

  it.each([
    ['masks the key where the contract has PII', { pii: ['email'] }, 'a***', true],
    ['shows it where the contract says that it is none', { pii: ['email'], keyIsPii: false }, 'anna', false],
    ['masks it where the contract says that it is some', { keyIsPii: true }, 'a***', true],
  ])('%s', async (_, facts, key, keyIsMasked) => {
    const { clock, place, transport } = scene()
    const lines: string[] = []
    const write = (...line: readonly unknown[]) => void lines.push(JSON.stringify(line))
    const log = { debug: write, info: write, warn: write, error: write }
    const running = consume({ ...orders, ...facts }, transport, never, { clock, log })
    await running.start()
    await place('anna', 1)
    await clock.turn(40_000)
    expect(oldest(running)).toMatchObject({ key, keyIsMasked })
    expect(lines.join()).not.toContain('anna')
  })

  it('tells which keys are parked, the longest one by name, though nothing of the partition is unsettled', () => {
    const head = (offset: bigint, attempts: number) => ({
      key: 'anna',
      source: { topic: 'orders', partition: 1, offset },
      history: { attempts, redriveCount: 0, origin: { topic: 'orders', partition: 1, offset } },
    })
    const lanes = [
      { heldFor: 'orders/1@9', head: head(9n, 1), parkedAtMs: startMs + 1 },
      { head: head(17n, 4), parkedAtMs: startMs, dueAtMs: startMs + 30_000 },
      {},
    ]
    expect(partitionsOf({ ...NOTHING, parked: [{ topic: 'orders', partition: 1, lanes }] })).toEqual([
      {
        topic: 'orders',
        partition: 1,
        unsettled: 0,
        parked: {
          keys: 3,
          held: 1,
          oldest: {
            offset: '17',
            key: 'anna',
            keyIsMasked: false,
            attempts: 4,
            sinceMs: startMs,
            nextTryAtMs: startMs + 30_000,
          },
        },
      },
    ])
  })

  it('lists no more than a hundred, those with the oldest message first, and no key at length', () => {
    const held = Array.from({ length: 300 }, (_, n) => ({ item: delivery(n, startMs - n) }))
    const partitions = partitionsOf({ ...NOTHING, held })
    expect(partitions).toHaveLength(MOST_PARTITIONS)
    expect(partitions[0]).toMatchObject({ partition: 299, oldest: { ageMs: 299 } })
    expect(partitions[0]?.oldest?.key).toHaveLength(64)
  })
})

const NOTHING: PartitionFacts = {
  held: [],
  attemptOf: () => undefined,
  waitOf: () => undefined,
  otherwise: 'step',
  isPaused: false,
  broken: new Map(),
  parked: [],
  keyIsPii: false,
  nowMs: startMs,
}

function delivery(partition: number, timestampMs: number): Incoming {
  return {
    assignment: { active: true, signal: new AbortController().signal },
    source: { topic: 'orders', partition, offset: 0n },
    key: 'k'.repeat(10_000),
    headers: {},
    body: null,
    bytes: 0,
    timestampMs,
  }
}

function oldest(running: ReturnType<typeof consume>) {
  const [first] = running.health().partitions
  if (first?.oldest === undefined) throw new Error('Nothing is unsettled.')
  return first.oldest
}
