import type { Attempts } from './attempt.ts'
import type { Clock } from './clock.ts'
import { dlqOf } from './dead-letter.ts'
import { type Incoming, originOf } from './delivery.ts'
import { Failure } from './failure.ts'
import { type Health, judgeHealth } from './health.ts'
import { KeyLanes } from './key-lanes.ts'
import { sleepUnlessAborted } from './linked-abort.ts'
import type { Log, LogFields } from './log.ts'
import type { ConsumerMetrics } from './metrics.ts'
import type { Outcome } from './outcome.ts'
import { parkedAt } from './parked-assignment.ts'
import { type ParkedPlace, type PartitionHealth, partitionsOf } from './partition-health.ts'
import type { Handle } from './step.ts'
import type { PartitionLag, Receiver, Subscribed, Subscription, Transport, TransportEvent } from './transport.ts'
import type { Waits } from './waits.ts'

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
  /** What it asks of the transport: topics, group, dead letter queue, retry lane. */
  readonly subscription: Subscription
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
  /** `member`: what the broker said about the membership, once connected. */
  readonly explain: (member?: string) => string
  /** What it waits for beside its own broker, in words; empty when nothing is amiss. */
  readonly waitingFor: () => readonly string[]
  readonly waits: Waits
  /** Whether the store refuses something that a message waits for. */
  readonly isRefused: () => boolean
  readonly parked: () => readonly ParkedPlace[]
  readonly keyIsPii: boolean
}

/** Outcomes that put a copy somewhere before the original is let go. */
type Copied = Exclude<Outcome, { kind: 'ack' }>

const SETTLE_RETRY_CAP_MS = 30_000

/** Carries deliveries from the transport through key lanes and pipeline, and outcomes back. */
export class Consumer implements Running, Receiver {
  readonly #parts: ConsumerParts
  readonly #lanes: KeyLanes<Incoming>
  #subscribed: Subscribed | undefined
  #state: 'new' | 'started' | 'paused' | 'stopped' = 'new'
  /** Settled once `start()` has subscribed or failed; never rejects. */
  #starting: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined
  #trouble: Failure | undefined
  /** Since when the broker is away. */
  #lostAtMs: number | undefined
  #member: string | undefined
  /** Outcomes the broker has refused so far: their originals wait. */
  #unconfirmed = 0
  /** Deliveries a step gave up by breaking, with the code; they stay unsettled while their assignment lasts. */
  readonly #broken = new Map<Incoming, string>()

  constructor(parts: ConsumerParts) {
    this.#parts = parts
    const { clock, concurrency } = parts
    this.#lanes = new KeyLanes({ concurrency, now: () => clock.now(), work: (delivery) => this.#work(delivery) })
  }

  get metrics(): ConsumerMetrics {
    return this.#parts.metrics
  }

  get subscription(): Subscription {
    return this.#parts.subscription
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') throw new Failure('STOPPED', 'This consumer was started before; create a new one.')
    this.#state = 'started'
    const subscribing = this.#subscribe()
    this.#starting = subscribing.catch(() => undefined)
    await subscribing
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
    this.#openLanes()
  }

  explain(): string {
    return this.#parts.explain(this.#member)
  }

