import { getEventListeners } from 'node:events'
import { ManualClock } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { Attempts } from './attempt.ts'
import type { Assignment, Source } from './delivery.ts'
import { Failure } from './failure.ts'

describe('an attempt', () => {
  it('is told to end when its time is over, and counts as overdue until it does', async () => {
    const { attempts, clock, assignment, source } = watched()
    const attempt = attempts.begin(1, { assignment, source })
    attempts.watch(attempt)
    await clock.turn(31_000)
    expect(attempt.signal.reason).toMatchObject({ code: 'ATTEMPT_TIMEOUT' })
    expect(attempts.overdue).toEqual([attempt])
    attempts.end(attempt)
    expect(attempts.overdue).toEqual([])
  })

  it('fails of its timeout once it was told to end, whatever its handler then throws', async () => {
    const { attempts, clock, assignment, source } = watched()
    const attempt = attempts.begin(1, { assignment, source })
    attempts.watch(attempt)
    const thrown = new Error('ended')
    expect(attempt.failureOf(thrown)).toBe(thrown)
    await clock.turn(31_000)
    expect(attempt.failureOf(thrown)).toMatchObject({ code: 'ATTEMPT_TIMEOUT', cause: thrown })
  })

  it('is told when its partition is lost', () => {
    const { attempts, assignment, lose, source } = watched()
    const { signal } = attempts.begin(1, { assignment, source })
    lose()
    expect(signal.reason).toMatchObject({ code: 'ASSIGNMENT_LOST' })
  })

  it('leaves nothing on its partition, however long that is held', () => {
    const { attempts, assignment, source } = watched()
    const attempt = attempts.begin(1, { assignment, source })
    attempt.signal.addEventListener('abort', () => undefined)
    attempts.watch(attempt)
    attempts.end(attempt)
    expect(getEventListeners(assignment.signal, 'abort')).toEqual([])
  })
})

function watched() {
  const clock = new ManualClock()
  const attempts = new Attempts({ clock, timeoutMs: 30_000 })
  attempts.open()
  const abort = new AbortController()
  const assignment: Assignment = { active: true, signal: abort.signal }
  const source: Source = { topic: 'order.placed', partition: 0, offset: 17n }
  return { attempts, clock, assignment, source, lose: () => abort.abort(new Failure('ASSIGNMENT_LOST')) }
}
