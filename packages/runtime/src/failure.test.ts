import { describe, expect, it } from 'vitest'
import { DependencyDown, errorType, FAILURES, Failure, PermanentFailure, RetryAfter } from './failure.ts'

describe('a failure', () => {
  it('is recognised by its brand, so that two copies of the runtime may meet', () => {
    const foreign = Object.assign(new Error('from another copy'), { [Symbol.for('longshore.failure')]: true })
    expect(Failure.is(foreign)).toBe(true)
    expect(Failure.is(new Error('a stranger'))).toBe(false)
  })

  it.each([
    ['a permanent failure', new PermanentFailure('no such account'), 'poison'],
    ['a wish to be called later', new RetryAfter(500), 'transient'],
    ['a dependency that is away', new DependencyDown('billing'), 'dependency-down'],
    ['any other error', new TypeError('x is undefined'), 'transient'],
    ['a thrown text', 'oops', 'transient'],
    ['a thrown nothing', undefined, 'transient'],
    ['an object without prototype', Object.create(null), 'transient'],
  ])('is made of %s', (_, thrown, expected) => {
    expect(Failure.from(thrown).class).toBe(expected)
  })

  it('says what was thrown without quoting it', () => {
    const failure = Failure.from(new RangeError('card 4111 is out of range'))
    expect(failure.message).toBe('The handler threw RangeError.')
    expect(errorType(failure.cause)).toBe('RangeError')
  })

  it('has help for every code', () => {
    for (const { about, fix } of Object.values(FAILURES)) {
      expect(about).toMatch(/^[A-Z].*\.$/)
      expect(fix).toMatch(/^[A-Z`].*\.$/)
    }
  })
})
