import { setTimeout as delay } from 'node:timers/promises'
import type { Stage } from './stage.ts'
import { KINDS, type Strike } from './strikes.ts'

/** Strikes that were carried out. */
export type StrikeCounts = Readonly<Record<Strike['kind'], number>>

/**
 * Each strike at its time, however long the ones before it last, but what ends one and the same server in turn; then the rest of the time.
 * `counts` rises as they begin. Rejects when a server does not come back, or the run is to end; nothing lasts any longer then.
 */
export async function strikeAll(
  stage: Stage,
  strikes: readonly Strike[],
  onStrike: (strike: Strike) => void,
): Promise<void> {
  const { signal, settings } = stage
  const startedAtMs = Date.now()
  const untilMs = (atMs: number) => delay(Math.max(0, startedAtMs + atMs - Date.now()), undefined, { signal })
  const lasting: Promise<unknown>[] = []
  const brokerTurn = turn()
  const databaseTurn = turn()
  try {
    for (const strike of strikes) {
      await untilMs(strike.atMs)
      onStrike(strike)
      const { kind } = strike
      const inTurn = kind === 'restart' || kind === 'crash' ? brokerTurn : kind === 'outage' ? databaseTurn : atOnce
      const struck = inTurn(() => carryOut(stage, strike))
      struck.catch(() => undefined)
      lasting.push(struck)
    }
    await untilMs(settings.seconds * 1_000)
  } finally {
    await Promise.allSettled(lasting)
  }
  await Promise.all(lasting)
}

export function countByKind(strikes: readonly Strike[]): StrikeCounts {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Strike['kind'], number>
  for (const { kind } of strikes) counts[kind] += 1
  return counts
}

async function carryOut(stage: Stage, { kind, victim, lastsMs }: Strike): Promise<void> {
  const { consumers, producers, ledger, broker, postgres, signal } = stage
  if (signal.aborted) return
  if (kind === 'kill') return consumers.kill(victim)
  if (kind === 'leave') return consumers.leave(victim)
  if (kind === 'freeze') return consumers.freeze(victim, lastsMs)
  if (kind === 'kill-producer') return producers.kill(victim)
  // There is nothing to cut while the database is away.
  if (kind === 'cut') return ledger.cutConsumers().catch(() => undefined)
  if (kind === 'restart') return broker.restart()
  if (kind === 'crash') return broker.crash()
  await postgres?.kill()
  await delay(lastsMs, undefined, { signal }).catch(() => undefined)
  await postgres?.restart()
}

type InTurn = (action: () => Promise<void>) => Promise<void>

const atOnce: InTurn = (action) => action()

function turn(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (action) => {
    const result = last.then(action)
    last = result.catch(() => undefined)
    return result
  }
}
