import { describe, expect, it } from 'vitest'
import { orders, scene } from '../../test/scene.ts'
import type { RetryPolicy } from '../consumer-contract.ts'
import { identityOf } from '../delivery.ts'
import { DependencyDown, PermanentFailure, RetryAfter } from '../failure.ts'

const MINUTE_MS = 60 * 1_000

describe('a message that fails', () => {
  it('is tried again in place after growing waits, then goes to the dead letters', async () => {
    const { clock, place, started, deadLetters } = scene(retrying({ kind: 'exponential', attempts: 3 }))
    const triedAtMs: number[] = []
    const startMs = clock.now()
    await started(() => {
      triedAtMs.push(clock.now() - startMs)
      throw new Error('still away')
    })
    await place('anna', 1)
    await clock.turn(MINUTE_MS)
    expect(triedAtMs).toEqual([0, 1_000, 3_000])
    expect(await deadLetters()).toMatchObject([{ details: { errorCode: 'ATTEMPTS_EXHAUSTED', attempts: 3 } }])
  })

  it('is settled once it succeeds, before anything else of its key', async () => {
    const { clock, place, started } = scene(retrying({ kind: 'fixed', attempts: 3 }))
    const { capture, running } = await started((_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet')
    })
    await place('anna', 1, 2)
    await clock.turn(MINUTE_MS)
    expect(capture.messages.map(({ event, attempt }) => [event.id, attempt])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ])
    expect(running.metrics.acked).toBe(2)
  })

  it('holds up its own key alone', async () => {
    const { clock, place, started } = scene(retrying({ kind: 'fixed', attempts: 3 }))
    const { capture } = await started(({ id }) => {
      if (id === 1) throw new Error('not yet')
    })
    await place('anna', 1)
    await place('bert', 2, 3)
    await clock.turn(0)
    expect(capture.events.map(({ id }) => id)).toEqual([1, 2, 3])
  })

  it('goes to the dead letters when its budget is spent, attempts left or not', async () => {
    const { clock, place, started, deadLetters } = scene(
      retrying({ kind: 'fixed', firstAfterMs: 4_000, budgetMs: 10_000 }),
    )
    const { capture } = await started(() => {
      throw new Error('still away')
    })
    await place('anna', 1)
    await clock.turn(MINUTE_MS)
    expect(capture.messages).toHaveLength(3)
    expect(await deadLetters()).toMatchObject([{ details: { errorCode: 'BUDGET_EXHAUSTED', attempts: 3 } }])
  })

  it('is held back by the transport when its tries in the lane are spent, so that its key goes on', async () => {
    const { clock, place, started } = scene(retrying({ kind: 'fixed', attempts: 4 }))
    const identities = new Set<string>()
    const { capture, running } = await started(
      ({ id }, { attempt, delivery }) => {
        if (id !== 1) return
        identities.add(identityOf(delivery))
        if (attempt < 4) throw new Error('not yet')
      },
      { laneAttempts: 2 },
    )
    await place('anna', 1, 2)
    await clock.turn(MINUTE_MS)
    expect(capture.messages.map(({ event, attempt }) => [event.id, attempt])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 3],
      [1, 4],
    ])
    expect(identities).toEqual(new Set(['order.placed/0/0']))
    expect(running.metrics).toMatchObject({ acked: 2, delayed: 1, deadLettered: 0 })
  })

  it('is not tried sooner than its handler asked', async () => {
    const { clock, place, started } = scene(retrying({ kind: 'fixed', attempts: 2, firstAfterMs: 10 }))
    const { capture } = await started((_, { attempt }) => {
      if (attempt === 1) throw new RetryAfter(20_000)
    })
    await place('anna', 1)
    await clock.turn(19_999)
    expect(capture.messages).toHaveLength(1)
    await clock.turn(1)
    expect(capture.messages).toHaveLength(2)
  })

  it.each([
    ['when the handler calls it permanent', 'PERMANENT', '{"id":1}', () => new PermanentFailure('no such account')],
    ['when it is no JSON', 'DECODE_FAILED', '{"id":', undefined],
    ['when it is no UTF-8', 'DECODE_FAILED', Uint8Array.of(0x22, 0xff, 0x22), undefined],
    ['when it violates its schema', 'SCHEMA_VIOLATED', '{}', undefined],
    ['when it is the JSON text null', 'SCHEMA_VIOLATED', 'null', undefined],
  ])('is never tried again %s', async (_, code, value, thrown) => {
    const { clock, transport, started, deadLetters } = scene(retrying({ kind: 'fixed', attempts: 3 }))
    const { capture } = await started(() => {
      if (thrown !== undefined) throw thrown()
    })
    await transport.publish([{ topic: orders.topic, key: 'anna', value: Buffer.from(value) }])
    await clock.turn(MINUTE_MS)
    expect(capture.messages).toHaveLength(thrown === undefined ? 0 : 1)
    expect(await deadLetters()).toMatchObject([{ details: { errorCode: code, errorClass: 'poison', attempts: 1 } }])
  })

  it.each([
    ['in its lane', {}],
    ['held back after each try', { laneAttempts: 1 }],
  ])('pays for no outage, %s', async (_, options) => {
    const { clock, place, started, deadLetters } = scene(
      retrying({ kind: 'fixed', firstAfterMs: 2_000, budgetMs: 10_000 }),
    )
    const outcomes = ['fails', 'away', 'away', 'fails', 'away', 'fails', 'away', 'fails', 'fails']
    const attempts: number[] = []
    const { running } = await started((_, { attempt }) => {
      const outcome = outcomes.shift()
      if (outcome === 'away') throw new DependencyDown('ledger')
      attempts.push(attempt)
      if (outcome === 'fails') throw new Error('not yet')
    }, options)
    await place('anna', 1)
    await clock.turn(10 * MINUTE_MS)
    expect(await deadLetters()).toEqual([])
    expect(attempts).toEqual([1, 2, 3, 4, 5, 6])
    expect(running.metrics.acked).toBe(1)
  })

  it('pays for none that it waits through when it comes back, and has no more than its budget beside', async () => {
    const { clock, place, started, deadLetters } = scene(
      retrying({ kind: 'fixed', firstAfterMs: 2_000, budgetMs: 10_000 }),
    )
    let isAway = false
    let failures = 0
    await started(
      ({ id }) => {
        if (isAway) throw new DependencyDown('ledger')
        if (id !== 1) return
        failures += 1
        throw new Error('never')
      },
      { laneAttempts: 1 },
    )
    await place('anna', 1)
    await clock.turn(1_000)
    isAway = true
    await place('bert', 2)
    await clock.turn(20 * MINUTE_MS)
    expect(failures).toBe(1)
    isAway = false
    await clock.turn(5 * MINUTE_MS)
    expect(await deadLetters()).toMatchObject([{ details: { errorCode: 'BUDGET_EXHAUSTED', attempts: 6 } }])
    expect(failures).toBe(6)
  })

  it('is not lost when the consumer stops while it waits for its next try', async () => {
    const { clock, place, started } = scene(retrying({ kind: 'fixed', attempts: 3 }))
    const first = await started(() => {
      throw new Error('not yet')
    })
    await place('anna', 1)
    await clock.turn(500)
    await first.running.stop()
    const second = await started()
    await clock.turn(0)
    expect(second.capture.events).toEqual([{ id: 1 }])
  })
})

function retrying(retry: RetryPolicy) {
  return { ...orders, retry: { jitter: 'none', ...retry } } as const
}
