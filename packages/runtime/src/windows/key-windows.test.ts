import { describe, expect, it } from 'vitest'
import { type Aggregate, aggregate, count, max, mean, min, sum } from './aggregate.ts'
import { KeyWindows } from './key-windows.ts'
import { memoryWindowState } from './memory-window-state.ts'
import type { Sample } from './time-fold.ts'
import type { WindowOutput } from './window-output.ts'
import { hopping, sliding, tumbling, type WindowShape, windowTimes } from './window-shape.ts'

const MINUTE = 60_000

interface Given {
  readonly shape?: WindowShape
  readonly graceMs?: number
  readonly emit?: 'on-time' | 'final'
  readonly aggregate?: Aggregate
}

const NEVER_WRITTEN = {
  stamp: null,
  streamTimeMs: null,
  seenAtMs: 0,
  lastId: null,
  alert: null,
  samples: [],
  windows: [],
  decisions: [],
}

function rules({ shape = sliding(5 * MINUTE), graceMs = MINUTE, emit = 'on-time', aggregate = mean }: Given = {}) {
  return { times: windowTimes(shape, graceMs, emit), aggregate, alert: undefined, maxSkewMs: MINUTE }
}

/** Adds `[id, minute, value]` in that order; each comes when its time says, or when it is told. */
function play(windows: KeyWindows, ...events: readonly (readonly [string, number, number, number?])[]) {
  const outputs: WindowOutput[] = []
  for (const [id, minute, value, seenAtMinute = minute] of events) {
    const seenAtMs = seenAtMinute * MINUTE
    windows.add({ id, timeMs: minute * MINUTE, value }, { brokerMs: seenAtMs, nowMs: seenAtMs }, outputs)
  }
  return outputs
}

/** `minute: value (revision)` */
const told = (outputs: readonly WindowOutput[]) =>
  outputs.map((output) =>
    output.kind === 'result'
      ? `${output.endMs / MINUTE}: ${output.value}${output.revision === 0 ? '' : ` (revision ${output.revision})`}`
      : output.kind,
  )

describe('a moving average', () => {
  it('at the time of each event takes in what lies less than a window before it', () => {
    const windows = new KeyWindows(rules(), 'org', NEVER_WRITTEN)
    expect(told(play(windows, ['a', 0, 1], ['b', 4, 0.5], ['c', 5, 0], ['d', 20, 0.25]))).toEqual([
      '0: 1',
      '4: 0.75',
      // (0, 5]: the event at 0 is out.
      '5: 0.25',
      '20: 0.25',
    ])
  })

  it('is revised by a late event where that changes it, and nowhere else', () => {
    const windows = new KeyWindows(rules({ graceMs: 4 * MINUTE }), 'org', NEVER_WRITTEN)
    play(windows, ['a', 1, 1], ['b', 4, 0.5], ['d', 7, 0])
    expect(told(play(windows, ['c', 3, 0, 7]))).toEqual([
      '3: 0.5',
      '4: 0.5 (revision 1)',
      '7: 0.16666666666666666 (revision 1)',
    ])
    expect(told(play(windows, ['e', 7, 0.5, 7]))).toEqual(['7: 0.25 (revision 2)'])
  })

  it('counts an event once, however often it comes', () => {
    const windows = new KeyWindows(rules(), 'org', NEVER_WRITTEN)
    expect(told(play(windows, ['a', 0, 1], ['a', 0, 1], ['b', 0, 0], ['a', 0, 1]))).toEqual([
      '0: 1',
      '0: 0.5 (revision 1)',
    ])
  })

  it('leaves out what comes later than its grace, and says so', () => {
    const windows = new KeyWindows(rules(), 'org', NEVER_WRITTEN)
    expect(told(play(windows, ['a', 5, 1], ['b', 4, 0, 5]))).toEqual(['5: 1', '4: 0', '5: 0.5 (revision 1)'])
    const late = play(windows, ['c', 3.75, 0, 5])
    expect(late).toEqual([{ kind: 'late', key: 'org', id: 'c', timeMs: 3.75 * MINUTE, behindMs: 1.25 * MINUTE }])
    expect(told(play(windows, ['d', 5, 0.5]))).toEqual(['5: 0.5 (revision 2)'])
  })

  it('is not moved by an event from the future, by whichever clock it is one', () => {
    const windows = new KeyWindows(rules(), 'org', NEVER_WRITTEN)
    play(windows, ['a', 0, 0.9])
    const dated = play(windows, ['b', 60, 0.1, 0])
    expect(dated).toEqual([{ kind: 'future', key: 'org', id: 'b', timeMs: 60 * MINUTE, aheadMs: 60 * MINUTE }])
    const outputs: WindowOutput[] = []
    // The broker took over the producer's wrong time.
    windows.add({ id: 'c', timeMs: 60 * MINUTE, value: 0 }, { brokerMs: 60 * MINUTE, nowMs: MINUTE }, outputs)
    expect(told(outputs)).toEqual(['future'])
    expect(told(play(windows, ['d', 1, 0.7]))).toEqual(['1: 0.8'])
  })
})

