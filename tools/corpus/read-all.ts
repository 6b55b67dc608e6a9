import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Corpus, CorpusDocument } from './corpus.ts'
import type { DocumentReport } from './read-document.ts'
import type { Job } from './worker.ts'

/** What became of one document: read to an end, killed because it took too long, or the end of its thread. */
export type Outcome = DocumentReport | Failure

export interface Failure {
  readonly name: string
  readonly outcome: 'hang' | 'crash'
  readonly errors: readonly string[]
}

/** A document that takes longer counts as hanging: the largest take a second. */
const LIMIT_MS = 20_000
const MOST_WORKERS = 4
const MEMORY_MB = 1_024

/** Reads all documents of a corpus in threads that are used again and replaced when one is killed or dies. */
export async function readAll(corpus: Corpus, wantsFields: (name: string) => boolean): Promise<readonly Outcome[]> {
  const queue = corpus.documents.map((document) => ({ document, wantsFields: wantsFields(document.name) }))
  const outcomes = new Map<string, Outcome>()
  const lanes = Math.min(availableParallelism(), MOST_WORKERS)
  await Promise.all(Array.from({ length: lanes }, () => drain(corpus, queue, outcomes)))
  return corpus.documents.map(({ name }) => outcomes.get(name)).filter((outcome) => outcome !== undefined)
}

async function drain(corpus: Corpus, queue: Job[], outcomes: Map<string, Outcome>): Promise<void> {
  let worker = start(corpus)
  for (let job = queue.shift(); job; job = queue.shift()) {
    const outcome = await ask(worker, job)
    outcomes.set(job.document.name, outcome)
    if (outcome.outcome !== 'hang' && outcome.outcome !== 'crash') continue
    await worker.terminate()
    worker = start(corpus)
  }
  await worker.terminate()
}

function start(corpus: Corpus): Worker {
  const { folder, httpCopies } = corpus
  return new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { folder, httpCopies, documents: [] } satisfies Corpus,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  })
}

function ask(worker: Worker, job: Job): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(failure(job.document, 'hang', `not read after ${LIMIT_MS} ms`)), LIMIT_MS)
    const onError = (error: Error) => settle(failure(job.document, 'crash', String(error.stack ?? error)))
    const onExit = (code: number) => settle(failure(job.document, 'crash', `the thread ended with code ${code}`))
    function settle(outcome: Outcome): void {
      clearTimeout(timer)
      worker.off('message', settle).off('error', onError).off('exit', onExit)
      resolve(outcome)
    }
    worker.once('message', settle).once('error', onError).once('exit', onExit)
    worker.postMessage(job)
  })
}

function failure({ name }: CorpusDocument, outcome: Failure['outcome'], error: string): Failure {
  return { name, outcome, errors: [error] }
}
