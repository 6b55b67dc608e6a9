import { describe, expect, it } from 'vitest'
import { ConsumerMessageCapture } from './message-capture.ts'
import { MockKafkaPublisher } from './mock-kafka-publisher.ts'

describe('a message capture', () => {
  it('can be awaited by number and by condition', async () => {
    const kafka = new MockKafkaPublisher()
    const capture = new ConsumerMessageCapture<number>()
    kafka.subscribeToTopic('numbers', 'readers', capture.handle)
    const two = capture.waitFor(2)
    const seven = capture.waitFor((messages) => messages.some(({ event }) => event === 7))
    for (const n of [1, 2, 7]) await kafka.publish('numbers', n, 'key')
    expect((await two).length).toBeGreaterThanOrEqual(2)
    expect((await seven).at(-1)?.event).toBe(7)
    expect(capture.ofKey('key')).toHaveLength(3)
    await kafka.close()
  })

  it('says how many came when it waited in vain', async () => {
    const capture = new ConsumerMessageCapture<number>()
    await expect(capture.waitFor(2, 1)).rejects.toThrow('0 of 2 messages came within 1 ms.')
  })

  it('notes calls that fail', async () => {
    const kafka = new MockKafkaPublisher()
    const capture = new ConsumerMessageCapture<number>(() => Promise.reject(new Error('away')))
    kafka.subscribeToTopic('numbers', 'readers', capture.handle)
    await kafka.publish('numbers', 1)
    expect(capture.events).toEqual([1])
    await kafka.close()
  })
})
