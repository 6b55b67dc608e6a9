import { until } from '@longshore/testing'
import { memoryTransport } from '@longshore/transport-memory'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { describe, expect, it } from 'vitest'
import { consume } from './consume.ts'
import { PermanentFailure } from './failure.ts'
import { telemetry, tracePublishing } from './telemetry.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** The real SDK, its exporters in memory, around one consumer that was given two messages: one good, one refused. */
async function observed() {
  const spans = new InMemorySpanExporter()
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test')
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metrics })] })
  const options = { system: 'memory', group: 'g', tracer, meter: provider.getMeter('test') }
  const transport = memoryTransport()
  const consumer = consume<{ readonly email: string; readonly bad: boolean }>(
    { urn: 'urn:events:a:b:c', topic: 'users', group: 'g', pii: ['email'], validate: () => [] },
    transport,
    ({ bad }) => {
      if (bad) throw new PermanentFailure('refused')
    },
    { log: quiet, around: [telemetry(options)] },
  )
  await consumer.start()
  const value = (bad: boolean) => new TextEncoder().encode(JSON.stringify({ email: 'ada@example.com', bad }))
  await tracePublishing(transport, options).publish([
    { topic: 'users', key: 'ada@example.com', value: value(false) },
    { topic: 'users', key: 'ada@example.com', value: value(true) },
  ])
  await until(() => consumer.metrics.acked + consumer.metrics.deadLettered === 2, 'both messages are settled')
  await consumer.stop()
  await provider.shutdown()
  return {
    spans: spans.getFinishedSpans(),
    metrics: metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
  }
}

describe('telemetry', () => {
  it('links the span of each message to the span that published it', async () => {
    const { spans } = await observed()
    const [sent] = spans.filter(({ name }) => name === 'send users')
    const processed = spans.filter(({ name }) => name === 'process users')
    expect(processed).toHaveLength(2)
    for (const { links } of processed) expect(links[0]?.context.spanId).toBe(sent?.spanContext().spanId)
  })

  it('names the failure of a span by its code', async () => {
    const { spans } = await observed()
    expect(spans.map(({ attributes }) => attributes['error.type']).filter((type) => type !== undefined)).toEqual([
      'PERMANENT',
    ])
  })

  it('counts and times by the messaging conventions', async () => {
    const { metrics } = await observed()
    const names = metrics.map(({ descriptor }) => descriptor.name)
    expect(names.sort()).toEqual([
      'messaging.client.consumed.messages',
      'messaging.client.sent.messages',
      'messaging.process.duration',
    ])
    const consumed = metrics.find(({ descriptor }) => descriptor.name === 'messaging.client.consumed.messages')
    expect(consumed?.dataPoints.map(({ attributes, value }) => [attributes['error.type'], value])).toEqual([
      [undefined, 1],
      ['PERMANENT', 1],
    ])
  })

  it('carries neither key nor payload', async () => {
    const { spans, metrics } = await observed()
    const told = JSON.stringify([
      spans.map(({ name, attributes }) => [name, attributes]),
      metrics.map(({ dataPoints }) => dataPoints),
    ])
    expect(told).not.toContain('ada')
  })
})
