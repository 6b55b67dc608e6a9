import { describe, expect, it } from 'vitest'
import { commitFailure } from './broker-failure.ts'

describe('a commit that fails', () => {
  it('blames no broker when the group has gone on without this member', () => {
    const failure = commitFailure({ errors: [{ apiId: 'ILLEGAL_GENERATION' }] }, 'billing')
    expect(failure).toMatchObject({ code: 'ASSIGNMENT_LOST', class: 'released' })
    expect(failure.message).toBe(
      'Kafka answered ILLEGAL_GENERATION while committing for billing: the group has changed.',
    )
  })

  it('says that the broker does not answer when it does not', () => {
    expect(commitFailure({ code: 'ECONNREFUSED' }, 'billing').code).toBe('BROKER_UNREACHABLE')
  })
})
