/** What the first run shows: one row per consumer, then the dead letters. Text only; nothing here knows a terminal. */
import type { DeadLetter, PartitionLag, Running } from '@longshore/runtime'

/** One consumer, sampled. */
export interface Row {
  readonly event: string
  /** When it was sampled, in milliseconds of `performance.now()`. */
  readonly atMs: number
  /** Messages settled so far. */
  readonly settled: number
  readonly perSecond: number
  readonly lag: readonly PartitionLag[]
  readonly metrics: Running['metrics']
}

const COLUMNS = [
  { title: 'EVENT', width: 14 },
  { title: 'MSG/S', width: 7 },
  { title: 'LAG', width: 6 },
  { title: 'LAG S', width: 7 },
  { title: 'HANDLED', width: 9 },
  { title: 'FAILED TRIES', width: 14 },
  { title: 'DEAD', width: 6 },
] as const

/** The table of consumers. */
export function consumersTable(rows: readonly Row[]): string {
  const lines = rows.map(({ event, perSecond, lag, metrics }) => [
    event,
    perSecond.toFixed(0),
    String(lag.reduce((sum, { messages }) => sum + messages, 0)),
    Math.max(0, ...lag.map(({ seconds }) => seconds ?? 0)).toFixed(1),
    String(metrics.acked),
    String([...metrics.failedAttempts.values()].reduce((sum, count) => sum + count, 0)),
    String(metrics.deadLettered),
  ])
  return [COLUMNS.map(({ title }) => title), ...lines]
    .map((cells) =>
      cells
        .map((cell, index) => pad(cell, index))
        .join('')
        .trimEnd(),
    )
    .join('\n')
}

/** The dead letters, newest last. Reasons name pointers and rules, never values. */
export function deadLettersTable(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'No dead letters.'
  const lines = letters.map(({ id, status, details }) =>
    [
      `  ${id.padEnd(40)}`,
      (details.errorCode ?? '-').padEnd(20),
      `tries ${details.attempts}`,
      `redrives ${details.redriveCount}`,
      status.padEnd(9),
      details.errorMessage ?? '',
    ].join('  '),
  )
  return ['Dead letters', ...lines].join('\n')
}

function pad(cell: string, index: number): string {
  const width = COLUMNS[index]?.width ?? 0
  return index === 0 ? cell.padEnd(width) : cell.padStart(width)
}
