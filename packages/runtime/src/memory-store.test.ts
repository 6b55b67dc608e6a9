import { createHash } from 'node:crypto'
import { settled } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import type { Claim } from './inbox.ts'
import { memoryStore } from './memory-store.ts'
import { ACK } from './outcome.ts'

describe('a claim in a memory store', () => {
  it('waits for the one before it, and does the work when that failed', async () => {
    const { inbox } = memoryStore()
    const first = Promise.withResolvers<never>()
    const begun: string[] = []
    const failing = inbox.transact(claim('event-1'), () => {
      begun.push('first')
      return first.promise
    })
    const second = inbox.transact(claim('event-1'), async () => {
      begun.push('second')
      return ACK
    })
    await settled()
    expect(begun).toEqual(['first'])
    first.reject(new Error('rolled back'))
    await expect(failing).rejects.toThrow('rolled back')
    expect(await second).toEqual(ACK)
    expect(begun).toEqual(['first', 'second'])
  })

  it('waits for the one before it, and is a duplicate when that succeeded', async () => {
    const { inbox } = memoryStore()
    const first = Promise.withResolvers<typeof ACK>()
    const working = inbox.transact(claim('event-1'), () => first.promise)
    const second = inbox.transact(claim('event-1'), () => Promise.reject(new Error('not to be begun')))
    first.resolve(ACK)
    expect(await working).toEqual(ACK)
    expect(await second).toBe('duplicate')
  })

  it('is refused for another payload under a used id', async () => {
    const { inbox } = memoryStore()
    await inbox.transact(claim('event-1', 'a'), async () => ACK)
    expect(await inbox.transact(claim('event-1', 'b'), async () => ACK)).toBe('changed')
  })

  it('stands apart from that of another group or handler', async () => {
    const { inbox } = memoryStore()
    await inbox.transact(claim('event-1'), async () => ACK)
    expect(await inbox.transact({ ...claim('event-1'), handler: 'other' }, async () => ACK)).toEqual(ACK)
    const fence = { group: 'shipping', topic: 'order.placed', partition: 0, epoch: 1n }
    expect(await inbox.transact({ ...claim('event-1'), fence }, async () => ACK)).toEqual(ACK)
  })
})

function claim(id: string, payload = 'payload'): Claim {
  return {
    handler: 'urn:events:shop:order:placed',
    id,
    payloadHash: createHash('sha256').update(payload).digest(),
    fence: { group: 'billing', topic: 'order.placed', partition: 0, epoch: 1n },
  }
}
