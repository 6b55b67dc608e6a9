/** What windows promise when they are kept in a database, whatever PostgreSQL is behind it. Run on PGlite and on a server. */
import {
  type ConsumerContract,
  consumeInWindows,
  type Running,
  type RunningWindows,
  sliding,
  tumbling,
  type WindowChange,
  type WindowOutput,
  type Windows,
} from '@longshore/runtime'
import { ManualClock, silentLog, until } from '@longshore/testing'
import { MemoryBroker, memoryTransport } from '@longshore/transport-memory'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Sql } from '../src/database.ts'
import { postgresStore } from '../src/store.ts'
import { postgresWindowState } from '../src/window-state.ts'
import { bytes } from './scene.ts'

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

let schemas = 0
const TOLD = `told_${process.pid}`

export async function windowScene(database: Database) {
  const schema = `windows_${process.pid}_${schemas++}`
  const clock = new ManualClock()
  const startMs = clock.now()
  const broker = new MemoryBroker({ partitions: 1 })
  const transport = memoryTransport({ broker, clock })
  const running: Running[] = []
  await database.query(`drop table if exists ${TOLD}`)
  await database.query(
    `create table ${TOLD} (seq bigint generated always as identity, group_name text, output text, tx bigint default txid_current())`,
  )
  const passing = (what: string, condition: () => boolean | Promise<boolean>) =>
    until(async () => {
      if (await condition()) return true
      await clock.turn(SECOND)
      return false
    }, what)
  return {
    schema,
    clock,
    broker,
    passing,
    /** A started consumer that writes what it is told into a table, in its transaction. */
    async started(windows: Partial<Windows<Assessed, Sql>> = {}, group = 'real-time-risk'): Promise<RunningWindows> {
      const consumer = consumeInWindows<Assessed, Sql>(
        { ...assessed, group },
        transport,
        {
          shape: sliding(5 * MINUTE),
          time: ({ at }) => at,
          value: ({ risk }) => risk,
          state: postgresWindowState(database, { schema }),
          put: (outputs, { tx }) => tell(tx, group, outputs, startMs),
          ...windows,
        },
        { store: postgresStore(database, { schema, clock, takeoverGraceMs: 200 }), clock, log: silentLog },
      )
      running.push(consumer)
      await consumer.start()
      return consumer
    },
    tell: (tx: Sql, outputs: readonly WindowOutput[]) => tell(tx, 'real-time-risk', outputs, startMs),
    assess: (key: string, id: string, minute: number, risk: number) =>
      transport.publish([
        { topic: 'risk-assessments', key, value: bytes({ id, at: startMs + minute * MINUTE, risk }) },
      ]),
    /** One event of each key, published at once. */
    assessAll: (keys: readonly string[]) =>
      transport.publish(
        keys.map((key) => ({
          topic: 'risk-assessments',
          key,
          value: bytes({ id: `${key}-1`, at: startMs, risk: 0.5 }),
        })),
      ),
    /** How many transactions told something. */
    async transactions(): Promise<number> {
      return (await database.query(`select distinct tx from ${TOLD}`, [])).length
    },
    async told(group = 'real-time-risk'): Promise<readonly unknown[]> {
      const rows = await database.query(`select output from ${TOLD} where group_name = $1 order by seq`, [group])
      return rows.map(({ output }) => output)
    },
    async close() {
      let isStopped = false
      const stopping = Promise.all(running.map((consumer) => consumer.stop())).finally(() => {
        isStopped = true
      })
      await passing('all consumers have stopped', () => isStopped)
      await stopping
      await database.query(`drop schema ${schema} cascade`)
      await database.query(`drop table ${TOLD}`)
    },
  }
}

async function tell(tx: Sql, group: string, outputs: readonly WindowOutput[], startMs: number): Promise<void> {
  for (const output of outputs) {
    const text = describeOutput(output, startMs)
    await tx.query(`insert into ${TOLD} (group_name, output) values ($1, $2)`, [group, text])
  }
}

function describeOutput(output: WindowOutput, startMs: number): string {
  if (output.kind !== 'result') return `${output.key} ${output.kind}`
  const revised = output.revision === 0 ? '' : ` (${output.revision})`
  return `${output.key} ${(output.endMs - startMs) / MINUTE}: ${output.value}${revised}`
}

