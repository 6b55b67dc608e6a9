import type { Attempt } from './delivery.ts'
import type { Failure } from './failure.ts'
import type { PartitionHealth } from './partition-health.ts'

/**
 * How one consumer is, and why. Plain JSON, computed when it is asked for. Made for people with access to operations: it names keys,
 * masked where they may be personal, so it belongs in no log. */
export interface Health {
  readonly status: 'starting' | 'healthy' | 'degraded' | 'unhealthy' | 'stopped'
  /** Empty when healthy. Each says what, and for how long. */
  readonly reasons: readonly string[]
  /**
   * Why each partition does not advance: those with something unsettled or parked, at most 100, the one with the oldest message first.
   * A partition that is not listed waits for nothing here.
   */
  readonly partitions: readonly PartitionHealth[]
}

export interface HealthFacts {
  readonly state: 'new' | 'started' | 'paused' | 'stopped'
  readonly subscribed: boolean
  readonly trouble: Failure | undefined
  /** The transport works on its trouble by itself. */
  readonly isReconnecting: boolean
  readonly unconfirmed: number
  readonly overdue: readonly Attempt[]
  /** What the consumer waits for, in words. */
  readonly waitingFor: readonly string[]
  readonly nowMs: number
}

/** The worst fact decides: a fatal failure or a hung handler is unhealthy, a broker away or an unconfirmed dead letter is degraded. */
export function judgeHealth({
  state,
  subscribed,
  trouble,
  isReconnecting,
  unconfirmed,
  overdue,
  waitingFor,
  nowMs,
}: HealthFacts): Omit<Health, 'partitions'> {
  if (state === 'stopped') return { status: 'stopped', reasons: [] }
  const reasons = [...waitingFor]
  if (trouble !== undefined) reasons.push(`${trouble.code}: ${trouble.message}`)
  if (unconfirmed > 0) reasons.push(`${unconfirmed} outcomes not confirmed by the broker; their partitions wait`)
  for (const { startedAtMs, number } of overdue) {
    reasons.push(`a handler hangs since ${Math.round((nowMs - startedAtMs) / 1_000)} s in attempt ${number}`)
  }
  if (state === 'paused') reasons.push('paused')
  const isBroken = trouble?.class === 'fatal' && !isReconnecting
  if (isBroken || overdue.length > 0) return { status: 'unhealthy', reasons }
  if (!subscribed) return { status: 'starting', reasons }
  return { status: reasons.length === 0 ? 'healthy' : 'degraded', reasons }
}
