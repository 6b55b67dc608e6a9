import { describe, expect, it } from 'vitest'
import { scene } from '../test/scene.ts'
import { PermanentFailure } from './failure.ts'
import { prometheusText } from './prometheus.ts'

describe('the text for Prometheus', () => {
  it('has the names and labels people asked for', async () => {
    const lines = await exposition()
    expect(lines).toContain('kafka_messages_processed_total{topic="order.placed",group="billing"} 2')
    expect(lines).toContain(
      'kafka_consumer_errors_total{topic="order.placed",group="billing",error_type="PERMANENT"} 1',
    )
    expect(lines).toContain('kafka_consumer_lag{topic="order.placed",group="billing",partition="0"} 0')
    expect(lines).toContain('kafka_processing_duration_seconds_count{topic="order.placed",group="billing"} 2')
  })

  it('gives each family one help and one type line, ahead of its samples', async () => {
    const lines = await exposition()
    const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
    expect(new Set(types).size).toBe(types.length)
    expect(lines.filter((line) => line.startsWith('# HELP'))).toHaveLength(types.length)
  })

  it('carries neither keys nor ids', async () => {
    expect((await exposition()).join('\n')).not.toMatch(/anna/)
  })
})

async function exposition(): Promise<readonly string[]> {
  const { clock, place, started } = scene()
  const { running } = await started(({ id }) => {
    if (id === 2) throw new PermanentFailure('no such account')
  })
  await place('anna', 1, 2)
  await clock.turn(0)
  const { metrics } = running
  const sample = { transport: 'kafka', topic: 'order.placed', group: 'billing', metrics, lag: await running.lag() }
  return prometheusText([sample]).split('\n')
}
