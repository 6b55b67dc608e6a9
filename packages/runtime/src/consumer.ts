import type { Attempts } from './attempt.ts'
import type { Clock } from './clock.ts'
import type { Incoming } from './delivery.ts'
import { Failure } from './failure.ts'
import { type Health, judgeHealth } from './health.ts'
import { KeyLanes } from './key-lanes.ts'
import type { Log, LogFields } from './log.ts'
import type { ConsumerMetrics } from './metrics.ts'
import type { Outcome } from './outcome.ts'
import type { Handle } from './step.ts'
import type { PartitionLag, Receiver, Subscribed, Subscription, Transport, TransportEvent } from './transport.ts'

/** A consumer as its owner sees it. */
export interface Running {
  /** Resolves once subscribed. Fails fast on wrong credentials. */
  start(): Promise<void>
  /** Stops fetching, lets running handlers finish until the drain deadline, commits, leaves. Idempotent. */
  stop(): Promise<void>
  /** Begins no new message; what runs goes on. The broker keeps the assignment. */
  pause(): void
  resume(): void
  /** The exact guarantee of this consumer, its steps and its numbers, for people. */
  explain(): string
  health(): Health
  lag(): Promise<readonly PartitionLag[]>
  readonly metrics: ConsumerMetrics
}

export interface ConsumerParts {
  readonly transport: Transport
  readonly subscription: Subscription
  readonly pipeline: Handle<Incoming['body']>
  readonly laneOf: (delivery: Incoming) => string | null
  readonly concurrency: number
  readonly drainTimeoutMs: number
  readonly metrics: ConsumerMetrics
  readonly attempts: Attempts
  readonly stopping: AbortController
  readonly clock: Clock
  readonly log: Log
  readonly explain: () => string
}

const SETTLE_RETRY_CAP_MS = 30_000

/** Carries deliveries from the transport through key lanes and pipeline, and outcomes back. */
export class Consumer implements Running, Receiver {
  readonly #parts: ConsumerParts
  readonly #lanes: KeyLanes<Incoming>
  #subscribed: Subscribed | undefined
  #state: 'new' | 'started' | 'paused' | 'stopped' = 'new'
  #stopped: Promise<void> | undefined
  #trouble: Failure | undefined
  /** Outcomes the broker has refused so far: their originals wait. */
  #unconfirmed = 0

  constructor(parts: ConsumerParts) {
    this.#parts = parts
    this.#lanes = new KeyLanes({ concurrency: parts.concurrency, work: (delivery) => this.#work(delivery) })
  }

