import { describe, expect, it } from 'vitest'
import { orders, scene } from '../test/scene.ts'
import type { ConsumerContract } from './consumer-contract.ts'
import type { Capabilities, Transport } from './transport.ts'

type Facts = Partial<Pick<ConsumerContract<unknown>, 'order' | 'retry' | 'pii'>>

describe('explain', () => {
  it('names the guarantee of a group', () => {
    expect(line('guarantee')).toMatch(/^at-least-once: settled only after the effect or the dead letter is confirmed/)
  })

  it('promises nothing without a group', () => {
    const { group: _, ...loner } = orders
    expect(lines(scene(loner).consumer(() => undefined))).toContainEqual(
      expect.stringMatching(/guarantee {2}best effort: without a group nothing is committed/),
    )
  })

  it('says what a consumer without a group gives up', () => {
    const { group: _, ...loner } = orders
    const givenUp = lines(scene(loner).consumer(() => undefined)).filter((text) => text.startsWith('  gives up'))
    expect(givenUp.map((text) => text.slice(13).split(':')[0])).toEqual([
      'a position',
      'sharing',
      'a retry lane of its own',
    ])
    expect(line('gives up')).toBeUndefined()
  })

  it('says what a consumer of several topics gives up, and what a pattern takes', () => {
    const { consumer, transport } = scene()
    const through: Transport = { ...transport, capabilities: { ...transport.capabilities, topicPatterns: true } }
    const told = lines(consumer(() => undefined, { topicPattern: /orders[.].*/ }, through))
    expect(told).toContainEqual(expect.stringContaining('reads      every topic like /orders[.].*/ on memory'))
    expect(told).toContainEqual(expect.stringContaining('gives up   order between topics'))
    expect(told).toContainEqual(expect.stringContaining('gives up   a say in what is read'))
  })

  it('repeats what the broker said of the membership, once it has', async () => {
    const { consumer, transport } = scene()
    const through: Transport = {
      ...transport,
      subscribe(wanted, receiver) {
        receiver.report({ kind: 'connected', about: 'session 45 s' })
        return transport.subscribe(wanted, receiver)
      },
    }
    const running = consumer(() => undefined, {}, through)
    expect(lines(running)).not.toContainEqual(expect.stringContaining('member'))
    await running.start()
    expect(lines(running)).toContain('  member     session 45 s')
    await running.stop()
  })

  it.each<{ when: string; facts?: Facts; says: RegExp }>([
    { when: 'retries end in the lane', says: /^per key, until a failing message holds up 500 others: it is then held/ },
    {
      when: 'retries go on outside the lane',
      facts: { retry: { kind: 'exponential', attempts: 9 } },
      says: /^per key, until a failing message fails 3 times or holds up 500 others/,
    },
    { when: 'nothing is tried again', facts: { retry: { kind: 'none' } }, says: /^per key; a dead letter lets later/ },
    { when: 'partitions are ordered', facts: { order: 'partition' }, says: /^per partition, until/ },
    { when: 'no order is wanted', facts: { order: 'none' }, says: /^none asked for$/ },
  ])('tells how far order goes when $when', ({ facts, says }) => {
    expect(line('order', { retry: { kind: 'fixed', attempts: 3 }, ...facts })).toMatch(says)
  })

  it('admits a transport that does not order', () => {
    expect(line('order', {}, { orderPerKey: false })).toMatch(/^per key inside this consumer only/)
  })

  it('gives the reason for everything the transport lacks', () => {
    expect(line('lacks', {}, { why: { replay: 'a queue forgets what was settled' } })).toBe(
      'replay: a queue forgets what was settled',
    )
  })

  it('names the personal data it masks', () => {
    expect(line('PII', { pii: ['user.email'] })).toBe('user.email (masked in logs, true in the handler)')
    expect(line('PII')).toBe('none declared')
  })

  it('lists places, bounds and steps', () => {
    expect(line('dead to')).toBe('order.placed.billing.dlq, confirmed before the original is let go')
    expect(line('bounds')).toBe('64 handlers at once, 1000 unsettled per partition, 30 s per attempt, 25 s to drain')
    const steps = lines(scene().consumer(() => undefined)).filter((text) => /^ {2}\d\. /.test(text))
    expect(steps.map((text) => text.trim().split(/\s+/)[1])).toEqual([
      'observe',
      'dead-letter',
      'retry',
      'decode',
      'validate',
      'handle',
    ])
  })
})

function line(label: string, facts: Facts = {}, capabilities: Partial<Capabilities> = {}): string | undefined {
  const { consumer, transport } = scene({ ...orders, ...facts })
  const through: Transport = { ...transport, capabilities: { ...transport.capabilities, ...capabilities } }
  const labelled = lines(consumer(() => undefined, {}, through)).find((text) => text.startsWith(`  ${label}`))
  return labelled?.slice(13)
}

function lines(consumer: { explain(): string }): readonly string[] {
  return consumer.explain().split('\n')
}
