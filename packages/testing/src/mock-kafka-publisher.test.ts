import { afterEach, describe, expect, it } from 'vitest'
import { ConsumerMessageCapture } from './message-capture.ts'
import { MockKafkaPublisher } from './mock-kafka-publisher.ts'

interface JobEvent {
  readonly event_type: string
}

describe('a mock Kafka publisher', () => {
  const kafka = new MockKafkaPublisher()
  afterEach(() => kafka.close())

  it('resolves a publish when every group has handled the event', async () => {
    const metrics = new ConsumerMessageCapture<JobEvent>()
    const audit = new ConsumerMessageCapture<JobEvent>()
    kafka.subscribeToTopic('job-metrics', 'metrics-consumer-group', metrics.handle)
    kafka.subscribeToTopic('job-metrics', 'audit-trail-consumer-group', audit.handle)
    await kafka.publish('job-metrics', { event_type: 'job.metrics_recorded' }, 'job-1')
    expect(metrics.last).toMatchObject({ key: 'job-1', event: { event_type: 'job.metrics_recorded' } })
    expect(audit.messages).toHaveLength(1)
  })

  it('can be awaited where a handler subscribes, and gives it what was there before', async () => {
    await kafka.publish('system-health', { event_type: 'broker.health' }, 'broker-1')
    const health = new ConsumerMessageCapture<JobEvent>()
    await kafka.subscribeToTopic('system-health', 'system-health-consumer-group', health.handle)
    await health.waitFor(1)
    expect(health.last?.key).toBe('broker-1')
  })

  it('shows what was published, in order', async () => {
    await kafka.publish('job-lifecycle', { event_type: 'job.submitted' })
    await kafka.publish('job-lifecycle', { event_type: 'job.completed' })
    expect(kafka.getMessages('job-lifecycle')).toHaveLength(2)
    expect(kafka.getLastMessage('job-lifecycle')).toEqual({ event_type: 'job.completed' })
    expect(kafka.getLastMessage('nothing-yet')).toBeUndefined()
  })

  it('puts what a handler throws on among the dead letters of its group', async () => {
    kafka.subscribeToTopic('audit-trail', 'auditors', () => {
      throw new Error('store away')
    })
    await kafka.publish('audit-trail', { event_type: 'audit.recorded' })
    expect(kafka.getMessages('audit-trail.auditors.dlq')).toEqual([{ event_type: 'audit.recorded' }])
  })
})
