/** `npm run chaos`: see help.ts. */
import { connectionFromEnv } from '@longshore/postgres/pg'
import { HELP } from './help.ts'
import { progressTo } from './progress.ts'
import { describe } from './report.ts'
import { runChaos } from './run.ts'
import { type ChaosSettings, readSettings } from './settings.ts'

/** What a shell answers for a command that was ended by Ctrl-C. */
const INTERRUPTED = 130

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const settings = readSettings(args)
  if ('kind' in settings) {
    if (settings.kind === 'wrong') console.error(`${settings.why}\n\n${HELP}`)
    else console.log(HELP)
    return settings.kind === 'help' ? 0 : 2
  }
  return run(settings)
}

async function run(settings: ChaosSettings): Promise<number> {
  const connection = connectionFromEnv(process.env) ?? 'postgres://postgres@127.0.0.1:5432/postgres'
  const progress = progressTo(process.stderr)
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interruption.abort(new Error(name)))
  try {
    const report = await runChaos(settings, connection, { signal: interruption.signal, onProgress: progress.tell })
    progress.end()
    console.log(settings.json ? JSON.stringify(report) : describe(report))
    return report.broken.length === 0 ? 0 : 1
  } catch (thrown) {
    progress.end()
    if (interruption.signal.aborted) {
      console.error('Interrupted: all processes are ended, and nothing is left behind.')
      return INTERRUPTED
    }
    console.error(`The run with seed ${settings.seed} could not be played through.`, thrown)
    return 1
  }
}
