import { describe, expect, it } from 'vitest'
import { KeyLanes } from './key-lanes.ts'

interface Job {
  readonly name: string
  readonly done: PromiseWithResolvers<void>
}

describe('key lanes', () => {
  it('work on one item of a key at a time, in the order they came', async () => {
    const { lanes, begun, finish } = jobs(10)
    lanes.add('a', job('a1'))
    lanes.add('a', job('a2'))
    expect(begun()).toEqual(['a1'])
    await finish('a1')
    expect(begun()).toEqual(['a1', 'a2'])
  })

  it('work on different keys, and on items without key, at once', () => {
    const { lanes, begun } = jobs(10)
    for (const [key, name] of [
      ['a', 'a1'],
      ['b', 'b1'],
      [null, 'x'],
      [null, 'y'],
    ] as const)
      lanes.add(key, job(name))
    expect(begun()).toEqual(['a1', 'b1', 'x', 'y'])
  })

  it('run no more than their concurrency, and keep it full', async () => {
    const { lanes, begun, finish } = jobs(2)
    for (const name of ['a', 'b', 'c', 'd']) lanes.add(name, job(name))
    expect(lanes.running).toBe(2)
    await finish('b')
    expect(begun()).toEqual(['a', 'b', 'c'])
    expect(lanes.running).toBe(2)
  })

  it('give every waiting key its turn beside one that never runs dry', async () => {
    const { lanes, begun, finish } = jobs(1)
    for (let n = 0; n < 5; n++) lanes.add('busy', job(`busy${n}`))
    lanes.add('other', job('other'))
    await finish('busy0')
    await finish('other')
    expect(begun()).toEqual(['busy0', 'other', 'busy1'])
  })

  it('begin nothing while closed, and go on where they stopped', () => {
    const { lanes, begun } = jobs(10)
    lanes.close()
    lanes.add('a', job('a1'))
    lanes.add('a', job('a2'))
    expect(begun()).toEqual([])
    lanes.open()
    expect(begun()).toEqual(['a1'])
  })

  it('forget what waits and is of no use any more, whether its key is busy or not', async () => {
    const { lanes, begun, finish } = jobs(1)
    for (const name of ['a1', 'a2', 'a3']) lanes.add('a', job(name))
    lanes.add('b', job('b1'))
    lanes.add(null, job('x'))
    lanes.discard(({ name }) => name !== 'a3')
    expect(lanes.waitingBehind('a')).toBe(1)
    lanes.add('b', job('b2'))
    await finish('a1')
    await finish('b2')
    expect(begun()).toEqual(['a1', 'b2', 'a3'])
  })

  it('are idle when what runs has ended, whatever still waits', async () => {
    const { lanes, finish } = jobs(1)
    lanes.add('a', job('a1'))
    lanes.add('b', job('b1'))
    lanes.close()
    const idle = lanes.idle()
    await finish('a1')
    await idle
    expect(lanes.running).toBe(0)
  })

  it('tell what they hold, and what it waits behind', async () => {
    const { lanes, finish } = jobs(2)
    for (const [key, name] of [
      ['a', 'a1'],
      ['a', 'a2'],
      [null, 'x'],
      ['b', 'b1'],
      ['b', 'b2'],
    ] as const)
      lanes.add(key, job(name))
    expect(held(lanes)).toEqual(['a1 runs', 'a2 behind a1', 'x runs', 'b1 waits', 'b2 behind b1'])
    for (const name of ['a1', 'x', 'a2', 'b1', 'b2']) await finish(name)
    expect(held(lanes)).toEqual([])
  })

  it('keep the order of a key over 5,000 items that end at once or later', async () => {
    const seen = new Map<string, number>()
    const lanes = new KeyLanes<{ readonly key: string; readonly n: number }>({
      concurrency: 7,
      now: () => 0,
      work({ key, n }) {
        expect(n).toBe((seen.get(key) ?? -1) + 1)
        seen.set(key, n)
        return n % 3 === 0 ? undefined : new Promise((resolve) => setImmediate(resolve))
      },
    })
    lanes.open()
    for (let n = 0; n < 500; n++) for (let key = 0; key < 10; key++) lanes.add(`key${key}`, { key: `key${key}`, n })
    while (seen.size < 10 || [...seen.values()].some((n) => n < 499))
      await new Promise((resolve) => setImmediate(resolve))
    expect([...seen.values()]).toEqual(new Array(10).fill(499))
  })
})

function job(name: string): Job {
  return { name, done: Promise.withResolvers<void>() }
}

function held(lanes: KeyLanes<Job>): readonly string[] {
  return [...lanes.held()].map(({ item, behind, sinceMs }) => {
    if (sinceMs !== undefined) return `${item.name} runs`
    return behind === undefined ? `${item.name} waits` : `${item.name} behind ${behind.name}`
  })
}

function jobs(concurrency: number) {
  const begun: Job[] = []
  const lanes = new KeyLanes<Job>({
    concurrency,
    now: () => 0,
    work(begins) {
      begun.push(begins)
      return begins.done.promise
    },
  })
  lanes.open()
  return {
    lanes,
    begun: () => begun.map(({ name }) => name),
    async finish(name: string) {
      begun.find((running) => running.name === name)?.done.resolve()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
