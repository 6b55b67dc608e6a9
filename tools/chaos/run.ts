import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@longshore/brokers'
import { pgDatabase } from '@longshore/postgres/pg'
import { Fleet } from './fleet.ts'
import { Ledger } from './ledger.ts'
import { play } from './play.ts'
import type { ChaosReport } from './report.ts'
import type { ChaosSettings } from './settings.ts'
import type { Stage } from './stage.ts'
import { transportOf } from './transports.ts'

export interface RunOptions {
  /** Ends the run before its time; it rejects then, and leaves nothing behind. */
  readonly signal?: AbortSignal
  /** Told now and then how far it is, in one line. */
  readonly onProgress?: (line: string) => void
}

/**
 * Runs chaos and answers what became of every message. Processes, topics, queues and brokers of the run's own are gone in any case; its
 * tables and logs too, unless a promise was broken.
 */
export async function runChaos(
  settings: ChaosSettings,
  connectionString: string,
  { signal = new AbortController().signal, onProgress = () => undefined }: RunOptions = {},
): Promise<ChaosReport> {
  const logs = mkdtempSync(join(tmpdir(), 'longshore-chaos-'))
  const closing: (() => Promise<unknown>)[] = []
  let isEvidence = false
  try {
    const stage = await setStage(settings, { connectionString, logs, closing, signal, onProgress })
    closing.unshift(async () => {
      if (!isEvidence) await stage.ledger.drop()
    })
    const report = { ...(await play(stage)), logs }
    isEvidence = report.broken.length > 0
    return report
  } catch (thrown) {
    isEvidence = !signal.aborted
    throw signal.aborted ? signal.reason : new Error(`The run ended early; logs in ${logs}`, { cause: thrown })
  } finally {
    await closeAll(closing)
    if (!isEvidence) rmSync(logs, { recursive: true })
  }
}

interface Surroundings extends Required<RunOptions> {
  readonly connectionString: string
  readonly logs: string
  /** What is to be closed in the end, the last one opened first. */
  readonly closing: (() => Promise<unknown>)[]
}

async function setStage(settings: ChaosSettings, surroundings: Surroundings): Promise<Stage> {
  const { logs, closing, signal, onProgress } = surroundings
  const { partitions, competing, seed, restarts, crashes, outages } = settings
  const scene = { topic: `chaos_${seed}_${process.pid}`, partitions, competing }
  const chaos = await transportOf(settings.transport)
  const broker = await chaos.startBroker(scene, { willBeStruck: restarts + crashes > 0 })
  closing.unshift(() => broker.remove())
  const postgres = outages > 0 ? await startPostgres() : undefined
  closing.unshift(async () => postgres?.remove())
  const connectionString = postgres?.url ?? surroundings.connectionString
  const database = pgDatabase({ connectionString, connections: 4 })
  closing.unshift(() => database.close())
  const ledger = new Ledger(database, scene.topic)
  await ledger.create()
  const transport = await chaos.open({ url: broker.url, database, schema: scene.topic })
  closing.unshift(() => transport.close())
  let refusals = 0
  const onMessage = (message: unknown) => {
    if (message === 'refusal') refusals += 1
  }
  const orders = { settings, scene, brokerUrl: broker.url, connectionString }
  const parts = { orders, logFolder: logs, onMessage }
  const consumers = new Fleet({ ...parts, program: 'consumer', size: settings.consumers })
  const producers = new Fleet({ ...parts, program: 'producer', size: settings.producers })
  const abandon = () => Promise.all([consumers.abandon(), producers.abandon()])
  closing.unshift(abandon)
  signal.addEventListener('abort', () => void abandon(), { once: true })
  signal.throwIfAborted()
  return {
    settings,
    scene,
    chaos,
    broker,
    postgres,
    ledger,
    transport,
    consumers,
    producers,
    refusals: () => refusals,
    signal,
    onProgress,
  }
}

/** All of them, whatever one of them says; what was said first is thrown in the end. */
async function closeAll(closing: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const close of closing) await close().catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw errors[0]
}
