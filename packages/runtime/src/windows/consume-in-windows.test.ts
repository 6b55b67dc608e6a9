import { ManualClock, silentLog } from '@longshore/testing'
import { MemoryBroker, memoryTransport } from '@longshore/transport-memory'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { consume } from '../consume.ts'
import type { Running } from '../consumer.ts'
import type { ConsumerContract, Handler } from '../consumer-contract.ts'
import type { Fencing } from '../fencing.ts'
import { memoryStore } from '../memory-store.ts'
import type { Store } from '../store.ts'
import { consumeInWindows } from './consume-in-windows.ts'
import { memoryWindowState } from './memory-window-state.ts'
import type { WindowOutput } from './window-output.ts'
import { sliding, tumbling } from './window-shape.ts'
import type { Windows } from './windows.ts'

interface Assessed {
  readonly id: string
  readonly at: number
  readonly risk: number
}

const assessed: ConsumerContract<Assessed> = {
  urn: 'urn:events:dora:risk:assessed',
  topic: 'risk-assessments',
  group: 'real-time-risk',
  id: 'id',
  retry: { kind: 'fixed', firstAfterMs: 1_000, jitter: 'none' },
  pii: [],
  validate: () => [],
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** A broker, a clock turned by hand, and a state that outlives the consumers on them. */
function scene() {
  const clock = new ManualClock()
  const startMs = clock.now()
  const broker = new MemoryBroker({ partitions: 1 })
  const transport = memoryTransport({ broker, clock })
  const state = memoryWindowState()
  const store = memoryStore({ clock })
  const outputs: WindowOutput[] = []
  const running: Running[] = []
  return {
    clock,
    broker,
    outputs,
    async started(windows: Partial<Windows<Assessed, undefined>> = {}, group = 'real-time-risk', anew = store) {
      const consumer = consumeInWindows(
        { ...assessed, group },
        transport,
        {
          shape: sliding(5 * MINUTE),
          time: ({ at }) => at,
          value: ({ risk }) => risk,
          state,
          put: (added) => void outputs.push(...added),
          ...windows,
        },
        { store: anew, clock, log: silentLog },
      )
      running.push(consumer)
      await consumer.start()
      return consumer
    },
    /** A consumer of another kind on the same store. */
    async beside(contract: ConsumerContract<Assessed>, handler: Handler<Assessed>, withStore: Store<undefined>) {
      const consumer = consume(contract, transport, handler, { store: withStore, clock, log: silentLog })
      running.push(consumer)
      await consumer.start()
    },
    /** An event of an organisation, dated so many minutes after the start, published now. */
    async assess(key: string | null, id: string, minute: number, risk: number) {
      const value = new TextEncoder().encode(JSON.stringify({ id, at: startMs + minute * MINUTE, risk }))
      await transport.publish([{ topic: 'risk-assessments', key, value }])
      await clock.turn(0)
    },
    told: () => outputs.map((output) => describeOutput(output, startMs)),
    async close() {
      const stopping = Promise.all(running.map((consumer) => consumer.stop()))
      await clock.turn(MINUTE)
      await stopping
    },
  }
}

function describeOutput(output: WindowOutput, startMs: number): string {
  const minute = (ms: number) => (ms - startMs) / MINUTE
  if (output.kind === 'result')
    return `${output.key} ${minute(output.endMs)}: ${output.value}${output.revision === 0 ? '' : ` (${output.revision})`}`
  if (output.kind === 'alert-ended') return `${output.key} ${output.kind} ${output.why}`
  return `${output.key} ${output.kind}`
}

describe('a consumer with windows', () => {
  let here = scene()
  afterEach(async () => {
    await here.close()
    here = scene()
  })

  it('tells each key’s results, revisions and alert, one episode at a time', async () => {
    const consumer = await here.started({ alert: { above: 0.75 } })
    await here.clock.turn(2 * MINUTE)
    await here.assess('acme', 'a1', 0, 0.5)
    await here.assess('acme', 'a2', 2, 1)
    await here.assess('beta', 'b1', 0, 0.25)
    await here.assess('acme', 'a3', 1, 1)
    await here.assess('acme', 'a4', 2, 1)
    await here.assess('acme', 'a5', 9, 0.5)
    expect(here.told()).toEqual([
      'acme 0: 0.5',
      'acme 2: 0.75',
      'beta 0: 0.25',
      'acme 1: 0.75',
      'acme 2: 0.8333333333333334 (1)',
      'acme alert-began',
      'acme 2: 0.875 (2)',
      'acme future',
    ])
    expect(consumer.windows).toMatchObject({ accepted: 5, results: 6, revisions: 2, alerts: 1, future: 1 })
  })

  it('changes nothing for what comes again, to it or to its successor', async () => {
    here.broker.faults.duplicate('risk-assessments')
    const first = await here.started()
    here.broker.faults.commitsFail('real-time-risk')
    await here.assess('acme', 'a1', 0, 0.5)
    await here.assess('acme', 'a2', 1, 1)
    here.broker.faults.crash('real-time-risk')
    const second = await here.started({}, 'real-time-risk', memoryStore({ clock: here.clock }))
    await here.assess('acme', 'a3', 1, 0.75)
    expect(here.told()).toEqual(['acme 0: 0.5', 'acme 1: 0.75', 'acme 1: 0.75 (1)'])
    expect(first.metrics.duplicates).toBe(1)
    expect(second.windows).toMatchObject({ duplicates: 2, accepted: 1 })
  })

  it('takes back what an event changed when telling of it failed', async () => {
    let isBroken = true
    await here.started({
      put: (added) => {
        if (isBroken) throw new Error('nobody listens')
        here.outputs.push(...added)
      },
    })
    await here.assess('acme', 'a1', 0, 0.5)
    isBroken = false
    await here.clock.turn(SECOND)
    expect(here.told()).toEqual(['acme 0: 0.5'])
  })

  it('closes a silent key by the clock within a second, and ends its episode', async () => {
    const consumer = await here.started({ shape: tumbling(MINUTE), graceMs: 30 * SECOND, alert: { above: 0.75 } })
    await here.assess('acme', 'a1', 0.5, 1)
    // Dated half a minute ahead of its message: the key's clock runs ahead by that.
    await here.clock.turn(29 * SECOND)
    expect(here.told()).toEqual([])
    await here.clock.turn(2 * SECOND)
    expect(here.told()).toEqual(['acme 1: 1', 'acme alert-began'])
    await here.clock.turn(31 * SECOND)
    expect(here.told()).toEqual(['acme 1: 1', 'acme alert-began', 'acme alert-ended silent'])
    expect(consumer.windows.closedSilent).toBe(2)
  })

  it('closes nothing while it is behind, and goes on where a predecessor left a silent key', async () => {
    const first = await here.started({ shape: tumbling(MINUTE) })
    await here.assess('acme', 'a1', 0, 1)
    const stopped = first.stop()
    await here.clock.turn(SECOND)
    await stopped
    await here.assess('beta', 'b1', 0, 0.5)
    await here.assess('beta', 'b2', 1, 0)
    await here.clock.turn(10 * MINUTE)
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    await here.started({
      shape: tumbling(MINUTE),
      put: async (added, { key }) => {
        if (key === 'beta') await opened
        here.outputs.push(...added)
      },
    })
    await here.clock.turn(10 * SECOND)
    expect(here.told()).toEqual([])
    open()
    await here.clock.turn(SECOND)
    expect(here.told()).toEqual(['beta 1: 0.5', 'acme 1: 1', 'beta 2: 0'])
  })

  it('repeats for a replay what was decided by the clock', async () => {
    const shape = tumbling(MINUTE)
    await here.started({ shape })
    await here.assess('acme', 'a1', 0, 1)
    await here.clock.turn(5 * MINUTE)
    await here.assess('acme', 'late', 0.5, 0)
    await here.assess('acme', 'a2', 6, 0.5)
    await here.clock.turn(5 * MINUTE)
    const live = here.told()
    expect(live).toEqual(['acme 1: 1', 'acme late', 'acme 7: 0.5'])
    here.outputs.length = 0
    await here.started({ shape }, 'replay', memoryStore({ clock: here.clock }))
    await here.clock.turn(0)
    expect(here.told()).toEqual(live)
  })

  it('sends an event without key, time or value to the dead letters', async () => {
    const consumer = await here.started()
    await here.assess(null, 'a1', 0, 1)
    await here.assess('acme', 'a2', Number.NaN, 1)
    await here.assess('acme', 'a3', 0, Number.NaN)
    expect(consumer.metrics.deadLetters.get('PERMANENT')).toBe(3)
  })
  it('works on what a crash left begun while no other consumer of the store does the same', async () => {
    const begun = memoryStore({ clock: here.clock })
    const fencing: Fencing = {
      ...begun.fencing,
      take: async () => ({ epoch: 1n, uncleanExits: 2, begun: [0n] }),
      begin: async () => 2,
      end: async () => undefined,
    }
    const store = { ...begun, fencing }
    let end = () => {}
    const hanging = vi.fn(() => new Promise<void>((resolve) => (end = resolve)))
    await here.beside({ ...assessed, group: 'audit' }, hanging, store)
    const { windows } = await here.started({}, 'real-time-risk', store)
    await here.assess('acme', 'a1', 0, 1)
    expect(hanging).toHaveBeenCalledOnce()
    expect(windows.accepted).toBe(0)
    end()
    await here.clock.turn(0)
    expect(windows.accepted).toBe(1)
  })
  it('explains what it looks at, and for how long it waits', async () => {
    const consumer = await here.started({ alert: { above: 0.75, hysteresis: 0.25, minSamples: 3 } })
    const lines = consumer.explain().split('\n')
    expect(lines.slice(-4)).toEqual([
      '  windows    mean over 300 s, sliding, by event time per key; put out on-time',
      '  late       up to 60 s after the window, revising results; later ones are counted and put out as late',
      '  future     more than 60 s ahead: quarantined, counted and put out as future',
      '  alerts     one per episode: above 0.75 until at most 0.5, from 3 events on',
    ])
  })
})