describe('a tumbling window', () => {
  it('is put out when stream time reaches its end, and revised until its grace is over', () => {
    const windows = new KeyWindows(rules({ shape: tumbling(5 * MINUTE), aggregate: sum }), 'org', NEVER_WRITTEN)
    expect(told(play(windows, ['a', 1, 1], ['b', 4, 2]))).toEqual([])
    expect(told(play(windows, ['c', 5, 4]))).toEqual(['5: 3'])
    expect(told(play(windows, ['d', 2, 8, 5]))).toEqual(['5: 11 (revision 1)'])
    expect(told(play(windows, ['e', 6, 16], ['f', 2, 32, 6]))).toEqual(['late'])
    expect(told(play(windows, ['g', 11, 64]))).toEqual(['10: 20'])
  })

  it('is put out once, when it has closed, where only what is final is asked for', () => {
    const windows = new KeyWindows(rules({ shape: tumbling(5 * MINUTE), emit: 'final' }), 'org', NEVER_WRITTEN)
    expect(told(play(windows, ['a', 1, 1], ['c', 5, 4], ['d', 2, 2, 5]))).toEqual([])
    expect(told(play(windows, ['e', 6, 4]))).toEqual(['5: 1.5'])
  })
})

describe('a hopping window', () => {
  it('holds an event as often as windows overlap', () => {
    const windows = new KeyWindows(
      rules({ shape: hopping(4 * MINUTE, 2 * MINUTE), aggregate: count }),
      'org',
      NEVER_WRITTEN,
    )
    expect(told(play(windows, ['a', 1, 1], ['b', 3, 1], ['c', 9, 1]))).toEqual(['2: 1', '4: 2', '6: 1'])
  })
})

describe('an aggregate', () => {
  const last = aggregate('last', { of: (value) => value, merge: (_, later) => later, result: (value) => value })

  it.each([
    { of: mean, expected: 2 },
    { of: sum, expected: 6 },
    { of: count, expected: 3 },
    { of: min, expected: 1 },
    { of: max, expected: 3 },
    { of: last, expected: 2 },
  ])('$of.name folds the values in order of time', ({ of, expected }) => {
    const windows = new KeyWindows(rules({ aggregate: of }), 'org', NEVER_WRITTEN)
    expect(play(windows, ['a', 0, 1], ['c', 2, 2], ['b', 1.5, 3, 2]).at(-1)).toMatchObject({
      value: expected,
      endMs: 2 * MINUTE,
    })
  })
})

describe('a silent key', () => {
  it('is closed by the pace of the broker’s clock, as far as something is to be done', () => {
    const windows = new KeyWindows(rules({ shape: tumbling(5 * MINUTE) }), 'org', NEVER_WRITTEN)
    play(windows, ['a', 1, 1, 2])
    const outputs: WindowOutput[] = []
    // The key's events come a minute after their time: its clock is a minute behind.
    expect(windows.fallSilent(6 * MINUTE - 1, outputs)).toBe(false)
    expect(windows.fallSilent(6 * MINUTE, outputs)).toBe(true)
    expect(told(outputs)).toEqual(['5: 1'])
    expect(windows.fallSilent(7 * MINUTE - 1, outputs)).toBe(false)
    expect(windows.fallSilent(7 * MINUTE, outputs)).toBe(true)
    expect(windows.fallSilent(60 * MINUTE, outputs)).toBe(false)
    expect(told(play(windows, ['b', 4, 1, 8]))).toEqual(['late'])
  })

  it('falls silent in the same place when its events are replayed', () => {
    const given = rules({ shape: tumbling(5 * MINUTE) })
    const first = new KeyWindows(given, 'org', NEVER_WRITTEN)
    const outputs = play(first, ['a', 1, 1])
    first.fallSilent(6 * MINUTE, outputs)
    outputs.push(...play(first, ['late', 4, 0, 8], ['b', 8, 0.5]))
    const { decisions } = first.takeChange('1')
    const replayed = new KeyWindows(given, 'org', { ...NEVER_WRITTEN, decisions })
    expect(play(replayed, ['a', 1, 1], ['late', 4, 0, 8], ['b', 8, 0.5])).toEqual(outputs)
    expect(told(outputs)).toEqual(['5: 1', 'late'])
  })

  it('repeats what its first clock said of the future, though time has gone on', () => {
    const first = new KeyWindows(rules(), 'org', NEVER_WRITTEN)
    const sample = { id: 'a', timeMs: 60 * MINUTE, value: 1 }
    first.add(sample, { brokerMs: 60 * MINUTE, nowMs: 0 }, [])
    const { decisions } = first.takeChange('1')
    const outputs: WindowOutput[] = []
    const replayed = new KeyWindows(rules(), 'org', { ...NEVER_WRITTEN, decisions })
    replayed.add(sample, { brokerMs: 60 * MINUTE, nowMs: 600 * MINUTE }, outputs)
    expect(told(outputs)).toEqual(['future'])
  })
})

