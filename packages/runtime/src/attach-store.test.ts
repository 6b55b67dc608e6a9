import { describe, expect, it } from 'vitest'
import { orders, scene } from '../test/scene.ts'
import { consume } from './consume.ts'
import { PermanentFailure } from './failure.ts'
import { memoryStore } from './memory-store.ts'

const identified = { ...orders, id: 'id' }

describe('a consumer with a store', () => {
  it('has one effect for each event id, and counts the rest', async () => {
    const { clock, place, started } = scene(identified)
    const { capture, running } = await started(undefined, { store: memoryStore({ clock }) })
    await place('anna', 1, 1)
    await place('bert', 1, 2)
    await clock.turn(0)
    expect(capture.events.map(({ id }) => id).sort()).toEqual([1, 2])
    expect(running.metrics).toMatchObject({ acked: 4, duplicates: 2 })
  })

  it('takes the coordinates for the id where the contract names none', async () => {
    const { clock, place, started } = scene(orders)
    const { capture } = await started(undefined, { store: memoryStore({ clock }) })
    await place('anna', 1, 1)
    await clock.turn(0)
    expect(capture.events).toHaveLength(2)
  })

  it('tries again what failed, for the claim went with the effect', async () => {
    const { clock, place, started } = scene(identified)
    const { capture, running } = await started(
      (_, { attempt }) => {
        if (attempt === 1) throw new Error('not yet')
      },
      { store: memoryStore({ clock }) },
    )
    await place('anna', 1)
    await clock.turn(60_000)
    expect(capture.messages.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(running.metrics).toMatchObject({ acked: 1, duplicates: 0 })
  })

  it('makes a dead letter of another payload under a used id', async () => {
    const { clock, deadLetters, started, transport } = scene(identified)
    await started(undefined, { store: memoryStore({ clock }) })
    for (const note of ['a', 'b']) {
      const value = new TextEncoder().encode(JSON.stringify({ id: 1, note }))
      await transport.publish([{ topic: orders.topic, key: 'anna', value }])
    }
    await clock.turn(0)
    expect(await deadLetters()).toMatchObject([{ details: { errorCode: 'PAYLOAD_CHANGED' } }])
  })

  it('claims an external effect, and gives the claim back when it fails', async () => {
    const { clock, place, started } = scene(identified)
    const { capture, running } = await started(
      (_, { attempt }) => {
        if (attempt === 1) throw new Error('not yet')
      },
      { store: memoryStore({ clock }), effects: 'external' },
    )
    await place('anna', 1, 1)
    await clock.turn(60_000)
    expect(capture.messages.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(running.metrics).toMatchObject({ acked: 2, duplicates: 1 })
  })

  it('does not remember a dead letter as an effect', async () => {
    const { clock, deadLetters, place, started } = scene(identified)
    await started(
      () => {
        throw new PermanentFailure('no')
      },
      { store: memoryStore({ clock }) },
    )
    await place('anna', 1, 1)
    await clock.turn(0)
    expect((await deadLetters()).map(({ details }) => details.errorCode)).toEqual(['PERMANENT', 'PERMANENT'])
  })

  it('says what it guarantees', () => {
    const { clock, consumer } = scene(identified)
    const store = memoryStore({ clock })
    expect(consumer(() => undefined, { store }).explain()).toContain('exactly-once for what the handler writes')
    expect(consumer(() => undefined, { store, effects: 'external' }).explain()).toContain(
      'at-least-once, repeated only',
    )
    expect(consumer(() => undefined).explain()).toContain('at-least-once: settled only after')
  })

  it('is refused without a group, and without parking where a key is to be held', () => {
    const { consumer, transport } = scene(identified)
    const { group: _, ...loner } = identified
    expect(() => consume(loner, transport, () => undefined, { store: memoryStore() })).toThrow('has no group')
    expect(() => consumer(() => undefined, { onDeadLetter: 'holdKey' })).toThrow('holdKey')
    expect(() => consumer(() => undefined, { onDeadLetter: 'holdKey', store: memoryStore() })).toThrow('holdKey')
  })
})
