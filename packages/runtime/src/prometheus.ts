import type { Health } from './health.ts'
import type { ConsumerMetrics, Histogram } from './metrics.ts'
import type { PublisherMetrics } from './publisher-metrics.ts'
import type { PartitionLag } from './transport.ts'
import type { WindowMetrics } from './windows/window-output.ts'

/** One consumer's numbers and what they are labelled with. */
export interface ConsumerSample {
  /** `kafka`, `amqp`, `mqtt`: the prefix of the metrics' names. */
  readonly transport: string
  readonly topic: string
  readonly group?: string
  readonly metrics: ConsumerMetrics
  readonly lag: readonly PartitionLag[]
  /** With it: the age of the oldest message in flight, and whether the consumer is well. */
  readonly health?: Health
  /** Of a consumer with windows. */
  readonly windows?: WindowMetrics
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

function addConsumer(families: Families, sample: ConsumerSample): void {
  const { topic, group, metrics, lag, health, windows } = sample
  const labels = { topic, group }
  addSeeds(families, sample, labels)
  addLetters(families, metrics, labels)
  addFlow(families, metrics, labels)
  for (const { topic: source, partition, seconds } of lag) {
    const place = { topic: source, group, partition: String(partition) }
    if (seconds !== undefined)
      families.gauge('longshore_lag_seconds', 'Age of the oldest message not yet settled.', place, seconds)
  }
  if (health !== undefined) addHealth(families, health, labels)
  if (windows !== undefined) addWindows(families, windows, labels)
}

/** The names that dashboards for Kafka clients know. */
function addSeeds(families: Families, { transport, group, metrics, lag }: ConsumerSample, labels: Labels): void {
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
  for (const { topic: source, partition, messages } of lag) {
    const place = { topic: source, group, partition: String(partition) }
    families.gauge(`${transport}_consumer_lag`, 'Messages not yet settled.', place, messages)
  }
}

/** Messages that did not go the straight way. */
function addLetters(families: Families, metrics: ConsumerMetrics, labels: Labels): void {
  for (const [error_type, count] of metrics.deadLetters) {
    families.counter(
      'longshore_dead_letters_total',
      'Messages sent to the dead letters.',
      { ...labels, error_type },
      count,
    )
  }
  families.counter('longshore_delayed_total', 'Messages the transport was asked to hold back.', labels, metrics.delayed)
  families.counter('longshore_redriven_total', 'Redriven messages that were handled.', labels, metrics.redriven)
  families.counter('longshore_duplicates_total', 'Messages whose effect had happened.', labels, metrics.duplicates)
  families.gauge('longshore_parked_keys', 'Keys that wait in the store.', labels, metrics.parkedKeys)
  families.gauge('longshore_parked_messages', 'Messages that wait in the store.', labels, metrics.parkedMessages)
}

function addFlow(families: Families, metrics: ConsumerMetrics, labels: Labels): void {
  families.counter('longshore_attempts_total', 'Tries begun.', labels, metrics.attempts)
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
  const recovery = 'From losing what is needed until it was back.'
  for (const [of, histogram] of [
    ['broker', metrics.brokerRecovery],
    ['dependency', metrics.dependencyRecovery],
  ] as const)
    families.histogram('longshore_recovery_seconds', recovery, { ...labels, of }, histogram)
}

function addHealth(families: Families, { status, partitions }: Health, labels: Labels): void {
  const ages = partitions.map(({ oldest }) => oldest?.ageMs ?? 0)
  families.gauge(
    'longshore_oldest_in_flight_seconds',
    'Age of the oldest message that is handed over and not settled, 0 when there is none.',
    labels,
    Math.max(0, ...ages) / 1_000,
  )
  families.gauge('longshore_healthy', '1 when the consumer is healthy, else 0.', labels, status === 'healthy' ? 1 : 0)
}

function addWindows(families: Families, windows: WindowMetrics, labels: Labels): void {
  for (const outcome of ['accepted', 'duplicates', 'late', 'future'] as const) {
    const help = 'Events by what became of them in their windows.'
    families.counter('longshore_window_events_total', help, { ...labels, outcome }, windows[outcome])
  }
  families.counter('longshore_window_results_total', 'Results put out, revised ones too.', labels, windows.results)
  families.counter(
    'longshore_window_revisions_total',
    'Results that a late event has revised.',
    labels,
    windows.revisions,
  )
  families.counter('longshore_window_alerts_total', 'Episodes begun.', labels, windows.alerts)
  families.counter(
    'longshore_window_closed_silent_total',
    'Keys closed by the wall clock, for they were silent.',
    labels,
    windows.closedSilent,
  )
}

function addPublisher(families: Families, { transport, metrics }: PublisherSample): void {
  for (const [topic, count] of metrics.sent) {
    families.counter(`${transport}_messages_sent_total`, 'Messages the broker has acknowledged.', { topic }, count)
  }
  for (const [topic, errors] of metrics.errors) {
    for (const [error_type, count] of errors)
      families.counter(`${transport}_producer_errors_total`, 'Publishes that failed.', { topic, error_type }, count)
  }
  for (const [topic, duration] of metrics.durations) {
    families.histogram(`${transport}_send_duration_seconds`, 'From publish to acknowledgement.', { topic }, duration)
  }
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
