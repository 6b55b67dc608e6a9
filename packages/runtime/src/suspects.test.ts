import { ManualClock } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import type { Incoming } from './delivery.ts'
import { Suspects } from './suspects.ts'

/** Messages that the process died of, and those that lay beside them, over as many starts as it takes. */
async function live(names: readonly string[], killers: readonly string[], lineOf = (name: string) => name) {
  const handled: string[] = []
  const condemned: string[] = []
  let crashes = 0
  for (; crashes < 100; crashes += 1) {
    const left = names.filter((name) => !handled.includes(name) && !condemned.includes(name))
    const end = new AbortController()
    const clock = new ManualClock()
    const suspects = new Suspects({
      deliveryLimit: 8,
      lineOf: ({ key }) => lineOf(String(key)),
      deliver: (delivery) => {
        const name = String(delivery.key)
        if (killers.includes(name)) return end.abort()
        handled.push(name)
        queueMicrotask(() => suspects.settled(delivery))
      },
      condemn: async ({ delivery }) => void condemned.push(String(delivery.key)),
      acknowledged: async () => {},
      clock,
      signal: end.signal,
    })
    const free = left.filter((name) => !suspects.holds(messageOf(name, names), crashes))
    for (const name of free) if (killers.includes(name)) end.abort()
    if (!end.signal.aborted) handled.push(...free)
    await clock.turn(1_000)
    if (!end.signal.aborted) return { handled, condemned, crashes }
  }
  throw new Error('It never ends.')
}

function messageOf(name: string, names: readonly string[]): Incoming {
  const source = { topic: 'orders', partition: 0, offset: BigInt(names.indexOf(name)) }
  const assignment = { active: true, signal: new AbortController().signal }
  return { source, key: name, headers: {}, body: null, bytes: 0, timestampMs: 0, assignment }
}

const NAMES = Array.from({ length: 200 }, (_, n) => `order ${String(n).padStart(3, '0')}`)

describe('suspects', () => {
  it.each(['order 000', 'order 100', 'order 199'])(
    'find the one that kills, %s, and spare all others',
    async (killer) => {
      const { handled, condemned, crashes } = await live(NAMES, [killer])
      expect(condemned).toEqual([killer])
      expect(handled).toHaveLength(199)
      expect(crashes).toBe(8)
    },
  )

  it('find several, one after the other', async () => {
    const killers = ['order 010', 'order 011', 'order 150']
    const { handled, condemned, crashes } = await live(NAMES, killers)
    expect([...condemned].sort()).toEqual(killers)
    expect(handled).toHaveLength(197)
    expect(crashes).toBe(10)
  })

  it('keep the order of what has one, and condemn its first', async () => {
    const { handled, condemned } = await live(NAMES, ['order 100'], () => '')
    expect(condemned).toEqual(['order 100'])
    expect(handled).toEqual(NAMES.filter((name) => name !== 'order 100'))
  })
})
