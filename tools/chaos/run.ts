import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type OwnBroker, startKafka, startPostgres } from '@longshore/brokers'
import type { DeadLetterQueue, Transport } from '@longshore/runtime'
import { type Ends, Fleet } from './fleet.ts'
import { type Findings, Ledger } from './ledger.ts'
import { chaosContract } from './load.ts'
import { randomFrom } from './random.ts'
import type { ChaosSettings } from './settings.ts'
import { planStrikes, type Strike } from './strikes.ts'
import { Traffic } from './traffic.ts'
import { openTransport } from './transport.ts'

/** What a run found out. */
export interface ChaosReport extends Findings {
  readonly settings: ChaosSettings
  readonly strikes: Readonly<Record<Strike['kind'], number>>
  readonly ends: Ends
  /** Batches that broker or ledger did not confirm at first. */
  readonly refusedBatches: number
  /** From the last strike until every message had its effect or its dead letter. */
  readonly settledAfterMs: number
  /** What was promised and not kept; empty when all was. */
  readonly broken: readonly string[]
  /** Where the consumers wrote their logs; gone when no promise was broken. */
  readonly logs: string
}

/** How long the consumers may take for what is left when nothing goes wrong any more. */
const SETTLE_WITHIN_MS = 90 * 1_000

/** Runs chaos and answers what became of every message. Leaves nothing behind where all promises were kept, else logs and tables. */
export async function runChaos(settings: ChaosSettings, connectionString: string): Promise<ChaosReport> {
  const schema = `chaos_${settings.seed}_${process.pid}`
  const kafka = settings.restarts > 0 ? await startKafka() : undefined
  const postgres = settings.outages > 0 ? await startPostgres() : undefined
  const connection = postgres?.url ?? connectionString
  const brokers = (kafka?.url ?? process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(',')
  const logs = mkdtempSync(join(tmpdir(), 'longshore-chaos-'))
  const ledger = new Ledger(connection, schema)
  const transport = await openTransport(settings.driver, brokers)
  const fleet = new Fleet(settings, { brokers, connectionString: connection, topic: schema }, logs)
  try {
    await ledger.create()
    const report = await play({ settings, ledger, transport, fleet, kafka, postgres, topic: schema })
    await fleet.stop()
    if (report.broken.length === 0) {
      await ledger.drop()
      rmSync(logs, { recursive: true })
    }
    return { ...report, logs }
  } finally {
    await fleet.stop()
    await transport.close()
    await ledger.close()
    await Promise.all([kafka?.remove(), postgres?.remove()])
  }
}

interface Stage {
  readonly settings: ChaosSettings
  readonly ledger: Ledger
  readonly transport: Transport
  readonly fleet: Fleet
  readonly kafka: OwnBroker | undefined
  readonly postgres: OwnBroker | undefined
  readonly topic: string
}

async function play(stage: Stage): Promise<Omit<ChaosReport, 'logs'>> {
  const { settings, ledger, transport, fleet, topic } = stage
  const strikes = planStrikes(settings, randomFrom(settings.seed))
  const traffic = new Traffic({ transport, topic, settings, ledger, random: randomFrom(settings.seed + 1) })
  await fleet.start()
  traffic.start()
  await strikeAll(stage, strikes)
  await traffic.stop()
  const calmSinceMs = Date.now()
  const settled = await waitUntilSettled(stage, await deadLettersOf(stage))
  const findings = await ledger.findings()
  const { ends } = fleet
  return {
    ...findings,
    ends,
    settings,
    strikes: countByKind(strikes),
    refusedBatches: traffic.refusals,
    settledAfterMs: Date.now() - calmSinceMs,
    broken: [...brokenPromises(findings, ends, settings), ...(settled ? [] : ['not settled in time'])],
  }
}

/** Each strike at its time, however long the ones before it last; then the rest of the time. */
async function strikeAll(stage: Stage, strikes: readonly Strike[]): Promise<void> {
  const startedAtMs = Date.now()
  const lasting: Promise<void>[] = []
  for (const strike of strikes) {
    await delay(Math.max(0, startedAtMs + strike.atMs - Date.now()))
    lasting.push(carryOut(stage, strike))
  }
  await delay(Math.max(0, startedAtMs + stage.settings.seconds * 1_000 - Date.now()))
  await Promise.all(lasting)
}

async function carryOut({ fleet, ledger, kafka, postgres }: Stage, { kind, victim, lastsMs }: Strike): Promise<void> {
  if (kind === 'kill') return fleet.kill(victim)
  if (kind === 'leave') return fleet.leave(victim)
  if (kind === 'freeze') return fleet.freeze(victim, lastsMs)
  // There is nothing to cut while the database is away.
  if (kind === 'cut') return ledger.cutConsumers().catch(() => undefined)
  if (kind === 'restart') return kafka?.restart()
  await postgres?.kill()
  await delay(lastsMs)
  await postgres?.restart()
}

async function waitUntilSettled({ ledger }: Stage, queue: DeadLetterQueue): Promise<boolean> {
  const deadlineMs = Date.now() + SETTLE_WITHIN_MS
  try {
    for (;;) {
      await ledger.noteDead(queue)
      if ((await ledger.lost()) === 0) return true
      if (Date.now() > deadlineMs) return false
      await delay(500)
    }
  } finally {
    await queue.close()
  }
}

function deadLettersOf({ settings, transport, topic }: Stage): Promise<DeadLetterQueue> {
  const { group = '' } = chaosContract(topic, settings.partitions)
  const owner = `${topic}.${group}`
  return transport.deadLetters({
    topics: [topic],
    group,
    dlq: `${owner}.dlq`,
    retryTopic: `${owner}.retry`,
    bindings: {},
  })
}

function brokenPromises(
  { lost, orderBreaks, repeated, poisonedEffects }: Findings,
  { selfKills, unexpected }: Ends,
  { inbox, deadly }: ChaosSettings,
): readonly string[] {
  const counts = {
    lost,
    'order breaks': orderBreaks,
    'effects of poison': poisonedEffects,
    'unexpected ends': unexpected,
    ...(inbox ? { repeated } : {}),
    ...(deadly === 0 ? { 'self kills': selfKills } : {}),
  }
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name}: ${count}`)
}

function countByKind(strikes: readonly Strike[]): ChaosReport['strikes'] {
  const counts = { kill: 0, freeze: 0, leave: 0, cut: 0, restart: 0, outage: 0 }
  for (const { kind } of strikes) counts[kind] += 1
  return counts
}