  get metrics(): ConsumerMetrics {
    return this.#parts.metrics
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') throw new Failure('STOPPED', 'This consumer was started before; create a new one.')
    this.#state = 'started'
    const { transport, subscription } = this.#parts
    this.#subscribed = await transport.subscribe(subscription, this)
    if (this.#isStopped()) await this.#subscribed.close()
    else this.#lanes.open()
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#drain()
    return this.#stopped
  }

  pause(): void {
    if (this.#state !== 'started') return
    this.#state = 'paused'
    this.#lanes.close()
  }

  resume(): void {
    if (this.#state !== 'paused') return
    this.#state = 'started'
    this.#lanes.open()
  }

  explain(): string {
    return this.#parts.explain()
  }

  health(): Health {
    const { attempts, clock } = this.#parts
    return judgeHealth({
      state: this.#state,
      subscribed: this.#subscribed !== undefined,
      trouble: this.#trouble,
      unconfirmed: this.#unconfirmed,
      overdue: attempts.overdue,
      nowMs: clock.now(),
    })
  }

  async lag(): Promise<readonly PartitionLag[]> {
    return (await this.#subscribed?.lag()) ?? []
  }

  deliver(delivery: Incoming): void {
    this.#lanes.add(this.#parts.laneOf(delivery), delivery)
  }

  report(event: TransportEvent): void {
    const { log, metrics } = this.#parts
    if (event.kind === 'connected') this.#trouble = undefined
    if (event.kind === 'reconnecting' || event.kind === 'fatal') this.#trouble = event.failure
    if (event.kind === 'revoked') metrics.rebalances += 1
    if (event.kind === 'commit-failed') metrics.commitFailures += 1
    const { kind, ...facts } = 'failure' in event ? { ...event, failure: describeFailure(event.failure) } : event
    const level = kind === 'fatal' ? 'error' : 'failure' in event ? 'warn' : 'info'
    log[level](`transport: ${kind}`, facts)
  }

  #isStopped(): boolean {
    return this.#state === 'stopped'
  }

  /** Answers nothing when the delivery is settled already, a promise when its lane has to wait. */
  #work(delivery: Incoming): undefined | Promise<void> {
    if (!delivery.assignment.active) return undefined
    try {
      const outcome = this.#parts.pipeline(delivery)
      if (outcome instanceof Promise)
        return outcome.then(
          (settled) => this.#settle(delivery, settled),
          (thrown) => this.#release(thrown),
        )
      return this.#settle(delivery, outcome)
    } catch (thrown) {
      this.#release(thrown)
    }
    return undefined
  }

  #settle(delivery: Incoming, outcome: Outcome): undefined | Promise<void> {
    if (outcome.kind !== 'ack') return this.#settleConfirmed(delivery, outcome)
    const settled = this.#subscribed?.settle(delivery, outcome)
    return settled instanceof Promise ? settled : undefined
  }

  /** Repeats until the broker confirms the copy: the original is never let go before. */
  async #settleConfirmed(delivery: Incoming, outcome: Exclude<Outcome, { kind: 'ack' }>): Promise<void> {
    const { clock, log, stopping, subscription } = this.#parts
    const to = outcome.kind === 'retry' ? subscription.retryTopic : subscription.dlq
    const { code, message: reason } = outcome.failure
    for (let attempt = 1; delivery.assignment.active; attempt++) {
      try {
        await this.#subscribed?.settle(delivery, outcome)
        if (outcome.kind === 'dead-letter')
          log.error('dead letter', { source: delivery.source, to, code, reason, attempts: outcome.record.attempts })
        if (attempt > 1) this.#unconfirmed -= 1
        return
      } catch (thrown) {
        if (attempt === 1) this.#unconfirmed += 1
        const afterMs = Math.min(SETTLE_RETRY_CAP_MS, 100 * 2 ** Math.min(attempt, 10))
        log.error('not confirmed, will be repeated', {
          source: delivery.source,
          to,
          attempt,
          afterMs,
          code: Failure.from(thrown).code,
          reason: Failure.from(thrown).message,
        })
        const waited = await clock.sleep(afterMs, AbortSignal.any([stopping.signal, delivery.assignment.signal])).then(
          () => true,
          () => false,
        )
        if (!waited) break
      }
    }
    this.#unconfirmed = Math.max(0, this.#unconfirmed - 1)
  }

  /** Nothing to settle: the message comes again. Anything else that escapes the pipeline is a defect of a step, and must be seen. */
  #release(thrown: unknown): void {
    const failure = Failure.from(thrown)
    if (failure.class === 'released') return
    this.#trouble = failure
    this.#parts.log.error('a step failed outside the dead-letter step', describeFailure(failure))
  }

  async #drain(): Promise<void> {
    const { attempts, clock, drainTimeoutMs, log, stopping } = this.#parts
    this.#state = 'stopped'
    this.#lanes.close()
    await this.#subscribed?.stopFetching()
    stopping.abort(new Failure('STOPPED'))
    const deadline = new AbortController()
    const idle = this.#lanes.idle().then(() => 'idle' as const)
    const expired = clock.sleep(drainTimeoutMs, deadline.signal).then(
      () => 'expired' as const,
      () => 'idle' as const,
    )
    if ((await Promise.race([idle, expired])) === 'expired') {
      log.warn('drain deadline passed, unfinished messages will come again', { running: this.#lanes.running })
      attempts.abortAll(new Failure('STOPPED'))
    }
    deadline.abort()
    await this.#subscribed?.close()
    attempts.close()
    log.info('stopped')
  }
}

function describeFailure({ code, message, fix }: Failure): LogFields {
  return { code, reason: message, fix }
}
