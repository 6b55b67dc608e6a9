import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'

/** The thread PGlite runs on, so that a heavy query stops no heartbeat. One request at a time, answered in order. */

export interface WorkerRequest {
  readonly id: number
  readonly text: string
  readonly values?: readonly unknown[]
}

export type WorkerAnswer =
  | { readonly id: number; readonly rows: readonly { readonly [column: string]: unknown }[]; readonly command?: string }
  | { readonly id: number; readonly error: { readonly message: string; readonly code?: string } }

const INT8 = 20
const BYTEA = 17

const opening = PGlite.create({
  ...(typeof workerData?.dataDir === 'string' ? { dataDir: workerData.dataDir } : {}),
  parsers: { [INT8]: BigInt, [BYTEA]: (hex: string) => new Uint8Array(Buffer.from(hex.slice(2), 'hex')) },
})

let last: Promise<void> = Promise.resolve()

parentPort?.on('message', (request: WorkerRequest) => {
  last = last.then(async () => parentPort?.postMessage(await answer(request)))
})

async function answer({ id, text, values }: WorkerRequest): Promise<WorkerAnswer> {
  try {
    const database = await opening
    if (text === 'close') {
      await database.close()
      return { id, rows: [] }
    }
    if (values === undefined) {
      const results = await database.exec(text)
      const [only] = results
      if (only === undefined || results.length > 1) return { id, rows: [] }
      return { id, rows: only.rows, ...(only.command === undefined ? {} : { command: only.command }) }
    }
    const { rows } = await database.query<{ readonly [column: string]: unknown }>(text, [...values])
    return { id, rows }
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    const code =
      thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
    return { id, error: { message, ...(code === undefined ? {} : { code }) } }
  }
}
