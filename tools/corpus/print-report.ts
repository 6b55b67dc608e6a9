import type { Counts, DocumentScore } from './score-documents.ts'
import type { PiiScore } from './score-pii.ts'
import type { TransportScore } from './score-transport.ts'

/** All that is measured on a corpus. */
export interface Report {
  readonly documents: DocumentScore
  readonly transport: TransportScore
  readonly pii: PiiScore
}

/** The report as tables for a terminal. `details` adds every label that was missed or wrongly found. */
export function printReport({ documents, transport, pii }: Report, details: boolean): string {
  const { byTier, failures, refusedAlone, invalidManifests } = documents
  return [
    table(
      ['documents', 'total', 'imported', 'refused', 'hangs', 'crashes'],
      [countRow('all', documents), ...Object.entries(byTier).map(([tier, counts]) => countRow(tier, counts))],
    ),
    `manifests: ${documents.manifests}, not valid against their schema: ${invalidManifests.length}`,
    table(
      ['transport', 'channels', 'accuracy', 'wrong guesses'],
      [['', transport.channels, percent(transport.accuracy), transport.wrongGuesses]],
    ),
    table(
      ['personal data', 'labels', 'precision', 'recall', 'calibration error'],
      [['', pii.labels, percent(pii.precision), percent(pii.recall), pii.calibrationError.toFixed(3)]],
    ),
    table(
      ['tier', 'found', 'precision', 'mean confidence'],
      Object.entries(pii.byTier).map(([tier, score]) => [
        tier,
        score.found,
        percent(score.precision),
        score.meanConfidence.toFixed(2),
      ]),
    ),
    table(
      ['category', 'labelled', 'recall'],
      Object.entries(pii.byCategory).map(([category, score]) => [category, score.labelled, percent(score.recall)]),
    ),
    list('killed or crashed', failures),
    list('called valid by the reference parser and refused here', refusedAlone),
    ...(details
      ? [
          list('manifests not valid', invalidManifests),
          list('transport not as expected', transport.misses),
          list('labels without a field', pii.unmatched),
          list('personal data missed', pii.missed),
          list('wrongly found', pii.wronglyFound),
        ]
      : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function countRow(name: string, { total, imported, refused, hangs, crashes }: Counts): readonly (string | number)[] {
  return [name, total, imported, refused, hangs, crashes]
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title} (${lines.length}):\n${lines.map((line) => `  ${line}`).join('\n')}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
