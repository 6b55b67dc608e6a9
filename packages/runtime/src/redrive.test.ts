import { describe, expect, it } from 'vitest'
import { scene } from '../test/scene.ts'
import { PermanentFailure } from './failure.ts'
import { redrive } from './redrive.ts'

describe('a redrive', () => {
  it('sends every waiting letter back to its group, once', async () => {
    const { clock, queue, mend, capture, settle } = await lettered(3)
    mend()
    expect(await redrive(queue, { clock })).toMatchObject({ redriven: 3, quarantined: 0, stopped: false })
    expect(await redrive(queue, { clock })).toMatchObject({ redriven: 0 })
    await settle()
    expect(capture.events.map(({ id }) => id)).toEqual([0, 1, 2])
  })

  it('counts by cause and changes nothing when it is dry', async () => {
    const { clock, queue, capture, settle } = await lettered(3)
    const report = await redrive(queue, { clock, dryRun: true })
    await settle()
    expect(report).toEqual({ redriven: 0, quarantined: 0, byCode: new Map([['PERMANENT', 3]]), stopped: false })
    expect(capture.events).toEqual([])
  })

  it.each([
    [{ key: 'key-1' }, [1]],
    [{ code: 'PERMANENT' }, [0, 1, 2]],
    [{ code: 'SCHEMA_VIOLATED' }, []],
    [{ ids: ['order.placed.billing.dlq/0/2'] }, [2]],
    [{ sinceMs: Date.UTC(2026, 0, 1) }, [0, 1, 2]],
    [{ untilMs: Date.UTC(2026, 0, 1) }, []],
    [{ key: 'key-1', code: 'SCHEMA_VIOLATED' }, []],
  ])('takes only what meets every condition: %j', async (filter, ids) => {
    const { clock, queue, mend, capture, settle } = await lettered(3)
    mend()
    await redrive(queue, { clock, filter })
    await settle()
    expect(capture.events.map(({ id }) => id)).toEqual(ids)
  })

  it('sets a letter aside that has failed again and again', async () => {
    const { clock, queue, settle } = await lettered(1)
    for (let round = 0; round < 3; round++) {
      expect(await redrive(queue, { clock, maxRedrives: 3 })).toMatchObject({ redriven: 1 })
      await settle()
    }
    expect(await redrive(queue, { clock, maxRedrives: 3 })).toMatchObject({ redriven: 0, quarantined: 1 })
  })

  it('keeps to its rate', async () => {
    const { clock, queue } = await lettered(4)
    const startMs = clock.now()
    let endedAtMs = 0
    const done = redrive(queue, { clock, perSecond: 2 }).then(() => {
      endedAtMs = clock.now()
    })
    await clock.turn(10_000)
    await done
    expect(endedAtMs - startMs).toBe(2_000)
  })

  it('stops after the letter under way, and goes on behind it next time', async () => {
    const { clock, queue, mend } = await lettered(3)
    mend()
    const stop = new AbortController()
    const report = await redrive(queue, { clock, signal: stop.signal, onProgress: () => stop.abort() })
    expect(report).toMatchObject({ redriven: 1, stopped: true })
    expect(await redrive(queue, { clock })).toMatchObject({ redriven: 2 })
  })

  it('takes no more than its limit', async () => {
    const { clock, queue } = await lettered(3)
    expect(await redrive(queue, { clock, limit: 2 })).toMatchObject({ redriven: 2 })
  })
})

/** That many dead letters of one group, whose handler fails until it is mended. */
async function lettered(count: number) {
  const { clock, transport, place, started } = scene()
  let isMended = false
  const { capture, running } = await started(() => {
    if (!isMended) throw new PermanentFailure('not mended')
  })
  for (let id = 0; id < count; id++) await place(`key-${id}`, id)
  await clock.turn(0)
  capture.clear()
  return {
    clock,
    capture,
    queue: await transport.deadLetters(running.subscription),
    settle: () => clock.turn(0),
    mend: () => {
      isMended = true
    },
  }
}
