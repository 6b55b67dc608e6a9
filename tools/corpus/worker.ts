/** Reads documents one after another in a thread of its own, so that one that never ends can be ended. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Corpus, CorpusDocument } from './corpus.ts'
import { readDocument } from './read-document.ts'

export interface Job {
  readonly document: CorpusDocument
  readonly wantsFields: boolean
}

const corpus: Corpus = workerData

parentPort?.on('message', async ({ document, wantsFields }: Job) => {
  parentPort?.postMessage(await readDocument(corpus, document, wantsFields))
})
