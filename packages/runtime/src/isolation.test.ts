import { settled } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { Isolation } from './isolation.ts'

describe('isolation', () => {
  it('runs the suspected alone: after all that runs, before all that waits', async () => {
    const { alone, together, running, end } = jobs()
    together('a')
    together('b')
    alone('x')
    together('c')
    alone('y')
    together('d')
    expect(await running()).toEqual(['a', 'b'])
    end('a')
    expect(await running()).toEqual(['b'])
    end('b')
    expect(await running()).toEqual(['x'])
    end('x')
    expect(await running()).toEqual(['y'])
    end('y')
    expect(await running()).toEqual(['c', 'd'])
  })

  it('goes on when one of them fails', async () => {
    const isolation = new Isolation()
    await expect(isolation.alone(() => Promise.reject(new Error('first')))).rejects.toThrow('first')
    await expect(isolation.together(() => Promise.reject(new Error('second')))).rejects.toThrow('second')
    expect(await isolation.alone(() => Promise.resolve('third'))).toBe('third')
  })
})

function jobs() {
  const isolation = new Isolation()
  const ends = new Map<string, () => void>()
  const work = (name: string) => () => new Promise<void>((resolve) => ends.set(name, resolve))
  return {
    alone: (name: string) => void isolation.alone(work(name)),
    together: (name: string) => void isolation.together(work(name)),
    async running() {
      await settled()
      return [...ends.keys()]
    },
    end(name: string) {
      ends.get(name)?.()
      ends.delete(name)
    },
  }
}
