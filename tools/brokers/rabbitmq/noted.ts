/** When RabbitMQ has written down what was declared, so that it survives SIGKILL. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { OwnBroker } from '../own-broker.ts'

/** The tables in which Ra, RabbitMQ's Raft, keeps the names and the members of quorum queues. It saves them every few seconds. */
const TABLES = ['names.dets', 'meta.dets']
/** They are saved every 5 s; longer means that nothing was declared. */
const NOTED_WITHIN_MS = 15 * 1_000

/**
 * Resolves once the quorum queues declared until now are on disk, after some 3 s. RabbitMQ 3.10 that is killed before finds no leader
 * for them afterwards, and may have forgotten their bindings. Rejects when nothing was declared lately.
 */
export async function declarationsNoted({ dataDir }: Pick<OwnBroker, 'dataDir'>): Promise<void> {
  const sinceMs = Date.now()
  const tables = tablesIn(join(dataDir, 'data'))
  while (!tables.every((table) => statSync(table).mtimeMs > sinceMs)) {
    if (Date.now() > sinceMs + NOTED_WITHIN_MS) throw new Error(`RabbitMQ has saved nothing in ${dataDir} lately.`)
    await delay(50)
  }
}

function tablesIn(folder: string): readonly string[] {
  const node = readdirSync(folder).find((name) => existsSync(join(folder, name, 'quorum', name)))
  if (node === undefined) throw new Error(`There are no quorum queues in ${folder}.`)
  return TABLES.map((table) => join(folder, node, 'quorum', node, table))
}
