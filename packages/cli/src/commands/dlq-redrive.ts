import { type RedriveReport, redrive, systemClock } from '@longshore/runtime'
import { type Command, countFlag } from '../command.ts'
import { filterFrom, openQueue, QUEUE_FLAGS, queueTarget, SELECTION_FLAGS } from '../dead-letters.ts'
import { UsageError } from '../usage-error.ts'

export const dlqRedrive: Command = {
  usage: '[document] [options]',
  about: [
    'Sends waiting dead letters back to the consumer that failed, oldest first, through its own retry lane: no other group sees them.',
    'A letter redriven too often is quarantined. Ctrl-C stops after the letter under way; calling again goes on behind it.',
  ].join('\n'),
  flags: {
    ...QUEUE_FLAGS,
    ...SELECTION_FLAGS,
    all: { type: 'boolean', about: 'every waiting letter; needed when no other selection is given' },
    'dry-run': { type: 'boolean', about: 'count by cause, send nothing' },
    limit: { type: 'string', value: '<n>', about: 'at most so many' },
    rate: { type: 'string', value: '<n>', about: 'letters per second; default: as fast as they are confirmed' },
    'max-redrives': { type: 'string', value: '<n>', about: 'quarantine a letter redriven so often; default 3' },
  },
  examples: [
    ['longshore dlq redrive contracts/user-events.yaml --only user.created --all --dry-run', 'how many wait, and why'],
    [
      'longshore dlq redrive contracts/user-events.yaml --only user.created --code HANDLER_FAILED --rate 50',
      'one cause, 50 a second',
    ],
    ['longshore dlq redrive --topic user.created --group user-service --id user.created.dlq/0/17', 'one letter'],
  ],
  async run(invocation) {
    const { flags, io } = invocation
    const filter = filterFrom(flags)
    if (Object.keys(filter).length === 0 && flags.all !== true) {
      throw new UsageError('dlq redrive needs a selection (--id, --code, --key, --since, --until) or --all.')
    }
    const limit = countFlag(flags, 'limit')
    const perSecond = countFlag(flags, 'rate')
    const maxRedrives = countFlag(flags, 'max-redrives')
    const dryRun = flags['dry-run'] === true
    const queue = await openQueue(await queueTarget(invocation), io)
    try {
      const report = await redrive(queue.letters, {
        filter,
        dryRun,
        signal: io.signal,
        clock: systemClock,
        onProgress: every(500, ({ redriven }) => io.note(`${redriven} redriven …`)),
        ...(limit === undefined ? {} : { limit }),
        ...(perSecond === undefined ? {} : { perSecond }),
        ...(maxRedrives === undefined ? {} : { maxRedrives }),
      })
      io.print(
        flags.json === true
          ? JSON.stringify({ ...report, byCode: Object.fromEntries(report.byCode) })
          : text(report, dryRun),
      )
      return 0
    } finally {
      await queue.close()
    }
  },
}

function every(count: number, tell: (report: RedriveReport) => void): (report: RedriveReport) => void {
  return (report) => {
    if (report.redriven % count === 0 && report.redriven > 0) tell(report)
  }
}

function text({ redriven, quarantined, byCode, stopped }: RedriveReport, dryRun: boolean): string {
  const causes = [...byCode].map(([code, count]) => `  ${String(count).padStart(6)}  ${code}`)
  const matched = [...byCode.values()].reduce((sum, count) => sum + count, 0)
  if (matched === 0) return 'No waiting dead letter matches.'
  const done = dryRun
    ? `${matched} would be redriven:`
    : `${redriven} redriven${quarantined > 0 ? `, ${quarantined} quarantined` : ''}, by cause:`
  return [done, ...causes, ...(stopped ? ['Stopped; call again to go on.'] : [])].join('\n')
}
