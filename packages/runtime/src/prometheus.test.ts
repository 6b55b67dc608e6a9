import { describe, expect, it } from 'vitest'
import { type Family, readExposition } from '../test/exposition.ts'
import { scene } from '../test/scene.ts'
import { DependencyDown, PermanentFailure } from './failure.ts'
import { ConsumerMetrics } from './metrics.ts'
import { prometheusText } from './prometheus.ts'
import { measurePublishing, PublisherMetrics } from './publisher-metrics.ts'
import { redrive } from './redrive.ts'
import { WindowMetrics } from './windows/window-output.ts'

const OF_CONSUMER = 'topic="order.placed",group="billing"'

describe('the text for Prometheus', () => {
  it('has the names and labels people asked for', async () => {
    const lines = (await exposition()).split('\n')
    expect(lines).toContain(`kafka_messages_processed_total{${OF_CONSUMER}} 4`)
    expect(lines).toContain(`kafka_consumer_errors_total{${OF_CONSUMER},error_type="PERMANENT"} 1`)
    expect(lines).toContain('kafka_consumer_lag{topic="order.placed",group="billing",partition="0"} 1')
    expect(lines).toContain(`kafka_processing_duration_seconds_count{${OF_CONSUMER}} 4`)
    expect(lines).toContain('kafka_messages_sent_total{topic="order.placed"} 4')
    expect(lines).toContain('kafka_send_duration_seconds_count{topic="order.placed"} 4')
    expect(lines).toContain('kafka_producer_errors_total{topic="user.created",error_type="PUBLISH_FAILED"} 1')
  })

  it('tells attempts, letters, recovery and the oldest message in flight', async () => {
    const lines = (await exposition()).split('\n')
    for (const line of [
      `longshore_attempts_total{${OF_CONSUMER}} 6`,
      `longshore_dead_letters_total{${OF_CONSUMER},error_type="PERMANENT"} 1`,
      `longshore_redriven_total{${OF_CONSUMER}} 1`,
      `longshore_duplicates_total{${OF_CONSUMER}} 0`,
      `longshore_parked_keys{${OF_CONSUMER}} 0`,
      `longshore_parked_messages{${OF_CONSUMER}} 0`,
      `longshore_rebalances_total{${OF_CONSUMER}} 0`,
      `longshore_in_flight{${OF_CONSUMER}} 1`,
      `longshore_oldest_in_flight_seconds{${OF_CONSUMER}} 7`,
      `longshore_healthy{${OF_CONSUMER}} 1`,
      `longshore_recovery_seconds_count{${OF_CONSUMER},of="dependency"} 1`,
      `longshore_recovery_seconds_count{${OF_CONSUMER},of="broker"} 0`,
      `longshore_end_to_end_seconds_count{${OF_CONSUMER}} 4`,
      `longshore_window_events_total{${OF_CONSUMER},outcome="late"} 2`,
      `longshore_window_revisions_total{${OF_CONSUMER}} 1`,
    ])
      expect(lines).toContain(line)
  })

  it('keeps every rule of the format, also with several consumers and text that has to be escaped', async () => {
    const odd = { transport: 'kafka', topic: 'a"b\\c\nd', metrics: new ConsumerMetrics(), lag: [] }
    odd.metrics.brokerRecovery.record(1e-9)
    const families = readExposition(await exposition([odd]))
    expect(families.length).toBeGreaterThan(20)
    expect(series(families, 'longshore_in_flight').map(({ labels }) => labels.get('topic'))).toEqual([
      'order.placed',
      'a\\"b\\\\c\\nd',
    ])
  })

  it('is read by a reader that takes nothing else', () => {
    const head = '# HELP a_total Help.\n# TYPE a_total counter\n'
    expect(readExposition(`${head}a_total 1\n`)).toHaveLength(1)
    for (const wrong of ['a_total 1', 'a_total{x=1} 1\n', 'a_total\n', 'b_total 1\n', 'a_total 1\na_total 2\n'])
      expect(() => readExposition(head + wrong), wrong).toThrow()
  })

  it('has no other labels than a few that are bounded, and carries neither keys nor ids', async () => {
    const text = await exposition()
    const labels = new Set(
      readExposition(text).flatMap((family) => family.series.flatMap((one) => [...one.labels.keys()])),
    )
    expect([...labels].sort()).toEqual(['error_type', 'group', 'le', 'of', 'outcome', 'partition', 'topic'])
    expect(text).not.toMatch(/anna|order\.placed\/0/)
  })
})

function series(families: readonly Family[], name: string) {
  return families.find((family) => family.name === name)?.series ?? []
}

/** Two messages handled, one dead-lettered, redriven and handled, one still in its handler for 7 s. */
async function exposition(others: Parameters<typeof prometheusText>[0] = []): Promise<string> {
  const { broker, clock, started, transport } = scene()
  const publisher = new PublisherMetrics()
  const measured = measurePublishing(transport, publisher, clock)
  const place = (id: number) =>
    measured.publish([{ topic: 'order.placed', key: 'anna', value: Buffer.from(`{"id":${id}}`) }])
  let tries = 0
  const { running } = await started(({ id }) => {
    tries += 1
    if (tries === 1) throw new DependencyDown('ledger')
    if (tries === 3) throw new PermanentFailure('no such account')
    return id === 4 ? new Promise<void>(() => undefined) : undefined
  })
  for (const id of [1, 2, 3]) await place(id)
  await clock.turn(2_000)
  const letters = await transport.deadLetters(running.subscription)
  await Promise.all([redrive(letters, { clock }), clock.turn(1_000)])
  await place(4)
  broker.faults.topicAway('user.created')
  await measured.publish([{ topic: 'user.created', value: null }]).catch(() => undefined)
  await clock.turn(7_000)
  const windows = new WindowMetrics()
  windows.late = 2
  windows.revisions = 1
  const { metrics } = running
  const facts = { transport: 'kafka', topic: 'order.placed', group: 'billing', metrics, windows }
  const sample = { ...facts, lag: await running.lag(), health: running.health() }
  return prometheusText([sample, ...others], [{ transport: 'kafka', metrics: publisher }])
}
