import { describe, expect, it } from 'vitest'
import { matchingTopics } from './matching-topics.ts'

describe('topics that match a pattern', () => {
  const wanted = { topics: [], pattern: /user[.].*/, dlq: '{topic}.billing.dlq' }

  it('are those whose whole name does, and those that are named beside it', async () => {
    const topics = await matching(['user.moved', 'user.created', 'old.user.created'], {
      ...wanted,
      topics: ['order.placed'],
    })
    expect(topics).toEqual(['order.placed', 'user.created', 'user.moved'])
  })

  it('are no dead letter queues and no retry lanes, of whatever group', async () => {
    const lanes = ['user.created.dlq', 'user.created.audit.dlq.status', 'user.created.audit.retry']
    expect(await matching([...lanes, 'user.created'], wanted)).toEqual(['user.created'])
  })

  it.each([
    ['user.failures', ['user.failures', 'user.failures.status']],
    ['user.failures.{topic}', ['user.failures.user.created', 'user.failures.user.gone.status']],
  ])('are not its own dead letters either, whatever name the contract gives their queue: %s', async (dlq, lanes) => {
    expect(await matching([...lanes, 'user.created'], { ...wanted, dlq })).toEqual(['user.created'])
  })
})

function matching(topics: readonly string[], wanted: Parameters<typeof matchingTopics>[1]): Promise<readonly string[]> {
  return matchingTopics({ topics: async () => topics }, wanted)
}
