import { type ConsumerContract, PermanentFailure } from '@longshore/runtime'
import { describe, expect, it } from 'vitest'
import { given } from './given.ts'

interface User {
  readonly id: string
}

const userCreated: ConsumerContract<User> = {
  urn: 'urn:events:identity:user:created',
  topic: 'user.created',
  group: 'user-service',
  pii: [],
  validate: () => [],
}

describe('a scenario', () => {
  it('ends well when the handler does', async () => {
    const { calls } = await given(userCreated, () => undefined)
      .when({ id: 'u1' }, { key: 'u1', headers: { 'x-request-id': 'r1' } })
      .when({ id: 'u2' })
      .thenAcknowledged()
    expect(calls).toMatchObject([{ event: { id: 'u1' }, key: 'u1', headers: { 'x-request-id': 'r1' } }, { key: null }])
  })

  it('passes the time that retries need', async () => {
    const flaky = given(userCreated, (_, { attempt }) => {
      if (attempt < 3) throw new Error('not yet')
    })
    await flaky.when({ id: 'u1' }).thenAcknowledged()
    await flaky.when({ id: 'u1' }).thenCalled(3)
  })

  it('ends among the dead letters when it must', async () => {
    const refusing = given(userCreated, () => {
      throw new PermanentFailure('no such user')
    })
    await refusing.when({ id: 'u1' }).thenDeadLettered('PERMANENT')
    await refusing.whenRaw('no JSON').thenDeadLettered('DECODE_FAILED')
  })

  it('fails when the consumer does something else', async () => {
    const refusing = given(userCreated, () => {
      throw new PermanentFailure('no such user')
    })
    await expect(refusing.when({ id: 'u1' }).thenAcknowledged()).rejects.toThrow(/there are dead letters/)
    await expect(
      given(userCreated, () => undefined)
        .when({ id: 'u1' })
        .thenDeadLettered('PERMANENT'),
    ).rejects.toThrow()
  })
})