describe('windows fed in any order, with repetitions and late events, and broken off now and then', () => {
  const shapes = [sliding(5_000), tumbling(3_000), hopping(6_000, 2_000)]
  const cases = shapes.flatMap((shape) => (['on-time', 'final'] as const).map((emit) => ({ shape, emit })))

  it.each(cases)('come to what a batch computes: $shape.kind, $emit', async ({ shape, emit }) => {
    for (let seed = 1; seed <= 150; seed++) {
      const chance = generator(seed)
      const arrivals = disordered(chance)
      const graceMs = Math.floor(chance() * 4_000)
      const given = rules({ shape, emit, graceMs })
      const results = latest(await playBroken(given, arrivals, chance))
      expect({ seed, results }).toEqual({ seed, results: batch(given, arrivals) })
    }
  })

  it.each(cases)(
    'come to the same when they are replayed, silences included: $shape.kind, $emit',
    ({ shape, emit }) => {
      let silences = 0
      for (let seed = 1; seed <= 50; seed++) {
        const chance = generator(seed)
        const given = rules({ shape, emit, graceMs: Math.floor(chance() * 4_000) })
        const arrivals = disordered(chance)
        const live: WindowOutput[] = []
        const windows = new KeyWindows(given, 'org', NEVER_WRITTEN)
        for (const sample of arrivals) {
          windows.add(sample, { brokerMs: sample.timeMs, nowMs: sample.timeMs }, live)
          if (chance() < 0.2) windows.fallSilent(sample.timeMs + Math.floor(chance() * 10_000), live)
        }
        const { decisions } = windows.takeChange('1')
        silences += decisions.length
        const again: WindowOutput[] = []
        const replayed = new KeyWindows(given, 'org', { ...NEVER_WRITTEN, decisions })
        for (const sample of arrivals) replayed.add(sample, { brokerMs: sample.timeMs, nowMs: sample.timeMs }, again)
        expect({ seed, results: latest(again) }).toEqual({ seed, results: latest(live) })
      }
      expect(silences).toBeGreaterThan(50)
    },
  )
})

/** Multiples of 1/1024, so that sums are exact in any order. */
function disordered(chance: () => number): readonly Sample[] {
  const events: Sample[] = []
  for (let n = 0; n < 60; n++) {
    const timeMs = 100_000 + Math.max(0, n * 250 - (chance() < 0.4 ? Math.floor(chance() * 6_000) : 0))
    const sample = { id: String(n), timeMs, value: Math.floor(chance() * 1_024) / 1_024 }
    events.push(sample)
    if (chance() < 0.2) events.push(events[Math.floor(chance() * events.length)] ?? sample)
  }
  return events
}

/** Plays through the stored form, which is read anew every now and then, as after a restart. */
async function playBroken(given: ReturnType<typeof rules>, arrivals: readonly Sample[], chance: () => number) {
  const state = memoryWindowState()
  const of = { group: 'g', name: 'n', key: 'org' }
  const outputs: WindowOutput[] = []
  let windows = new KeyWindows(given, 'org', NEVER_WRITTEN)
  for (const [index, sample] of arrivals.entries()) {
    windows.add(sample, { brokerMs: sample.timeMs, nowMs: sample.timeMs }, outputs)
    const written = await state.write(undefined, of, { topic: 't', partition: 0 }, windows.takeChange(String(index)))
    expect(written).toBe('written')
    if (chance() < 0.1) windows = new KeyWindows(given, 'org', await state.load(undefined, of))
  }
  windows.fallSilent(Number.MAX_SAFE_INTEGER, outputs)
  return outputs
}

/** Window end to its last result. */
function latest(outputs: readonly WindowOutput[]) {
  const results: Record<number, { readonly value: number; readonly count: number }> = {}
  const revisions = new Map<number, number>()
  for (const output of outputs) {
    if (output.kind !== 'result') continue
    expect(output.revision).toBe((revisions.get(output.endMs) ?? -1) + 1)
    revisions.set(output.endMs, output.revision)
    results[output.endMs] = { value: output.value, count: output.count }
  }
  return results
}

/** The same by brute force: all windows there can be, each over all distinct events that came before it had closed. */
function batch({ times }: ReturnType<typeof rules>, arrivals: readonly Sample[]) {
  const accepted = new Map<string, Sample & { readonly streamTimeMs: number }>()
  let streamTimeMs = Number.NEGATIVE_INFINITY
  for (const sample of arrivals) {
    if (accepted.has(sample.id) || times.lateFrom(sample.timeMs) <= streamTimeMs) continue
    accepted.set(sample.id, { ...sample, streamTimeMs })
    streamTimeMs = Math.max(streamTimeMs, sample.timeMs)
  }
  const events = [...accepted.values()]
  const ends = new Set(
    events.flatMap((event) => times.opened(event.timeMs).filter((end) => times.closesAt(end) > event.streamTimeMs)),
  )
  const results: Record<number, { readonly value: number; readonly count: number }> = {}
  for (const end of ends) {
    const inside = events.filter(
      (event) => event.timeMs >= end - times.sizeMs && event.timeMs < end && times.closesAt(end) > event.streamTimeMs,
    )
    const total = inside.reduce((all, { value }) => all + value, 0)
    results[times.bounds(end).endMs] = { value: total / inside.length, count: inside.length }
  }
  return results
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
