/**
 * Measures import and detection on real documents: `npm run corpus -- <folder> [--json] [--details]`.
 *
 * The folder holds `docs/`, and where known `INDEX.tsv`, `VALIDITY.tsv`, `trees/`, `http_refs.json`, `TRANSPORT_LABELS.tsv` and
 * `labels_*.tsv`. Ends with code 1 when a document hangs or crashes us, or a written manifest does not validate; 2 on wrong use.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readCorpus, readTable } from './corpus.ts'
import { printReport, type Report } from './print-report.ts'
import { readAll } from './read-all.ts'
import type { DocumentReport } from './read-document.ts'
import { scoreDocuments } from './score-documents.ts'
import { scorePii } from './score-pii.ts'
import { scoreTransport } from './score-transport.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, details: { type: 'boolean', default: false } },
})
const [folder = '../shared/corpus'] = positionals
if (existsSync(join(folder, 'docs'))) process.exitCode = await run(folder)
else process.stderr.write(`No documents in ${join(folder, 'docs')}: nothing is measured.\n`)

async function run(folder: string): Promise<number> {
  const report = await measure(folder)
  process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : printReport(report, values.details)}\n`)
  const { hangs, crashes, invalidManifests } = report.documents
  return hangs + crashes + invalidManifests.length > 0 ? 1 : 0
}

async function measure(folder: string): Promise<Report> {
  const corpus = readCorpus(folder)
  const tables = readdirSync(folder)
    .filter((name) => /^labels_.*\.tsv$/.test(name))
    .sort()
  const labels = tables.flatMap((name) => readTable(join(folder, name)))
  const labelled = new Set(labels.map(({ file }) => file))
  const outcomes = await readAll(corpus, (name) => labelled.has(name))
  const read = outcomes.filter((outcome): outcome is DocumentReport => 'fields' in outcome)
  const reports = new Map(read.map((report) => [report.name, report]))
  return {
    documents: scoreDocuments(corpus.documents, outcomes, readTable(join(folder, 'VALIDITY.tsv'))),
    transport: scoreTransport(readTable(join(folder, 'TRANSPORT_LABELS.tsv')), reports),
    pii: scorePii(labels, reports),
  }
}
