import type { StrikeCounts } from './carry-out.ts'
import type { Ends } from './fleet.ts'
import type { Findings } from './ledger.ts'
import type { ChaosSettings } from './settings.ts'
import type { Order } from './transport.ts'

/** What a run found out. */
export interface ChaosReport extends Findings {
  readonly settings: ChaosSettings
  readonly strikes: StrikeCounts
  readonly ends: { readonly consumers: Ends; readonly producers: Ends }
  /** Times that broker or ledger did not confirm a producer's batch at first. */
  readonly refusals: number
  /** From the last message until every one had its effect or its dead letter. */
  readonly settledAfterMs: number
  /** Why messages are lost and no promise is broken by it. */
  readonly lostBecause?: string
  /** What was promised and not kept; empty when all was. */
  readonly broken: readonly string[]
  /** Where the processes wrote their logs; gone when no promise was broken. */
  readonly logs: string
}

export interface Judged {
  readonly findings: Findings
  readonly ends: ChaosReport['ends']
  readonly settings: ChaosSettings
  readonly isSettled: boolean
  readonly order: Order
  /** Why messages may be lost; absent: they may not. */
  readonly excuse: string | undefined
}

/** `lost: 3` for each promise that was not kept. */
export function brokenPromises({ findings, ends, settings, isSettled, order, excuse }: Judged): readonly string[] {
  const { lost, orderBreaks, poisonedEffects, needlessDeadLetters, repeated } = findings
  const { consumers, producers } = ends
  const counts = {
    ...(excuse === undefined ? { lost } : {}),
    ...(order === 'none' ? {} : { 'order breaks': orderBreaks }),
    'effects of poison': poisonedEffects,
    'unexpected ends': consumers.unexpected + producers.unexpected + producers.selfKills,
    ...(settings.inbox ? { repeated } : {}),
    // Beside a deadly message an innocent one may take the blame.
    ...(settings.deadly === 0
      ? { 'self kills': consumers.selfKills, 'needless dead letters': needlessDeadLetters }
      : {}),
  }
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name}: ${count}`)
    .concat(isSettled ? [] : ['not settled in time'])
}

/** For people. */
export function describe(report: ChaosReport): string {
  const { settings, strikes, ends, broken, lostBecause } = report
  const { transport, inbox, seed } = settings
  const struck = Object.entries(strikes).map(([kind, count]) => `${count} ${kind}`)
  const failedStarts = ends.consumers.failedStarts + ends.producers.failedStarts
  const unexpected = ends.consumers.unexpected + ends.producers.unexpected
  const lines = [
    `${transport}, ${inbox ? 'exactly once through the inbox' : 'at least once'}, seed ${seed}: ${struck.join(', ')}`,
    `  ${report.sent} messages sent, ${report.effects} effects, ${report.deadLetters} dead letters (${report.repeatedDeadLetters} of them again)`,
    `  ${report.lost} lost, ${report.repeated} repeated, ${report.orderBreaks} order breaks${settings.competing ? ' (order was not promised)' : ''}`,
    ...(lostBecause === undefined ? [] : [`  the lost ones are no broken promise: ${lostBecause}`]),
    `  ${report.needlessDeadLetters} needless dead letters, ${report.poisonedEffects} effects of poison`,
    `  ${report.unconfirmed} messages of killed producers were never confirmed, ${report.unconfirmedEffects} of them arrived`,
    `  ${report.refusals} batches refused at first`,
    `  processes that nobody ended: ${failedStarts} failed to start, ${ends.consumers.selfKills} killed by a message, ${unexpected} unexpected`,
    `  all settled ${(report.settledAfterMs / 1_000).toFixed(1)} s after the last message`,
  ]
  const verdict =
    broken.length === 0
      ? ['every promise kept']
      : [
          `BROKEN: ${broken.join(', ')}`,
          `repeat with --seed ${seed}; tables in schema ${report.schema}, logs in ${report.logs}`,
        ]
  return [...lines, ...verdict].join('\n')
}
