import { describe, expect, it } from 'vitest'
import { scene } from '../test/scene.ts'
import { measurePublishing, PublisherMetrics } from './publisher-metrics.ts'

describe('publishing that is measured', () => {
  it('counts what was acknowledged, by topic, and times it', async () => {
    const { clock, transport } = scene()
    const metrics = new PublisherMetrics()
    const measured = measurePublishing(transport, metrics, clock)
    const value = Buffer.from('{}')
    await measured.publish([
      { topic: 'order.placed', value },
      { topic: 'order.placed', value },
      { topic: 'user.created', value },
    ])
    expect(metrics.sent).toEqual(
      new Map([
        ['order.placed', 2],
        ['user.created', 1],
      ]),
    )
    expect([...metrics.durations].map(([topic, { count }]) => [topic, count])).toEqual([
      ['order.placed', 1],
      ['user.created', 1],
    ])
  })

  it('tells a thousand topics apart and counts the others together, for topics may be as many as devices', async () => {
    const { clock, transport } = scene()
    const metrics = new PublisherMetrics()
    const measured = measurePublishing(transport, metrics, clock)
    for (const first of [0, 600, 1_200]) {
      const topics = Array.from({ length: 600 }, (_, n) => `sensor.${first + n}`)
      await measured.publish(topics.map((topic) => ({ topic, value: null })))
    }
    expect(metrics.sent.size).toBe(1_001)
    expect(metrics.sent.get('(others)')).toBe(800)
    expect(metrics.durations.size).toBe(1_001)
  })

  it('counts what was refused by topic and code, and passes the failure on', async () => {
    const { broker, clock, transport } = scene()
    const metrics = new PublisherMetrics()
    broker.faults.topicAway('order.placed')
    const publishing = measurePublishing(transport, metrics, clock).publish([{ topic: 'order.placed', value: null }])
    await expect(publishing).rejects.toMatchObject({ code: 'PUBLISH_FAILED' })
    expect(metrics.errors).toEqual(new Map([['order.placed', new Map([['PUBLISH_FAILED', 1]])]]))
    expect(metrics.sent.size).toBe(0)
  })
})
