import { attachStore } from './attach-store.ts'
import { Attempts } from './attempt.ts'
import { resolveRetry } from './backoff.ts'
import { type Clock, systemClock } from './clock.ts'
import { Consumer, type Running } from './consumer.ts'
import type { ConsumerContract, Handler, Handlers } from './consumer-contract.ts'
import type { Incoming } from './delivery.ts'
import { DependencyGate } from './dependency-gate.ts'
import { explain } from './explain.ts'
import { handleWith } from './handle.ts'
import { childLog, jsonLog } from './log.ts'
import { ConsumerMetrics } from './metrics.ts'
import { CONSUMER_DEFAULTS, type ConsumerOptions, type TransactionalOptions } from './options.ts'
import { parkedAt } from './parked-assignment.ts'
import type { Handle, Step } from './step.ts'
import { deadLetter } from './steps/dead-letter.ts'
import { decodeJson, decodeWith } from './steps/decode.ts'
import { observe } from './steps/observe.ts'
import { retry } from './steps/retry.ts'
import { validate } from './steps/validate.ts'
import { subscriptionOf } from './subscription.ts'
import type { Transport } from './transport.ts'
import { Waits } from './waits.ts'

/**
 * Builds the consumer of one channel: subscribes through `transport`, runs each message through
 * `observe → dead-letter → retry → decode → validate → your steps → handle`, and settles it. With a store there are also `park` and
 * `crash-guard` before `retry`, and `dedupe` before your steps. Nothing happens before `start()`.
 *
 * Messages of one key are handled in order, others at once. Every message is settled after its effect or its confirmed dead letter,
 * so an effect happens at least once; see `explain()` for what that means for this consumer.
 */
export function consume<Event>(
  contract: ConsumerContract<Event>,
  transport: Transport,
  handler: Handler<Event>,
  options?: ConsumerOptions<Event>,
): Running
/** The same for a handler that writes its effect through `context.tx`: with the claim of the inbox, so that it happens once. */
export function consume<Event, Tx>(
  contract: ConsumerContract<Event>,
  transport: Transport,
  handler: Handler<Event, Tx>,
  options: TransactionalOptions<Event, Tx>,
): Running
export function consume<Event, Tx>(
  contract: ConsumerContract<Event>,
  transport: Transport,
  handler: Handler<Event, Tx>,
  options: ConsumerOptions<Event, Tx> = {},
): Running {
  const settings = { ...CONSUMER_DEFAULTS, clock: systemClock, around: [], steps: [], ...options }
  const { clock, laneAttempts, attemptTimeoutMs, drainTimeoutMs, concurrency, unknownMessage, tombstone } = settings
  const subscription = subscriptionOf(contract, settings, transport.capabilities)
  const log = childLog(
    settings.log ?? jsonLog({ clock }),
    { topic: contract.topic, group: contract.group },
    contract.pii,
  )
  const metrics = new ConsumerMetrics()
  const attempts = new Attempts({ clock, timeoutMs: attemptTimeoutMs })
  const waits = new Waits()
  const stopping = new AbortController()
  const gate = new DependencyGate({
    failuresToClose: settings.circuitFailures,
    clock,
    log,
    stopping: stopping.signal,
    onBack: (afterMs) => metrics.dependencyRecovery.record(afterMs / 1_000),
  })
  const lane = laneOf(contract.order ?? 'key')
  const stored = attachStore<Event>({
    store: settings.store,
    contract,
    transport,
    subscription,
    settings,
    laneOf: lane,
    clock,
    log,
    metrics,
    waits,
    stopping: stopping.signal,
  })

  const outer: readonly Step<Incoming['body']>[] = [
    ...settings.around,
    observe({ metrics, clock }),
    deadLetter({ dlq: subscription.dlq, clock }),
    ...stored.outer,
    retry({
      policy: resolveRetry(contract.retry),
      laneAttempts,
      canDelay: stored.canDelay,
      mustYield: (delivery) =>
        parkedAt(delivery) !== undefined || consumer.waitingBehind(delivery) * 2 >= settings.window,
      attempts,
      gate,
      waits,
      clock,
      stopping: stopping.signal,
      onAttempt: () => {
        metrics.attempts += 1
      },
      onFailedAttempt: (delivery, failure, record) => {
        metrics.failedAttempt(failure.code)
        log.warn('attempt failed', {
          source: delivery.source,
          attempt: record.attempts,
          code: failure.code,
          reason: failure.message,
        })
      },
    }),
  ]
  const decode = settings.decode === undefined ? decodeJson(tombstone) : decodeWith(settings.decode, tombstone)
  const check = validate<Event>({ contract, unknownMessage, log })
  const inner = [...stored.inner, ...settings.steps]
  const worked = compose(inner, handleWith(handler, log, contract.pii))
  const pipeline = compose(outer, decode.wrap(check.wrap(worked)))

  const consumer: Consumer = new Consumer({
    transport: stored.transport,
    subscription,
    pipeline,
    // A parked lane keeps its own order, and must not wait behind what waits for it.
    laneOf: (delivery) => (parkedAt(delivery) === undefined ? lane(delivery) : null),
    concurrency,
    drainTimeoutMs,
    metrics,
    attempts,
    stopping,
    clock,
    log,
    explain: (member) =>
      explain({ contract, transport, subscription, settings, member, steps: [...outer, decode, check, ...inner] }),
    waitingFor: () => [...describeOutage(gate, clock), ...stored.waitingFor()],
    waits,
    isRefused: stored.isRefused,
    parked: stored.parked,
    keyIsPii: contract.keyIsPii ?? contract.pii.length > 0,
  })
  return consumer
}

/** One handler out of one per message, for a channel of several. A message without a handler is acknowledged. */
export function byMessage<Events extends Record<string, unknown>, Tx = unknown>(
  handlers: Partial<Handlers<Events, Tx>>,
): Handler<Events[keyof Events], Tx> {
  return (event, context) => {
    const name: keyof Events | undefined = context.message
    // The validate step chose the name by looking at this very event.
    return name === undefined ? undefined : handlers[name]?.(event as Events[typeof name], context)
  }
}

function compose<Body>(steps: readonly Step<Body>[], innermost: Handle<Body>): Handle<Body> {
  return steps.reduceRight((next, step) => step.wrap(next), innermost)
}

function describeOutage({ outage }: DependencyGate, clock: Clock): readonly string[] {
  if (outage === undefined) return []
  const seconds = Math.round((clock.now() - outage.sinceMs) / 1_000)
  return [`waits for ${outage.dependency} since ${seconds} s; no attempts are counted`]
}

function laneOf(order: 'key' | 'partition' | 'none'): (delivery: Incoming) => string | null {
  if (order === 'none') return () => null
  if (order === 'key') return ({ key }) => key
  return ({ source }) => `${source.topic}/${source.partition}`
}