  health(): Health {
    const { attempts, clock } = this.#parts
    const judged = judgeHealth({
      state: this.#state,
      subscribed: this.#subscribed !== undefined,
      trouble: this.#trouble,
      isReconnecting: this.#lostAtMs !== undefined,
      unconfirmed: this.#unconfirmed,
      overdue: attempts.overdue,
      waitingFor: this.#parts.waitingFor(),
      nowMs: clock.now(),
    })
    return { ...judged, partitions: this.#state === 'stopped' ? [] : this.#partitions() }
  }

  async lag(): Promise<readonly PartitionLag[]> {
    return (await this.#subscribed?.lag()) ?? []
  }

  /** Deliveries that wait behind this one in its lane. */
  waitingBehind(delivery: Incoming): number {
    return this.#lanes.waitingBehind(this.#parts.laneOf(delivery))
  }

  deliver(delivery: Incoming): void {
    this.#lanes.add(this.#parts.laneOf(delivery), delivery)
  }

  report(event: TransportEvent): void {
    const { log, metrics } = this.#parts
    if (event.kind === 'connected') {
      this.#trouble = undefined
      this.#member = event.about ?? this.#member
      this.#recovered()
    }
    if (event.kind === 'reconnecting' || event.kind === 'fatal') this.#trouble = event.failure
    if (event.kind === 'reconnecting') this.#lostAtMs ??= this.#parts.clock.now()
    if (event.kind === 'fatal') this.#lostAtMs = undefined
    if (event.kind === 'revoked') {
      metrics.rebalances += 1
      // What waited comes again elsewhere. Behind a handler that hangs it would gather with each rebalance.
      this.#lanes.discard(({ assignment }) => !assignment.active)
      for (const delivery of this.#broken.keys()) if (!delivery.assignment.active) this.#broken.delete(delivery)
    }
    if (event.kind === 'commit-failed') metrics.commitFailures += 1
    const { kind, ...facts } = 'failure' in event ? { ...event, failure: describeFailure(event.failure) } : event
    const level = kind === 'fatal' ? 'error' : 'failure' in event ? 'warn' : 'info'
    log[level](`transport: ${kind}`, facts)
  }

  #recovered(): void {
    const { clock, metrics } = this.#parts
    if (this.#lostAtMs !== undefined) metrics.brokerRecovery.record((clock.now() - this.#lostAtMs) / 1_000)
    this.#lostAtMs = undefined
  }

  #partitions(): readonly PartitionHealth[] {
    const { attempts, clock, isRefused, keyIsPii, parked, waits } = this.#parts
    const running = attempts.bySource()
    return partitionsOf({
      held: [...this.#lanes.held()].filter(({ item }) => parkedAt(item) === undefined),
      attemptOf: (source) => running.get(source),
      waitOf: (delivery) => waits.of(delivery),
      otherwise: isRefused() ? 'store' : 'step',
      isPaused: this.#state === 'paused' || this.#subscribed === undefined,
      broken: this.#broken,
      parked: parked(),
      keyIsPii,
      nowMs: clock.now(),
    })
  }

  async #subscribe(): Promise<void> {
    const { subscription, transport } = this.#parts
    const subscribed = await transport.subscribe(subscription, this).catch((thrown) => {
      this.#trouble = Failure.is(thrown) ? thrown : new Failure('BROKER_REFUSED', undefined, { cause: thrown })
      throw thrown
    })
    if (this.#state === 'stopped') return subscribed.close()
    this.#subscribed = subscribed
    this.#parts.attempts.open()
    this.#openLanes()
  }

  /** Nothing is worked on before it can be settled, nor while paused. */
  #openLanes(): void {
    if (this.#subscribed !== undefined && this.#state === 'started') this.#lanes.open()
  }

  /** Answers nothing when the delivery is settled already, a promise when its lane has to wait. */
  #work(delivery: Incoming): undefined | Promise<void> {
    if (!delivery.assignment.active) return undefined
    try {
      const outcome = this.#parts.pipeline(delivery)
      if (!(outcome instanceof Promise)) return this.#settle(delivery, outcome)
      return outcome.then(
        (settled) => this.#settle(delivery, settled),
        (thrown) => this.#release(delivery, thrown),
      )
    } catch (thrown) {
      this.#release(delivery, thrown)
    }
    return undefined
  }

  #settle(delivery: Incoming, outcome: Outcome): undefined | Promise<void> {
    if (outcome.kind !== 'ack') return this.#settleConfirmed(delivery, outcome)
    try {
      const settled = this.#subscribed?.settle(delivery, outcome)
      return settled instanceof Promise ? settled.catch((thrown) => this.#release(delivery, thrown)) : undefined
    } catch (thrown) {
      this.#release(delivery, thrown)
    }
    return undefined
  }

  /** Repeats until the broker confirms the copy: the original is never let go before. */
  async #settleConfirmed(delivery: Incoming, outcome: Copied): Promise<void> {
    const { clock, waits } = this.#parts
    const { attempts } = outcome.record
    const sinceMs = clock.now()
    const wait = { kind: 'confirmation', sinceMs, attempts, to: this.#copyTo(outcome, delivery) } as const
    if (await waits.during(delivery, { ...wait, refusals: 0 }, this.#confirm(delivery, outcome))) return
    this.#unconfirmed += 1
    for (let refusals = 1; ; refusals++) {
      const afterMs = Math.min(SETTLE_RETRY_CAP_MS, 100 * 2 ** Math.min(refusals, 10))
      const refused = { ...wait, untilMs: clock.now() + afterMs, refusals }
      if (!(await waits.during(delivery, refused, this.#waitAfterRefusal(delivery, afterMs)))) break
      if (await waits.during(delivery, { ...wait, refusals }, this.#confirm(delivery, outcome))) break
    }
    this.#unconfirmed -= 1
  }

  #copyTo({ kind }: Copied, delivery: Incoming): string {
    const { subscription } = this.#parts
    return kind === 'retry' ? subscription.retryTopic : dlqOf(subscription, originOf(delivery).topic)
  }

  /** Whether nothing is left to do: the broker confirmed the copy, or took the message back. */
  async #confirm(delivery: Incoming, outcome: Copied): Promise<boolean> {
    const { assignment, source } = delivery
    if (!assignment.active) return true
    const { log } = this.#parts
    const to = this.#copyTo(outcome, delivery)
    try {
      await this.#subscribed?.settle(delivery, outcome)
    } catch (thrown) {
      log.error('not confirmed, will be repeated', { source, to, ...describeFailure(Failure.from(thrown)) })
      return false
    }
    const { failure, record } = outcome
    if (outcome.kind === 'dead-letter')
      log.error('dead letter', { source, to, ...describeFailure(failure), attempts: record.attempts })
    return true
  }

  /** Whether to repeat: not when the consumer stops or the assignment ends first, for then the message comes again anyway. */
  #waitAfterRefusal({ assignment }: Incoming, afterMs: number): Promise<boolean> {
    const { clock, stopping } = this.#parts
    return sleepUnlessAborted(clock, afterMs, [stopping.signal, assignment.signal])
  }

  /** Nothing to settle: the message comes again. Anything else that escapes the pipeline is a defect of a step, and must be seen. */
  #release(delivery: Incoming, thrown: unknown): void {
    const failure = Failure.from(thrown)
    if (failure.class === 'released') return
    this.#trouble = failure
    if (parkedAt(delivery) === undefined) this.#broken.set(delivery, failure.code)
    this.#parts.log.error('a step failed outside the dead-letter step', describeFailure(failure))
  }

  async #drain(): Promise<void> {
    const { attempts, log, stopping } = this.#parts
    this.#state = 'stopped'
    this.#lanes.close()
    stopping.abort(new Failure('STOPPED'))
    try {
      if (!(await this.#finishInTime())) {
        log.warn('drain deadline passed, unfinished messages will come again', { running: this.#lanes.running })
        attempts.abortAll(new Failure('STOPPED'))
      }
    } finally {
      attempts.close()
      await this.#subscribed?.close()
    }
    log.info('stopped')
  }

  /** Whether fetching has stopped and all that runs has ended before the drain deadline. */
  async #finishInTime(): Promise<boolean> {
    const { clock, drainTimeoutMs } = this.#parts
    const deadline = new AbortController()
    const expired = clock.sleep(drainTimeoutMs, deadline.signal).then(
      () => false,
      () => true,
    )
    const finished = this.#starting
      .then(() => this.#subscribed?.stopFetching())
      .then(() => this.#lanes.idle())
      .then(() => true)
    try {
      return await Promise.race([finished, expired])
    } finally {
      deadline.abort()
    }
  }
}

function describeFailure({ code, message, fix }: Failure): LogFields {
  return { code, reason: message, fix }
}
