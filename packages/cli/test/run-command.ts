import type { ExitCode } from '../src/command.ts'
import { main } from '../src/main.ts'

export interface Ran {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process, from the repository's root, and keeps what it printed. */
export async function runCommand(
  line: string,
  { cwd = root, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await main(
    line.split(' ').filter((word) => word !== ''),
    {
      env,
      cwd,
      color: false,
      signal: new AbortController().signal,
      print: (text) => out.push(text),
      note: (text) => err.push(text),
    },
  )
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const root = new URL('../../..', import.meta.url).pathname
