import { describe, expect, it } from 'vitest'
import { scene } from '../test/scene.ts'
import { DependencyDown } from './failure.ts'

describe('a dependency that is away', () => {
  it('stops all other keys until it is back, and costs neither attempts nor budget', async () => {
    const { clock, place, started, deadLetters } = scene()
    let isAway = true
    const { capture, running } = await started(() => {
      if (isAway) throw new DependencyDown('billing')
    })
    await place('anna', 1)
    await clock.turn(10)
    await place('bert', 2, 3)
    await clock.turn(60 * 60_000)
    expect(running.health()).toMatchObject({
      status: 'degraded',
      reasons: ['waits for billing since 3600 s; no attempts are counted'],
    })
    isAway = false
    capture.clear()
    await clock.turn(31_000)
    expect(capture.messages.map(({ event, attempt }) => [event.id, attempt])).toEqual([
      [expect.any(Number), 1],
      [expect.any(Number), 1],
      [expect.any(Number), 1],
    ])
    expect(running.health().status).toBe('healthy')
    expect(running.metrics.acked).toBe(3)
    expect(await deadLetters()).toEqual([])
  })

  it('is asked with one message at a time, after 1, 2, 4 seconds and at last every 30', async () => {
    const { clock, place, started } = scene()
    const startMs = clock.now()
    const askedAtS: number[] = []
    await started(() => {
      askedAtS.push((clock.now() - startMs) / 1_000)
      throw new DependencyDown('billing')
    })
    await place('anna', 1)
    await clock.turn(0)
    for (const key of ['bert', 'carl', 'dora']) await place(key, 2)
    await clock.turn(100_000)
    expect(askedAtS).toEqual([0, 1, 3, 7, 15, 31, 61, 91])
  })

  it('is suspected after five network failures in a row, however deep they are wrapped', async () => {
    const { clock, place, started } = scene()
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', address: '10.0.0.7', port: 5432 })
    const { running } = await started(() => {
      throw new Error('cannot save', { cause: refused })
    })
    for (const key of ['a', 'b', 'c', 'd']) await place(key, 1)
    await clock.turn(0)
    expect(running.health().status).toBe('healthy')
    await place('e', 1)
    await clock.turn(0)
    expect(running.health().reasons).toEqual(['waits for 10.0.0.7:5432 since 0 s; no attempts are counted'])
  })

  it('is not suspected when successes come in between', async () => {
    const { clock, place, started } = scene()
    const { running } = await started(({ id }) => {
      if (id === 1) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    })
    for (let n = 0; n < 10; n++) {
      await place(`failing-${n}`, 1)
      await place(`fine-${n}`, 2)
    }
    await clock.turn(0)
    expect(running.health().status).toBe('healthy')
  })

  it('does not hold up a stop: what waits is released, and comes again', async () => {
    const { clock, place, started } = scene()
    const first = await started(() => {
      throw new DependencyDown('billing')
    })
    await place('anna', 1)
    await clock.turn(10)
    await place('bert', 2)
    await clock.turn(10)
    await first.running.stop()
    const second = await started()
    await clock.turn(0)
    expect(second.capture.events.map(({ id }) => id).sort()).toEqual([1, 2])
    await second.running.stop()
    expect(clock.waiting).toBe(0)
  })
})
