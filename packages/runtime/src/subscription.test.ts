import { describe, expect, it } from 'vitest'
import { dlqOf } from './dead-letter.ts'
import { CONSUMER_DEFAULTS, type ConsumerOptions } from './options.ts'
import { subscriptionOf } from './subscription.ts'

const PATTERN = /orders[.].*/

describe('a subscription', () => {
  it('reads the topic of its contract, unless others are named', () => {
    expect(asked({}).topics).toEqual(['orders.{region}'])
    expect(asked({ topics: ['orders.eu', 'orders.us'] }).topics).toEqual(['orders.eu', 'orders.us'])
  })

  it('reads what a pattern matches in their place, or beside what is named', () => {
    expect(asked({ topicPattern: PATTERN })).toMatchObject({ topics: [], pattern: PATTERN })
    expect(asked({ topicPattern: PATTERN, topics: ['refunds'] }).topics).toEqual(['refunds'])
  })

  it('has one dead letter queue for each of several topics, and one retry lane, whose name a topic can have', () => {
    const wanted = asked({ topicPattern: PATTERN })
    expect(dlqOf(wanted, 'orders.eu')).toBe('orders.eu.billing.dlq')
    expect(wanted.retryTopic).toBe('orders.region.billing.retry')
    expect(dlqOf(asked({ topics: ['a', 'b'] }), 'b')).toBe('b.billing.dlq')
  })

  it('has the dead letter queue that its contract names, for all topics', () => {
    expect(dlqOf(asked({ topicPattern: PATTERN }, { dlq: 'failed' }), 'orders.eu')).toBe('failed')
  })

  it('refuses a pattern where the transport cannot read by one', () => {
    const settings = { ...CONSUMER_DEFAULTS, topicPattern: PATTERN }
    expect(() => subscriptionOf({ topic: 'orders' }, settings, {})).toThrow(/^topicPattern is set/)
  })

  it('refuses to read its own dead letters', () => {
    expect(() => asked({ topics: ['a', 'a.billing.dlq'] })).toThrow('a dead letter would come back at once')
  })
})

function asked(
  options: Pick<ConsumerOptions<never>, 'topics' | 'topicPattern'>,
  facts: { readonly dlq?: string } = {},
) {
  const contract = { topic: 'orders.{region}', group: 'billing', ...facts }
  return subscriptionOf(contract, { ...CONSUMER_DEFAULTS, ...options }, { topicPatterns: true })
}
