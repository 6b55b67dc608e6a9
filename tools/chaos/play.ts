import { setTimeout as delay } from 'node:timers/promises'
import type { DeadLetterQueue } from '@longshore/runtime'
import { countByKind, strikeAll } from './carry-out.ts'
import { deadLettersOf } from './load.ts'
import { randomFrom } from './random.ts'
import { brokenPromises, type ChaosReport } from './report.ts'
import type { Stage } from './stage.ts'
import { planStrikes, type Strike } from './strikes.ts'

/** How long the consumers may take for what is left when nothing goes wrong any more. */
const SETTLE_WITHIN_MS = 90 * 1_000
/** When nothing more is to be expected where messages may be lost: longer than leases, sessions and delays in a run. */
const QUIET_FOR_MS = 15 * 1_000
/** Everything has its effect, and some of it may be on its way a second time: longer than a lease or a session lasts. */
const AFTERMATH_MS = 5 * 1_000
const LOOK_EVERY_MS = 500
const TELL_EVERY_MS = 1_000

/** Plays a run through, from the first subscription until all is settled. Rejects when the run is to end before. */
export async function play(stage: Stage): Promise<Omit<ChaosReport, 'logs'>> {
  const { settings, scene, chaos, ledger, consumers, producers, broker, signal } = stage
  const strikes = planStrikes(settings, randomFrom(settings.seed))
  const struck: Strike[] = []
  const stopTelling = tell(stage, struck)
  try {
    // Queues and sessions are there before anything is published.
    await consumers.start()
    if (settings.crashes > 0) await broker.settled()
    await producers.start()
    signal.throwIfAborted()
    await strikeAll(stage, strikes, (strike) => struck.push(strike))
    await producers.stop()
    const calmSinceMs = Date.now()
    const isSettled = await waitUntilSettled(stage)
    const settledAfterMs = Date.now() - calmSinceMs
    await untilStill(stage)
    await consumers.stop()
    const findings = await ledger.findings(chaos.order(scene))
    const ends = { consumers: consumers.ends, producers: producers.ends }
    const excuse = settings.crashes > 0 ? chaos.lostByCrash : undefined
    return {
      ...findings,
      settings,
      strikes: countByKind(struck),
      ends,
      refusals: stage.refusals(),
      settledAfterMs,
      ...(findings.lost > 0 && excuse !== undefined ? { lostBecause: excuse } : {}),
      broken: brokenPromises({ findings, ends, settings, isSettled, excuse, order: chaos.order(scene) }),
    }
  } finally {
    stopTelling()
  }
}

async function waitUntilSettled(stage: Stage): Promise<boolean> {
  const { transport, scene, chaos } = stage
  const queue = await transport.deadLetters(deadLettersOf(scene, chaos.bindings(scene)))
  try {
    return await untilNothingIsLeft(stage, queue)
  } finally {
    await queue.close()
  }
}

async function untilNothingIsLeft(stage: Stage, queue: DeadLetterQueue): Promise<boolean> {
  const { ledger, settings, chaos, consumers, signal } = stage
  const mayLose = settings.crashes > 0 && chaos.lostByCrash !== undefined
  const deadlineMs = Date.now() + SETTLE_WITHIN_MS
  let quietSinceMs = Date.now()
  let left = Number.POSITIVE_INFINITY
  for (;;) {
    signal.throwIfAborted()
    // The broker has just come back, or not quite.
    await ledger.noteDead(queue).catch(() => undefined)
    const now = await ledger.lost()
    if (now === 0 && consumers.isComplete) return true
    if (now < left || !consumers.isComplete) quietSinceMs = Date.now()
    left = now
    if (mayLose && Date.now() > quietSinceMs + QUIET_FOR_MS) return true
    if (Date.now() > deadlineMs) return false
    await delay(LOOK_EVERY_MS, undefined, { signal })
  }
}

/** What comes again after all is settled must not be missed. */
async function untilStill({ ledger, signal }: Stage): Promise<void> {
  let effects = -1
  for (let now = await ledger.counts(); now.effects !== effects; now = await ledger.counts()) {
    effects = now.effects
    await delay(AFTERMATH_MS, undefined, { signal })
  }
}

/** Tells how far the run is, one question to the ledger at a time, until it is told to stop. */
function tell({ settings, ledger, onProgress }: Stage, struck: readonly Strike[]): () => void {
  const stopping = new AbortController()
  void tellAll()
  return () => stopping.abort()

  async function tellAll(): Promise<void> {
    for (const startedAtMs = Date.now(); await isTime(stopping.signal); ) {
      const seconds = Math.round((Date.now() - startedAtMs) / 1_000)
      const kinds = Object.entries(countByKind(struck)).filter(([, count]) => count > 0)
      const strikes = kinds.map(([kind, count]) => `${count} ${kind}`).join(', ') || 'nothing yet'
      const counts = await ledger.counts().then(
        ({ sent, effects }) => `${sent} sent, ${effects} effects`,
        () => 'the database is away',
      )
      if (!stopping.signal.aborted) onProgress(`${seconds} s of ${settings.seconds}: ${strikes}; ${counts}`)
    }
  }
}

/** After a second; `false` when it is told to stop before. */
function isTime(signal: AbortSignal): Promise<boolean> {
  return delay(TELL_EVERY_MS, true, { signal }).catch(() => false)
}
