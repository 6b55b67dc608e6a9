import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { DependencyDown, Failure } from '@longshore/runtime'
import { type Database, type Row, type Statement, SWALLOWED, type Transaction } from './database.ts'
import { type LockFile, lockFile } from './lock-file.ts'
import type { WorkerAnswer, WorkerRequest } from './pglite-worker.ts'

export interface PgliteOptions {
  /** Directory of the data. Default: in memory, gone with the process. */
  readonly dataDir?: string
}

/**
 * PostgreSQL inside this process, for development, tests and one-machine installations. It runs on a thread of its own and has one
 * session: transactions follow one another, so whoever is inside a transaction uses that one (`context.tx`); it would wait for itself
 * otherwise. A second process on the same directory is refused.
 */
export async function pgliteDatabase({ dataDir }: PgliteOptions = {}): Promise<Database> {
  const lock = dataDir === undefined ? undefined : await lockFile(`${resolve(dataDir)}.lock`)
  const session = new Session(dataDir, lock)
  try {
    await session.send({ text: 'select 1' })
  } catch (thrown) {
    await session.close()
    throw thrown
  }
  return {
    about: `PGlite ${dataDir === undefined ? 'in memory' : `at ${dataDir}`}`,
    query: (text, values) => session.alone(() => session.send({ text, ...(values === undefined ? {} : { values }) })),
    transaction: (work, opening) => session.alone(() => transact(session, work, opening)),
    close: () => session.close(),
  }
}

async function transact<Result>(
  session: Session,
  work: (tx: Transaction, opened: readonly Row[]) => Promise<Result>,
  opening?: Statement,
): Promise<Result> {
  let open = true
  const tx: Transaction = {
    async query(text, values) {
      if (!open) throw new Failure('STOPPED', 'This transaction has ended; await what you do in it.')
      return session.send({ text, ...(values === undefined ? {} : { values }) })
    },
  }
  await session.send({ text: 'begin' })
  try {
    const result = await work(tx, opening === undefined ? [] : await session.send(opening))
    open = false
    if ((await session.command('commit')) === 'ROLLBACK') throw new Failure('HANDLER_FAILED', SWALLOWED)
    return result
  } catch (thrown) {
    open = false
    await session.send({ text: 'rollback' }).catch(() => undefined)
    throw thrown
  }
}

interface Pending {
  resolve(answer: Extract<WorkerAnswer, { readonly rows: unknown }>): void
  reject(error: unknown): void
}

/** The one session of an embedded database, and the thread behind it. */
class Session {
  readonly #worker: Worker
  readonly #lock: LockFile | undefined
  readonly #pending = new Map<number, Pending>()
  #next = 0
  #last: Promise<unknown> = Promise.resolve()
  #gone: Failure | undefined

  constructor(dataDir: string | undefined, lock: LockFile | undefined) {
    this.#lock = lock
    const file = import.meta.url.endsWith('.ts') ? './pglite-worker.ts' : './pglite-worker.js'
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData: { dataDir } })
    this.#worker.unref()
    this.#worker.on('message', (answer: WorkerAnswer) => this.#take(answer))
    this.#worker.on('error', (thrown) => this.#lose(thrown))
    this.#worker.on('exit', () => this.#lose(undefined))
  }

  /** Runs `work` when nobody else has the session. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }

  async send(statement: Statement): Promise<readonly Row[]> {
    return (await this.#request(statement)).rows
  }

  async command(text: string): Promise<string | undefined> {
    return (await this.#request({ text })).command
  }

  async close(): Promise<void> {
    await this.#last
    await this.#request({ text: 'close' }).catch(() => undefined)
    await this.#worker.terminate()
    await this.#lock?.release()
  }

  #request({ text, values }: Statement): Promise<Extract<WorkerAnswer, { readonly rows: unknown }>> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone)
    const id = this.#next++
    const request: WorkerRequest = { id, text, ...(values === undefined ? {} : { values }) }
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      // Keeps the process alive while an answer is awaited, and no longer.
      if (this.#pending.size === 1) this.#worker.ref()
      this.#worker.postMessage(request)
    })
  }

  #take(answer: WorkerAnswer): void {
    const pending = this.#pending.get(answer.id)
    this.#pending.delete(answer.id)
    if (this.#pending.size === 0) this.#worker.unref()
    if ('rows' in answer) pending?.resolve(answer)
    else pending?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }))
  }

  #lose(cause: unknown): void {
    this.#gone ??= new DependencyDown('postgres', cause)
    for (const { reject } of this.#pending.values()) reject(this.#gone)
    this.#pending.clear()
  }
}
