/** What all measurements have in common: options, help, a bound on their time, and that they leave nothing behind. */
import type { parseArgs } from 'node:util'
import { killChildren } from './child.ts'
import { print, RESULTS, type Report } from './report.ts'
import { deleteTopics } from './topic.ts'

/** Spread these into the options of a measurement. */
export const COMMON = {
  pairs: { type: 'string', default: '7' },
  brokers: { type: 'string', default: process.env.KAFKA_BROKERS ?? '127.0.0.1:9092' },
  out: { type: 'string', default: RESULTS },
  limit: { type: 'string', default: '900' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const COMMON_HELP = `
  --pairs N        measured rounds; one more comes first, to warm up      (7)
  --brokers LIST   host:port, comma-separated                             (KAFKA_BROKERS, else 127.0.0.1:9092)
  --out FOLDER     where the figures are kept as JSON; '' keeps none      (bench/results)
  --limit SECONDS  after which everything is ended and cleaned up         (900)
  --json           print the figures as JSON; progress is on stderr`

type Common = ReturnType<typeof parseArgs<{ options: typeof COMMON }>>['values']

/**
 * Runs a measurement and prints what it found. Whatever happens, its processes are ended and its topics deleted. Exits with 1 when it
 * could not be measured, also on SIGINT, SIGTERM and the limit; a bound that is missed is a finding, not an error.
 */
export async function runBench(usage: string, values: Common, measure: () => Promise<Report>): Promise<never> {
  if (values.help) {
    console.log(`${usage.trim()}\n${COMMON_HELP}`)
    process.exit(0)
  }
  const { promise: interrupted, reject: interrupt } = Promise.withResolvers<never>()
  const limit = setTimeout(
    () => interrupt(new Error(`Not done after ${values.limit} s.`)),
    Number(values.limit) * 1_000,
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt(new Error(signal)))
  let status = 1
  try {
    await print(await Promise.race([measure(), interrupted]), values)
    status = 0
  } catch (error) {
    console.error(error)
    // What was under way loses its topics now, and says so.
    process.on('unhandledRejection', () => undefined)
  }
  clearTimeout(limit)
  await killChildren()
  await deleteTopics(values.brokers.split(','))
  process.exit(status)
}

/** One line of progress. */
export function progress(line: string): void {
  console.error(line)
}
