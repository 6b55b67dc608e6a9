import type { ConsumerMetrics, Histogram } from './metrics.ts'
import type { PublisherMetrics } from './publisher-metrics.ts'
import type { PartitionLag } from './transport.ts'

/** One consumer's numbers and what they are labelled with. */
export interface ConsumerSample {
  /** `kafka`, `amqp`, `mqtt`: the prefix of the metrics' names. */
  readonly transport: string
  readonly topic: string
  readonly group?: string
  readonly metrics: ConsumerMetrics
  readonly lag: readonly PartitionLag[]
}

export interface PublisherSample {
  readonly transport: string
  readonly metrics: PublisherMetrics
}

type Labels = { readonly [name: string]: string | undefined }

/**
 * Prometheus text (exposition format 0.0.4). Labels are topic, group, partition and error type: never an id, a key or a payload.
 */
export function prometheusText(
  consumers: readonly ConsumerSample[],
  publishers: readonly PublisherSample[] = [],
): string {
  const families = new Families()
  for (const consumer of consumers) addConsumer(families, consumer)
  for (const publisher of publishers) addPublisher(families, publisher)
  return families.print()
}

function addConsumer(families: Families, { transport, topic, group, metrics, lag }: ConsumerSample): void {
  const labels = { topic, group }
  families.counter(
    `${transport}_messages_processed_total`,
    'Messages settled, whatever their outcome.',
    labels,
    metrics.acked + metrics.delayed + metrics.deadLettered,
  )
  families.histogram(
    `${transport}_processing_duration_seconds`,
    'From first attempt to outcome.',
    labels,
    metrics.processing,
  )
  for (const [error_type, count] of metrics.failedAttempts) {
    families.counter(`${transport}_consumer_errors_total`, 'Failed attempts.', { ...labels, error_type }, count)
  }
  for (const { topic: source, partition, messages, seconds } of lag) {
    const place = { topic: source, group, partition: String(partition) }
    families.gauge(`${transport}_consumer_lag`, 'Messages not yet settled.', place, messages)
    if (seconds !== undefined)
      families.gauge('longshore_lag_seconds', 'Age of the oldest message not yet settled.', place, seconds)
  }
  for (const [error_type, count] of metrics.deadLetters) {
    families.counter(
      'longshore_dead_letters_total',
      'Messages sent to the dead letters.',
      { ...labels, error_type },
      count,
    )
  }
  families.counter('longshore_delayed_total', 'Messages the transport was asked to hold back.', labels, metrics.delayed)
  families.counter('longshore_rebalances_total', 'Times an assignment was taken away.', labels, metrics.rebalances)
  families.counter(
    'longshore_commit_failures_total',
    'Commits that were refused and repeated.',
    labels,
    metrics.commitFailures,
  )
  families.counter(
    'longshore_negative_ages_total',
    'Messages dated in the future; their age counts as 0.',
    labels,
    metrics.negativeAges,
  )
  families.gauge('longshore_in_flight', 'Messages in the pipeline now.', labels, metrics.inFlight)
  families.histogram(
    'longshore_end_to_end_seconds',
    "From the message's timestamp to its outcome.",
    labels,
    metrics.endToEnd,
  )
}

function addPublisher(families: Families, { transport, metrics }: PublisherSample): void {
  for (const [topic, count] of metrics.sent) {
    families.counter(`${transport}_messages_sent_total`, 'Messages the broker has acknowledged.', { topic }, count)
  }
  for (const [error_type, count] of metrics.errors) {
    families.counter(`${transport}_producer_errors_total`, 'Publishes that failed.', { error_type }, count)
  }
  families.histogram(`${transport}_send_duration_seconds`, 'From publish to acknowledgement.', {}, metrics.duration)
}

/** Samples by metric, so that each metric's help stands once and its samples together, as the format demands. */
class Families {
  readonly #families = new Map<string, string[]>()

  counter(name: string, help: string, labels: Labels, value: number): void {
    this.#family(name, 'counter', help).push(sample(name, labels, value))
  }

  gauge(name: string, help: string, labels: Labels, value: number): void {
    this.#family(name, 'gauge', help).push(sample(name, labels, value))
  }

  histogram(name: string, help: string, labels: Labels, { bounds, counts, sum, count }: Histogram): void {
    const family = this.#family(name, 'histogram', help)
    let cumulative = 0
    bounds.forEach((bound, index) => {
      cumulative += counts[index] ?? 0
      family.push(sample(`${name}_bucket`, { ...labels, le: String(bound) }, cumulative))
    })
    family.push(sample(`${name}_bucket`, { ...labels, le: '+Inf' }, count))
    family.push(sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count))
  }

  print(): string {
    return `${[...this.#families.values()].flat().join('\n')}\n`
  }

  #family(name: string, type: string, help: string): string[] {
    const known = this.#families.get(name)
    if (known !== undefined) return known
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
    this.#families.set(name, lines)
    return lines
  }
}

function sample(name: string, labels: Labels, value: number): string {
  const text = Object.entries(labels)
    .filter(([, label]) => label !== undefined)
    .map(([label, content]) => `${label}="${escapeLabel(content ?? '')}"`)
    .join(',')
  return `${name}${text === '' ? '' : `{${text}}`} ${value}`
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
