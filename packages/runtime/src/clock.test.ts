import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { systemClock } from './clock.ts'

describe('the system clock', () => {
  it('leaves nothing on the signal of a sleep that ended', async () => {
    const { signal } = new AbortController()
    await systemClock.sleep(1, signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('ends a sleep with the reason of its signal, aborted before or during it', async () => {
    await expect(systemClock.sleep(60_000, AbortSignal.abort('before'))).rejects.toBe('before')
    const abort = new AbortController()
    const sleep = systemClock.sleep(60_000, abort.signal)
    abort.abort('during')
    await expect(sleep).rejects.toBe('during')
  })

  it('ticks until it is told to stop', async () => {
    let ticks = 0
    await new Promise<void>((resolve) => {
      const stop = systemClock.every(1, () => {
        ticks += 1
        if (ticks === 2) stop()
        if (ticks === 2) resolve()
      })
    })
    await systemClock.sleep(5)
    expect(ticks).toBe(2)
  })
})