export function specifyWindowState(name: string, open: () => Promise<Database>): void {
  describe(`windows on ${name}`, () => {
    let database: Database
    let here: Awaited<ReturnType<typeof windowScene>>

    beforeAll(async () => {
      database = await open()
    }, 60_000)
    afterAll(() => database.close())
    beforeEach(async () => {
      here = await windowScene(database)
    })
    afterEach(() => here.close())

    it('go on in a successor exactly where a consumer that died left them', async () => {
      const windows = { alert: { above: 0.75 } }
      const first = await here.started(windows)
      await here.clock.turn(4 * MINUTE)
      here.broker.faults.commitsFail('real-time-risk')
      await here.assess('acme', 'a1', 1, 1)
      await here.assess('acme', 'a2', 4, 0.875)
      await here.passing('both are in', () => first.metrics.acked === 2)
      here.broker.faults.crash('real-time-risk')
      const second = await here.started(windows)
      await here.assess('acme', 'a3', 3.5, 0)
      await here.assess('acme', 'a4', 4, 0.125)
      await here.assess('acme', 'a5', 2, 1)
      await here.passing('all are in', () => second.metrics.acked === 5)
      expect(await here.told()).toEqual([
        'acme 1: 1',
        'acme alert-began',
        'acme 4: 0.9375',
        'acme 3.5: 0.5',
        'acme 4: 0.625 (1)',
        'acme alert-ended',
        'acme 4: 0.5 (2)',
        'acme late',
      ])
      expect(second.metrics.duplicates).toBe(2)
    })

    it('forget an event whose transaction was rolled back, and take it in again', async () => {
      let failures = 0
      const consumer = await here.started({
        put: async (outputs, { tx }) => {
          await here.tell(tx, outputs)
          if (failures++ === 1) throw new Error('after the write')
        },
      })
      await here.assess('acme', 'a1', 0, 1)
      await here.assess('acme', 'a2', 0.5, 0.5)
      await here.passing('both are in', () => consumer.metrics.acked === 2)
      expect(await here.told()).toEqual(['acme 0: 1', 'acme 0.5: 0.75'])
      expect(consumer.windows.duplicates).toBe(0)
    })

    it('of keys that come together are committed together, but for one that fails', async () => {
      const keys = Array.from({ length: 40 }, (_, n) => `key${n}`)
      let isBroken = true
      const consumer = await here.started({
        put: async (outputs, { tx, key }) => {
          await here.tell(tx, outputs)
          if (key === 'key7' && isBroken) throw new Error('after the write')
        },
      })
      await here.assessAll(keys)
      await here.passing('all others are in', () => consumer.metrics.acked === 39)
      isBroken = false
      await here.passing('all are in', () => consumer.metrics.acked === 40)
      expect([...(await here.told())].sort()).toEqual(keys.map((key) => `${key} 0: 0.5`).sort())
      expect(await here.transactions()).toBeLessThan(20)
      expect(consumer.windows).toMatchObject({ accepted: 40, results: 40, duplicates: 0 })
    })

    it('are changed from what is stored, not from what another process has left behind in memory', async () => {
      const state = postgresWindowState(database, { schema: here.schema })
      await state.open()
      const of = { group: 'g', name: 'n', key: 'acme' }
      const at = { topic: 't', partition: 0 }
      const write = (change: WindowChange) => database.transaction((tx) => state.write(tx, of, at, change))
      expect(await write(changed(null, 'one'))).toBe('written')
      expect(await write(changed(null, 'other'))).toBe('stale')
      expect(await write(changed('one', 'two'))).toBe('written')
      expect(await write(changed('one', 'three'))).toBe('stale')
      const stored = await database.transaction((tx) => state.load(tx, of))
      expect(stored).toMatchObject({ stamp: 'two', samples: [{ id: 'two', timeMs: 5, value: 0.1 }] })
    })

    it('of a silent key are closed by a successor that has never seen it, not by an owner that does not know it is none', async () => {
      const first = await here.started({ shape: tumbling(MINUTE) })
      await here.assess('acme', 'a1', 0, 0.5)
      await here.passing('it is in', () => first.metrics.acked === 1)
      here.broker.faults.crash('real-time-risk')
      const second = await here.started({ shape: tumbling(MINUTE) })
      await here.passing('the window is put out', async () => (await here.told()).length === 1)
      expect(await here.told()).toEqual(['acme 1: 0.5'])
      const samples = () => database.query(`select * from ${here.schema}.window_sample`, [])
      await here.passing('the window is closed', async () => (await samples()).length === 0)
      expect([first.windows.closedSilent, second.windows.closedSilent]).toEqual([0, 2])
    })

    it('are not closed while an event of their key lies parked', async () => {
      let isBroken = false
      const consumer = await here.started({
        shape: tumbling(MINUTE),
        value: ({ risk }) => {
          if (isBroken) throw new Error('cannot be read')
          return risk
        },
      })
      await here.assess('acme', 'a1', 0, 0.5)
      await here.assess('beta', 'b1', 0, 0.25)
      await here.passing('both are in', () => consumer.metrics.acked === 2)
      isBroken = true
      await here.assess('acme', 'a2', 0.5, 1)
      await here.passing('beta is closed', async () => (await here.told()).length > 0)
      await here.clock.turn(5 * SECOND)
      expect(await here.told()).toEqual(['beta 1: 0.25'])
      isBroken = false
      await here.passing('acme is closed', async () => (await here.told()).length === 2)
      expect(await here.told()).toEqual(['beta 1: 0.25', 'acme 1: 0.75'])
    })

    it('close for a replay where they closed the first time', async () => {
      const first = await here.started({ shape: tumbling(MINUTE) })
      await here.assess('acme', 'a1', 0, 0.5)
      await here.passing('it is closed', () => first.windows.closedSilent === 2)
      await here.assess('acme', 'late', 0.5, 1)
      await here.assess('acme', 'a2', 2.5, 1)
      await here.passing('the next is closed too', () => first.windows.closedSilent === 4)
      const replay = await here.started({ shape: tumbling(MINUTE) }, 'replay')
      await here.passing('all is replayed', () => replay.metrics.acked === 3)
      expect(await here.told('replay')).toEqual(await here.told())
      expect(await here.told()).toEqual(['acme 1: 0.5', 'acme late', 'acme 3: 1'])
      expect(replay.windows.closedSilent).toBe(0)
    })
  })
}

function changed(from: string | null, stamp: string): WindowChange {
  return {
    from,
    stamp,
    streamTimeMs: 5,
    seenAtMs: 5,
    lastId: stamp,
    alert: null,
    dueAtMs: null,
    samples: [{ id: stamp, timeMs: stamp === 'one' ? 4 : 5, value: 0.1 }],
    windows: [],
    decisions: [],
    forget: { samplesBeforeMs: 5, windowsUpToMs: 5 },
  }
}
