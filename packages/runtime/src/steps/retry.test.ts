import { describe, expect, it } from 'vitest'
import { orders, scene } from '../../test/scene.ts'
import type { RetryPolicy } from '../consumer-contract.ts'
import { identityOf } from '../delivery.ts'
import { PermanentFailure, RetryAfter } from '../failure.ts'

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
