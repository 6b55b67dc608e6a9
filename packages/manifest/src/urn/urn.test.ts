import { describe, expect, it } from 'vitest'
import { generateEventURN } from './generate-event-urn.ts'
import { buildURN, parseURN, validateURN } from './urn.ts'

describe('an event URN', () => {
  it('is written with normalised parts and read back', () => {
    const urn = buildURN({ domain: 'Identity', entity: 'UserAccount', action: 'signed_up' })
    expect(urn).toBe('urn:events:identity:user-account:signed-up')
    expect(parseURN(urn)).toEqual({ domain: 'identity', entity: 'user-account', action: 'signed-up' })
  })

  it.each([
    'urn:events:identity:user',
    'urn:events:identity:user:created:v1',
    'urn:events:Identity:user:created',
    'urn:events::user:created',
    'urn:isbn:identity:user:created',
  ])('is not %s', (text) => expect(validateURN(text)).toBe(false))

  it.each([
    ['three parts: domain, entity, action', 'identity/user/created', 'urn:events:identity:user:created'],
    ['more parts: the rest is the action', 'a.b.c.d', 'urn:events:a:b:c-d'],
    ['two parts: the domain comes from the title', 'user.created', 'urn:events:account:user:created'],
    ['one part: the entity', 'audit-trail', 'urn:events:account:audit-trail:event'],
    [
      'parameters, versions and generic words are no part',
      'api/v1/users/{userId}/events/updated',
      'urn:events:account:users:updated',
    ],
    ['nothing but these: the title names it', 'api/v1/{id}', 'urn:events:account:account:event'],
  ])('follows the channel (%s)', (_, channel, urn) => {
    expect(generateEventURN({ channel, title: 'Account Service API' })).toBe(urn)
  })

  it('takes the action from the message where a channel carries several', () => {
    const naming = { channel: 'user', title: 'Identity', message: 'UserSignedUpEvent' }
    expect(generateEventURN(naming)).toBe('urn:events:identity:user:signed-up')
  })
})
