import { getEventListeners } from 'node:events'
import { ManualClock } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { LinkedAbort, sleepUnlessAborted } from './linked-abort.ts'

describe('a linked abort', () => {
  it('aborts with the first of its sources, and with its reason', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const { signal } = new LinkedAbort([one.signal, other.signal])
    other.abort('lost')
    one.abort('too late')
    expect(signal.reason).toBe('lost')
  })

  it('is aborted from the start when a source is', () => {
    expect(new LinkedAbort([AbortSignal.abort('gone')]).signal.reason).toBe('gone')
  })

  it('leaves nothing on a source that outlives it', async () => {
    const source = new AbortController()
    new LinkedAbort([source.signal]).release()
    const clock = new ManualClock()
    const slept = sleepUnlessAborted(clock, 10, [source.signal])
    await clock.turn(10)
    expect(await slept).toBe(true)
    expect(getEventListeners(source.signal, 'abort')).toEqual([])
  })
})

describe('a sleep', () => {
  it('ends early when a signal aborts', async () => {
    const clock = new ManualClock()
    const source = new AbortController()
    const slept = sleepUnlessAborted(clock, 10, [source.signal])
    source.abort()
    expect(await slept).toBe(false)
    expect(clock.waiting).toBe(0)
  })
})
