import { DEAD_LETTER_HEADERS, type Incoming } from '@longshore/runtime'
import { ManualClock } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import type { FetchedRecord } from './driver.ts'
import { encodeHeaders } from './headers.ts'
import { PartitionFlow } from './partition-flow.ts'

describe('a partition flow', () => {
  it('runs no further ahead of a stuck message than it may', () => {
    const { flow, offsets } = flowing({ maxAhead: 10 })
    flow.accept(records(0, 100), 100n)
    for (const offset of offsets()) if (offset !== 0n) flow.finish(offset)
    expect(offsets()).toHaveLength(10)
    flow.finish(0n)
    expect(offsets()).toHaveLength(20)
  })

  it('commits past markers once all before them is settled', () => {
    const { flow } = flowing()
    flow.accept(records(0, 2), 3n)
    expect(flow.position).toBe(0n)
    flow.finish(0n)
    expect(flow.position).toBe(1n)
    flow.finish(1n)
    expect(flow.position).toBe(3n)
  })

  it('commits up to what it kept back when it is stopped', () => {
    const { flow } = flowing({ window: 2 })
    flow.accept(records(0, 3), 5n)
    flow.stop()
    flow.finish(0n)
    flow.finish(1n)
    expect(flow.position).toBe(2n)
  })

  it('commits no less when it is stopped than before', () => {
    const { flow } = flowing()
    flow.accept([], 5n)
    flow.stop()
    expect(flow.position).toBe(5n)
  })

  it('knows when the oldest unsettled message was written', () => {
    const { flow } = flowing()
    flow.accept(records(0, 3), 3n)
    flow.finish(1n)
    expect(flow.oldestUnsettledMs()).toBe(0)
    flow.finish(0n)
    expect(flow.oldestUnsettledMs()).toBe(2_000)
    flow.finish(2n)
    expect(flow.oldestUnsettledMs()).toBeUndefined()
  })

  it('holds a delayed message back until its time, and what lies behind it', async () => {
    const { flow, offsets, clock } = flowing({ topic: 'work.retry' })
    const headers = encodeHeaders({ [DEAD_LETTER_HEADERS.notBefore]: String(clock.now() + 1_000) })
    const [delayed, next] = records(0, 2)
    if (delayed !== undefined && next !== undefined) flow.accept([{ ...delayed, headers }, next], 2n)
    expect(offsets()).toEqual([])
    await clock.turn(1_000)
    expect(offsets()).toEqual([0n, 1n])
  })

  it('hands nothing over and settles nothing once it has ended', () => {
    const { flow, offsets } = flowing({ window: 1 })
    flow.accept(records(0, 2), 2n)
    flow.end()
    flow.finish(0n)
    expect(offsets()).toEqual([0n])
    expect(flow.position).toBe(0n)
    expect(flow.signal.reason).toMatchObject({ code: 'ASSIGNMENT_LOST' })
  })
})

function flowing({ topic = 'work', window = 100, maxAhead = 1_000 } = {}) {
  const delivered: Incoming[] = []
  const clock = new ManualClock()
  const rules = { window, maxAhead, clock, retryTopic: 'work.retry', messageIdHeaders: [] }
  const deliver = (delivery: Incoming) => delivered.push(delivery)
  const membership = { pause() {}, resume() {} }
  const flow = new PartitionFlow({ topic, partition: 0 }, 0n, undefined, membership, { ...rules, deliver })
  return { flow, clock, offsets: () => delivered.map(({ source }) => source.offset) }
}

/** Written one second apart from the beginning of time. */
function records(from: number, count: number): readonly FetchedRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const offset = from + index
    return { offset: BigInt(offset), timestampMs: offset * 1_000, key: null, value: null, headers: [] }
  })
}
