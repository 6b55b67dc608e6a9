import { describe, expect, it } from 'vitest'
import { anEvent } from './event-builder.ts'

describe('an event builder', () => {
  it('builds an event that is complete as it stands', () => {
    expect(anEvent('job.completed').build()).toEqual({
      event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      event_type: 'job.completed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      correlation_id: expect.any(String),
      user_id: expect.any(String),
      schema_version: '1.0',
    })
  })

  it('takes what matters to the test', () => {
    const event = anEvent('job.metrics_recorded')
      .withId('event-1')
      .at(0)
      .forUser('anna')
      .correlatedWith('request-1')
      .with({ job_id: 'job-1' })
      .build()
    expect(event).toMatchObject({
      event_id: 'event-1',
      timestamp: '1970-01-01T00:00:00.000Z',
      user_id: 'anna',
      correlation_id: 'request-1',
      job_id: 'job-1',
    })
  })

  it('is a template: what is added to one is not in another', () => {
    const template = anEvent('job.completed').with({ job_id: 'job-1' })
    template.with({ job_id: 'job-2' })
    expect(template.build().job_id).toBe('job-1')
  })

  it('builds many that differ, each with an id of its own', () => {
    const events = anEvent('job.completed')
      .with({ job_id: '' })
      .buildMany(3, (n) => ({ job_id: `job-${n}` }))
    expect(events.map(({ job_id }) => job_id)).toEqual(['job-0', 'job-1', 'job-2'])
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(3)
  })
})
