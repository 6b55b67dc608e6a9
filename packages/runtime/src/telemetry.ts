import { type Clock, systemClock } from './clock.ts'
import { type Delivery, type Headers, type Incoming, identityOf } from './delivery.ts'
import { Failure } from './failure.ts'
import type { Outcome } from './outcome.ts'
import type { Step } from './step.ts'
import type { OutgoingMessage, Transport } from './transport.ts'

/** What is asked of a tracer; that of `@opentelemetry/api` fits. */
export interface Tracer {
  startActiveSpan<Result>(name: string, options: SpanOptions, work: (span: Span) => Result): Result
}

export interface SpanOptions {
  /** OpenTelemetry's SpanKind: 3 producer, 4 consumer. */
  readonly kind: 3 | 4
  readonly attributes: Attributes
  readonly links?: { readonly context: SpanContext }[]
}

export interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

export interface Span {
  setAttribute(name: string, value: string | number): unknown
  setStatus(status: { readonly code: number; readonly message?: string }): unknown
  spanContext(): SpanContext
  end(): void
}

/** What is asked of a meter; that of `@opentelemetry/api` fits. */
export interface Meter {
  createCounter(name: string, options: { readonly description: string; readonly unit: string }): Counter
  createHistogram(name: string, options: { readonly description: string; readonly unit: string }): Recorder
}

interface Counter {
  add(value: number, attributes: Attributes): void
}

interface Recorder {
  record(value: number, attributes: Attributes): void
}

type Attributes = { [name: string]: string | number }

export interface TelemetryOptions {
  /** `messaging.system`: `kafka`, `rabbitmq`, `mqtt`. */
  readonly system: string
  readonly group?: string
  readonly tracer?: Tracer
  readonly meter?: Meter
  readonly clock?: Clock
}

const CONSUMER = 4
const PRODUCER = 3
const STATUS_ERROR = 2

/**
 * Spans and metrics by OpenTelemetry's semantic conventions for messaging, around everything a message goes through, its retries
 * included. The span is linked to the publisher's through `traceparent`. Give it to `consume` as `around`.
 */
export function telemetry({
  system,
  group,
  tracer,
  meter,
  clock = systemClock,
}: TelemetryOptions): Step<Incoming['body']> {
  const consumed = meter?.createCounter('messaging.client.consumed.messages', {
    description: 'Messages handed to the consumer.',
    unit: '{message}',
  })
  const duration = meter?.createHistogram('messaging.process.duration', {
    description: 'From first attempt to outcome.',
    unit: 's',
  })
  return {
    name: 'telemetry',
    about: `OpenTelemetry ${[tracer && 'spans', meter && 'metrics'].filter(Boolean).join(' and ') || 'switched off'}`,
    wrap: (next) => (delivery) => {
      const attributes = shared(system, delivery, group)
      const startedAtMs = clock.now()
      const finish = (errorType: string | undefined, span?: Span) => {
        const result = errorType === undefined ? attributes : { ...attributes, 'error.type': errorType }
        consumed?.add(1, result)
        duration?.record((clock.now() - startedAtMs) / 1_000, result)
        if (errorType !== undefined) {
          span?.setAttribute('error.type', errorType)
          span?.setStatus({ code: STATUS_ERROR })
        }
        span?.end()
      }
      if (tracer === undefined) return watch(() => next(delivery), finish)
      const options = {
        kind: CONSUMER,
        attributes: { ...attributes, ...onlyOnSpans(delivery) },
        ...linkTo(delivery.headers),
      } as const
      return tracer.startActiveSpan(`process ${delivery.source.topic}`, options, (span) =>
        watch(
          () => next(delivery),
          (errorType) => finish(errorType, span),
        ),
      )
    },
  }
}

/** The same transport; each publish is a producer span whose context travels in `traceparent`, and is counted. */
export function tracePublishing(transport: Transport, { system, tracer, meter }: TelemetryOptions): Transport {
  const sent = meter?.createCounter('messaging.client.sent.messages', {
    description: 'Messages the broker has acknowledged.',
    unit: '{message}',
  })
  const publish = async (messages: readonly OutgoingMessage[], span?: Span) => {
    const carried =
      span === undefined ? messages : messages.map((message) => withTraceparent(message, span.spanContext()))
    try {
      await transport.publish(carried)
    } catch (thrown) {
      span?.setAttribute('error.type', Failure.from(thrown).code)
      span?.setStatus({ code: STATUS_ERROR })
      throw thrown
    } finally {
      span?.end()
    }
    for (const { topic } of messages) sent?.add(1, destination(system, topic, 'send'))
  }
  return {
    name: transport.name,
    capabilities: transport.capabilities,
    subscribe: (subscription, receiver) => transport.subscribe(subscription, receiver),
    deadLetters: (subscription) => transport.deadLetters(subscription),
    probe: () => transport.probe(),
    close: () => transport.close(),
    publish: (messages) => {
      const topic = messages[0]?.topic ?? ''
      if (tracer === undefined) return publish(messages)
      const attributes = { ...destination(system, topic, 'send'), 'messaging.batch.message_count': messages.length }
      return tracer.startActiveSpan(`send ${topic}`, { kind: PRODUCER, attributes }, (span) => publish(messages, span))
    },
  }
}

/** Tells `done` how it ended: with nothing, or with an error type of low cardinality. */
function watch(
  work: () => Outcome | Promise<Outcome>,
  done: (errorType: string | undefined) => void,
): Outcome | Promise<Outcome> {
  const ended = (outcome: Outcome) => {
    done(outcome.kind === 'ack' ? undefined : outcome.failure.code)
    return outcome
  }
  const failed = (thrown: unknown): never => {
    done(Failure.from(thrown).code)
    throw thrown
  }
  try {
    const outcome = work()
    return outcome instanceof Promise ? outcome.then(ended, failed) : ended(outcome)
  } catch (thrown) {
    return failed(thrown)
  }
}

function destination(system: string, topic: string, operation: string): Attributes {
  return {
    'messaging.system': system,
    'messaging.destination.name': topic,
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
  }
}

function shared(system: string, { source }: Delivery<unknown>, group: string | undefined): Attributes {
  return {
    ...destination(system, source.topic, 'process'),
    'messaging.destination.partition.id': String(source.partition),
    ...(group === undefined ? {} : { 'messaging.consumer.group.name': group }),
  }
}

/** Too many values for a metric. Never the key or the payload. */
function onlyOnSpans(delivery: Delivery<unknown>): Attributes {
  return {
    'messaging.message.id': identityOf(delivery),
    'messaging.message.body.size': delivery.bytes,
    'messaging.kafka.offset': Number(delivery.source.offset),
  }
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** W3C Trace Context, section 3.2: version 00. Anything else is no link. */
function linkTo({ traceparent = '' }: Headers): { links?: { readonly context: SpanContext }[] } {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return {}
  return { links: [{ context: { traceId, spanId, traceFlags: Number.parseInt(flags, 16) } }] }
}

function withTraceparent(message: OutgoingMessage, { traceId, spanId, traceFlags }: SpanContext): OutgoingMessage {
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  return { ...message, headers: { ...message.headers, traceparent } }
}
