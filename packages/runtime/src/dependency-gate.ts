import type { Clock } from './clock.ts'
import type { Delivery } from './delivery.ts'
import type { Failure } from './failure.ts'
import { LinkedAbort, sleepUnlessAborted } from './linked-abort.ts'
import type { Log } from './log.ts'

export interface DependencyGateOptions {
  /** Failures in a row to reach one dependency that count as "it is away". */
  readonly failuresToClose: number
  readonly clock: Clock
  readonly log: Log
  /** Ends all waiting: the consumer stops. */
  readonly stopping: AbortSignal
  /** Told when a dependency is back, and after how long. */
  readonly onBack?: (afterMs: number) => void
}

/** Why the gate is closed. */
export interface Outage {
  readonly dependency: string
  readonly sinceMs: number
}

const FIRST_PROBE_MS = 1_000
const PROBE_CAP_MS = 30_000

interface Waiter {
  readonly delivery: Delivery<unknown>
  pass(): void
}

/**
 * Stops all tries while something that handlers depend on is away, and lets one message through now and then to see whether it is back.
 * Waiting at the gate is no attempt. It closes on `DependencyDown`, or when one dependency could not be reached several times in a row;
 * it opens as soon as a probe ends in any other way.
 */
export class DependencyGate {
  readonly #options: DependencyGateOptions
  /** Failures in a row, by dependency. */
  readonly #failures = new Map<string, number>()
  #outage: Outage | undefined
  #waiting: Waiter[] = []
  /** `due`: the next message to come may pass at once. A delivery: it is on its way. */
  #probe: 'waiting' | 'due' | Delivery<unknown> = 'waiting'
  #probes = 0

  constructor(options: DependencyGateOptions) {
    this.#options = options
  }

  get outage(): Outage | undefined {
    return this.#outage
  }

  /** `undefined` when the way is free; else whether the delivery may try now: not when the consumer stops or it is taken back. */
  enter(delivery: Delivery<unknown>): undefined | Promise<boolean> {
    if (this.#outage === undefined) return undefined
    if (this.#probe === 'due') {
      this.#probe = delivery
      return undefined
    }
    return this.#wait(delivery, [this.#options.stopping, delivery.assignment.signal])
  }

  /** To be told how every try ended that began. Answers whether the failure is an outage's, so that it counts as no attempt. */
  ended(delivery: Delivery<unknown>, failure?: Failure): boolean {
    if (failure === undefined && this.#outage === undefined && this.#failures.size === 0) return false
    const unreachable = failure?.class === 'transient' ? unreachableIn(failure.cause) : undefined
    const isOutage = failure?.class === 'dependency-down' || (unreachable !== undefined && this.#isAway(unreachable))
    if (isOutage) this.#close(unreachable ?? failure?.dependency ?? 'a dependency')
    else if (unreachable === undefined && failure?.class !== 'released') this.#answered(delivery)
    if (this.#probe === delivery) this.#scheduleProbe()
    return isOutage
  }

  /** Whether one more failure to reach it shows that it is away. */
  #isAway(dependency: string): boolean {
    const failures = (this.#failures.get(dependency) ?? 0) + 1
    this.#failures.set(dependency, failures)
    return failures >= this.#options.failuresToClose
  }

  #close(dependency: string): void {
    if (this.#outage !== undefined) return
    const { clock, log } = this.#options
    this.#outage = { dependency, sinceMs: clock.now() }
    this.#probes = 0
    log.warn('a dependency is away, the consumer waits', { dependency })
    this.#scheduleProbe()
  }

  /** A try that began before the outage proves nothing; the probe's end does. */
  #answered(delivery: Delivery<unknown>): void {
    if (this.#outage === undefined) this.#failures.clear()
    else if (this.#probe === delivery) this.#open(this.#outage)
  }

  #open({ dependency, sinceMs }: Outage): void {
    const { clock, log, onBack } = this.#options
    const afterMs = clock.now() - sinceMs
    log.info('the dependency is back', { dependency, afterMs })
    onBack?.(afterMs)
    this.#outage = undefined
    this.#probe = 'waiting'
    this.#failures.clear()
    for (const { pass } of this.#waiting.splice(0)) pass()
  }

  #scheduleProbe(): void {
    if (this.#outage === undefined) return
    const outage = this.#outage
    this.#probe = 'waiting'
    const afterMs = Math.min(PROBE_CAP_MS, FIRST_PROBE_MS * 2 ** Math.min(this.#probes++, 10))
    const { clock, stopping } = this.#options
    sleepUnlessAborted(clock, afterMs, [stopping]).then((isDue) => {
      if (!isDue || this.#outage !== outage) return
      const next = this.#waiting.shift()
      this.#probe = next?.delivery ?? 'due'
      next?.pass()
    })
  }

  async #wait(delivery: Delivery<unknown>, signals: readonly AbortSignal[]): Promise<boolean> {
    const ended = new LinkedAbort(signals)
    try {
      return await new Promise((resolve) => {
        const waiter = { delivery, pass: () => resolve(true) }
        const leave = () => {
          this.#waiting = this.#waiting.filter((other) => other !== waiter)
          resolve(false)
        }
        if (ended.signal.aborted) return resolve(false)
        ended.signal.addEventListener('abort', leave, { once: true })
        this.#waiting.push(waiter)
      })
    } finally {
      ended.release()
    }
  }
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

const DEEPEST_CAUSE = 5

/** What could not be reached, out of Node's network errors, however deep they are wrapped: `10.0.0.7:5432`, `api.example.com`. */
function unreachableIn(thrown: unknown, depth = 0): string | undefined {
  if (!(thrown instanceof Error) || depth > DEEPEST_CAUSE) return undefined
  if (!('code' in thrown) || typeof thrown.code !== 'string' || !UNREACHABLE.has(thrown.code))
    return unreachableIn(thrown.cause, depth + 1)
  if ('hostname' in thrown && typeof thrown.hostname === 'string') return thrown.hostname
  if ('address' in thrown && 'port' in thrown) return `${thrown.address}:${thrown.port}`
  return thrown.code
}
