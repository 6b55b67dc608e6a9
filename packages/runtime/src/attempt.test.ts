import { getEventListeners } from 'node:events'
import { ManualClock } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { Attempts } from './attempt.ts'
import type { Assignment } from './delivery.ts'
import { Failure } from './failure.ts'

describe('an attempt', () => {
  it('is told to end when its time is over, and counts as overdue until it does', async () => {
    const { attempts, clock, assignment } = watched()
    const attempt = attempts.begin(1, assignment)
    const handler = Promise.withResolvers<void>()
    const watching = attempts.watch(attempt, handler.promise)
    await clock.turn(31_000)
    expect(attempt.signal.reason).toMatchObject({ code: 'ATTEMPT_TIMEOUT' })
    expect(attempts.overdue).toEqual([attempt])
    handler.resolve()
    await watching
    expect(attempts.overdue).toEqual([])
  })

  it('is told when its partition is lost', () => {
    const { attempts, assignment, lose } = watched()
    const { signal } = attempts.begin(1, assignment)
    lose()
    expect(signal.reason).toMatchObject({ code: 'ASSIGNMENT_LOST' })
  })

  it('leaves nothing on its partition, however long that is held', async () => {
    const { attempts, assignment } = watched()
    const attempt = attempts.begin(1, assignment)
    attempt.signal.addEventListener('abort', () => undefined)
    await attempts.watch(attempt, Promise.resolve())
    expect(getEventListeners(assignment.signal, 'abort')).toEqual([])
  })
})

function watched() {
  const clock = new ManualClock()
  const attempts = new Attempts({ clock, timeoutMs: 30_000 })
  attempts.open()
  const abort = new AbortController()
  const assignment: Assignment = { active: true, signal: abort.signal }
  return { attempts, clock, assignment, lose: () => abort.abort(new Failure('ASSIGNMENT_LOST')) }
}
