import type { DeadLetter } from '@longshore/runtime'
import type { Command } from '../command.ts'
import { countFlag } from '../command.ts'
import { filterFrom, openQueue, QUEUE_FLAGS, queueTarget, SELECTION_FLAGS, selected } from '../dead-letters.ts'
import { table } from '../table.ts'

export const dlqList: Command = {
  usage: '[document] [options]',
  about: 'Lists the dead letters of one consumer, oldest first, and counts them by cause. Values are not shown.',
  flags: {
    ...QUEUE_FLAGS,
    ...SELECTION_FLAGS,
    all: { type: 'boolean', about: 'also those redriven or quarantined; default: waiting ones only' },
    limit: { type: 'string', value: '<n>', about: 'at most so many; default 100' },
  },
  examples: [
    [
      'longshore dlq list contracts/user-events.yaml --only user.created',
      'the dead letters of one event, names from the contract',
    ],
    [
      'longshore dlq list --topic user.created --group user-service --code SCHEMA_VIOLATED',
      'by topic and group, one cause',
    ],
  ],
  async run(invocation) {
    const { flags, io } = invocation
    const target = await queueTarget(invocation)
    const limit = countFlag(flags, 'limit') ?? 100
    const queue = await openQueue(target, io)
    try {
      const letters: DeadLetter[] = []
      let more = false
      for await (const letter of selected(queue.letters, filterFrom(flags), flags.all === true)) {
        more = letters.length === limit
        if (more) break
        letters.push(letter)
      }
      io.print(flags.json === true ? JSON.stringify(letters.map(summary), null, 2) : text(letters, target.dlq))
      if (more) io.note(`Showing the first ${limit}; use --limit for more.`)
      return 0
    } finally {
      await queue.close()
    }
  },
}

/** What is safe to show of a letter: no key, no value. */
function summary({ id, status, details, value }: DeadLetter) {
  const { origin, errorCode, errorClass, errorType, errorMessage, attempts, redriveCount, lastFailureAt, messageId } =
    details
  return {
    id,
    status,
    lastFailureAt,
    errorCode,
    errorClass,
    errorType,
    errorMessage,
    processingAttempts: attempts,
    redriveCount,
    messageId,
    origin: { ...origin, offset: String(origin.offset) },
    bytes: value?.length ?? 0,
  }
}

function text(letters: readonly DeadLetter[], dlq: string): string {
  if (letters.length === 0) return `No dead letters wait in ${dlq}.`
  const rows = table(letters, [
    { title: 'ID', cell: ({ id }) => id },
    { title: 'FAILED', cell: ({ details }) => details.lastFailureAt ?? '-' },
    { title: 'CAUSE', cell: ({ details }) => details.errorCode ?? '-' },
    { title: 'TRIES', cell: ({ details }) => String(details.attempts), align: 'right' },
    { title: 'REDRIVES', cell: ({ details }) => String(details.redriveCount), align: 'right' },
    { title: 'STATUS', cell: ({ status }) => status },
    { title: 'REASON', cell: ({ details }) => details.errorMessage ?? '-' },
  ])
  const causes = Map.groupBy(letters, ({ details }) => details.errorCode ?? 'unknown')
  const counts = [...causes].map(([code, same]) => `${same.length} ${code}`).join(', ')
  return `${rows}\n\n${letters.length} in ${dlq}: ${counts}`
}
