import { ManualClock, silentLog } from '@longshore/testing'
import { describe, expect, it, vi } from 'vitest'
import { type Order, orders, scene } from '../../test/scene.ts'
import { consume } from '../consume.ts'
import type { Handler } from '../consumer-contract.ts'
import { Isolation } from '../isolation.ts'
import { memoryStore } from '../memory-store.ts'
import { ACK } from '../outcome.ts'
import { Ownership, Tenure } from '../ownership.ts'
import { ParkedAssignment } from '../parked-assignment.ts'
import { Waits } from '../waits.ts'
import { crashGuard } from './crash-guard.ts'

const KILLER = 666
/** Another consumer of the same processes, which no message kills. */
const neighbour = { ...orders, group: 'audit' }
const hangs = () => new Promise<void>(() => undefined)

describe('a message that kills the process', () => {
  it('is a dead letter after three recorded tries, and no message beside it is one', async () => {
    const here = restarts()
    for (let key = 0; key < 20; key++) await here.place(`key-${key}`, key)
    await here.place('bad', KILLER)
    for (let key = 0; key < 20; key++) await here.place(`key-${key}`, 100 + key)
    let crashes = 0
    while (crashes < 50 && (await here.liveUntilCrash())) crashes += 1
    expect(crashes).toBe(5)
    expect((await here.deadLetters()).map(({ details }) => details.errorCode)).toEqual(['CRASH_LOOP'])
    expect(here.done()).toHaveLength(40)
  })

  it('takes none with it that is slow and was in flight beside it, nor of another consumer of the process', async () => {
    const here = restarts((id) => (id === KILLER ? 40 : 60))
    for (let key = 0; key < 10; key++) await here.place(`key-${key}`, key)
    await here.place('bad', KILLER)
    let crashes = 0
    while (crashes < 50 && (await here.liveUntilCrash())) crashes += 1
    expect(crashes).toBe(5)
    expect(await here.deadLetters()).toHaveLength(1)
    expect(here.deadLettersOfNeighbour()).toEqual([])
    expect(here.done()).toHaveLength(10)
  })

  it('leaves two on one partition to be found one after the other', async () => {
    const here = restarts()
    await here.place('bad', KILLER)
    await here.place('worse', KILLER)
    await here.place('anna', 1)
    let crashes = 0
    while (crashes < 50 && (await here.liveUntilCrash())) crashes += 1
    expect(crashes).toBeLessThanOrEqual(8)
    expect(await here.deadLetters()).toHaveLength(2)
    expect(here.done()).toEqual([1])
  })
})

describe('after crashes that no message is to blame for', () => {
  it('only what was in flight at the last one runs alone, all else at once', async () => {
    const here = restarts(() => 100)
    for (let key = 0; key < 500; key++) await here.place(`key-${key}`, key)
    for (let crash = 0; crash < 3; crash++) {
      await here.live(50)
      here.crash()
    }
    const startedAtMs = here.clock.now()
    await here.live(60_000, () => here.done().length === 500)
    const tookMs = here.clock.now() - startedAtMs
    // 64 of 100 ms alone in each of two consumers, the other 436 in groups of up to 64; one by one they would take 100 s.
    expect(tookMs).toBeGreaterThan(64 * 100)
    expect(tookMs).toBeLessThan(2 * 64 * 100 + 10 * 100)
    expect(await here.deadLetters()).toEqual([])
  })
})

describe('a parked message that a crash left begun', () => {
  it('is not begun any more when its turn comes after its partition was lost', async () => {
    const clock = new ManualClock()
    const stopping = new AbortController().signal
    const store = memoryStore({ clock })
    const isolation = new Isolation()
    const fence = { group: 'billing', topic: 'order.placed', partition: 0, epoch: 1n }
    const tenure = new Tenure(fence, new Map(), { uncleanExits: 0, begun: [] })
    const source = { topic: 'order.placed', partition: 0, offset: 7n }
    const message = { source, key: 'anna', headers: {}, body: null, bytes: 0, timestampMs: 0 }
    const assignment = new ParkedAssignment({ fence, lane: 'key anna', seq: 1n, token: '', message, begun: 2 }, tenure)
    const ownership = new Ownership({ store, group: 'billing', exclusive: true, clock, log: silentLog, stopping })
    const { fencing } = store
    const guard = crashGuard({ fencing, ownership, isolation, window: 1, waits: new Waits(), clock, stopping })
    const handle = vi.fn(() => ACK)
    let end = () => {}
    const other = isolation.alone(() => new Promise<void>((resolve) => (end = resolve)))
    const outcome = guard.wrap(handle)({ ...message, assignment })
    tenure.end()
    end()
    await expect(outcome).rejects.toMatchObject({ code: 'ASSIGNMENT_LOST' })
    expect(handle).not.toHaveBeenCalled()
    await other
  })
})

/** One process after the other on one broker, its owners on record. A process that has crashed settles nothing more. */
function restarts(durationMs: (id: number) => number = () => 0) {
  const { broker, clock, deadLetters, place, started, transport } = scene()
  const { fencing } = memoryStore()
  const done = new Set<number>()
  let current = { isDead: false }

  /** Lives until it dies of the killer, or the time is up. Answers whether it died. */
  async function live(forMs: number, isOver: () => boolean = () => false): Promise<boolean> {
    const life = { isDead: false }
    current = life
    const working = async (id: number) => {
      await clock.sleep(durationMs(id))
      if (life.isDead) await hangs()
    }
    const handler: Handler<Order> = async ({ id }) => {
      await working(id)
      if (id !== KILLER) return void done.add(id)
      life.isDead = true
      await hangs()
    }
    // Claims of a process that dies are rolled back; what it had begun stays on record.
    const store = { ...memoryStore({ clock }), fencing }
    await started(handler, { store })
    await consume(neighbour, transport, ({ id }) => working(id), { store, clock, log: silentLog }).start()
    const endMs = clock.now() + forMs
    while (clock.now() < endMs && !life.isDead && !isOver()) await clock.turn(10)
    return life.isDead
  }

  function crash(): void {
    current.isDead = true
    broker.faults.crash('billing')
    broker.faults.crash('audit')
  }

  return {
    clock,
    crash,
    deadLetters,
    done: () => [...done],
    live,
    place,
    deadLettersOfNeighbour: () => broker.topic('order.placed.audit.dlq').flat(),
    /** Whether it crashed within a minute. */
    async liveUntilCrash(): Promise<boolean> {
      const isDead = await live(60_000)
      if (isDead) crash()
      return isDead
    },
  }
}
