import { settled } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { Slots } from './slots.ts'

describe('slots', () => {
  it('let as many in as there are, the others in order of arrival, whatever became of those before', async () => {
    const slots = new Slots(2)
    const begun: number[] = []
    const ends: ((error?: Error) => void)[] = []
    const all = [0, 1, 2, 3].map((n) =>
      slots
        .use(() => {
          begun.push(n)
          return new Promise<void>((resolve, reject) => {
            ends[n] = (error) => (error === undefined ? resolve() : reject(error))
          })
        })
        .catch(() => undefined),
    )
    await settled()
    expect(begun).toEqual([0, 1])
    ends[1]?.(new Error('failed'))
    await settled()
    expect(begun).toEqual([0, 1, 2])
    ends[0]?.()
    await settled()
    ends[2]?.()
    ends[3]?.()
    await Promise.all(all)
    expect(begun).toEqual([0, 1, 2, 3])
  })
})
