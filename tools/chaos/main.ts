/** `npm run chaos`: see HELP in settings.ts. */
import { connectionFromEnv } from '@longshore/postgres/pg'
import { type ChaosReport, runChaos } from './run.ts'
import { HELP, readSettings } from './settings.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const settings = readSettings(args)
  if ('kind' in settings) {
    console.log(settings.kind === 'help' ? HELP : `${settings.why}\n\n${HELP}`)
    return settings.kind === 'help' ? 0 : 2
  }
  const connection = connectionFromEnv(process.env) ?? 'postgres://postgres@127.0.0.1:5432/postgres'
  const report = await runChaos(settings, connection)
  console.log(settings.json ? JSON.stringify(report) : describe(report))
  return report.broken.length === 0 ? 0 : 1
}

function describe(report: ChaosReport): string {
  const { settings, strikes, broken, ends } = report
  const { driver, inbox, seed } = settings
  const struck = Object.entries(strikes).map(([kind, count]) => `${count} ${kind}`)
  const lines = [
    `${driver}, ${inbox ? 'exactly once through the inbox' : 'at least once'}, seed ${seed}: ${struck.join(', ')}`,
    `  ${report.sent} messages sent, ${report.effects} effects, ${report.deadLetters} dead letters (${report.repeatedDeadLetters} of them again)`,
    `  ${report.lost} lost, ${report.repeated} repeated, ${report.orderBreaks} order breaks`,
    `  ${report.needlessDeadLetters} needless dead letters, ${report.poisonedEffects} effects of poison`,
    `  ${report.refusedBatches} batches refused at first`,
    `  processes that nobody ended: ${ends.failedStarts} failed to start, ${ends.selfKills} killed by a message, ${ends.unexpected} unexpected`,
    `  all settled ${(report.settledAfterMs / 1_000).toFixed(1)} s after the last strike`,
  ]
  const verdict =
    broken.length === 0
      ? ['every promise kept']
      : [
          `BROKEN: ${broken.join(', ')}`,
          `repeat with --seed ${seed}; tables in schema chaos_${seed}_${process.pid}, logs in ${report.logs}`,
        ]
  return [...lines, ...verdict].join('\n')
}
