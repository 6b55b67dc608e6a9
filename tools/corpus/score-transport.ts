import type { Row } from './corpus.ts'
import type { DocumentReport } from './read-document.ts'

export interface TransportScore {
  /** Labelled channels that the documents have. */
  readonly channels: number
  /** Share of them that are as the label expects. */
  readonly accuracy: number
  /** Channels of which nothing can be known, and for which a transport was named. */
  readonly wrongGuesses: number
  /** One line for each channel that is not as expected. */
  readonly misses: readonly string[]
}

/** Compares the transports found with what the labels say a tool can know; a channel may be on several (`http + mqtt`). */
export function scoreTransport(labels: readonly Row[], reports: ReadonlyMap<string, DocumentReport>): TransportScore {
  const rows = labels.filter(({ file = '' }) => reports.has(file))
  const judged = rows.map((row) => ({ row, expected: setOf(row.expected_detection), found: found(row, reports) }))
  const misses = judged.filter(({ expected, found }) => expected !== found)
  return {
    channels: judged.length,
    accuracy: judged.length === 0 ? 1 : 1 - misses.length / judged.length,
    wrongGuesses: misses.filter(({ expected }) => expected === 'unknown').length,
    misses: misses.map(({ row, expected, found }) => `${row.file} ${row.channel}: ${found} instead of ${expected}`),
  }
}

function found({ file = '', channel, address }: Row, reports: ReadonlyMap<string, DocumentReport>): string {
  const channels = reports.get(file)?.channels ?? []
  const report = channels.find(({ name }) => name === channel) ?? channels.find((other) => other.address === address)
  if (!report) return 'no such channel'
  return report.transports.length === 0 ? 'unknown' : report.transports.toSorted().join(' + ')
}

function setOf(text = 'unknown'): string {
  return text
    .split('+')
    .map((part) => part.trim())
    .sort()
    .join(' + ')
}
