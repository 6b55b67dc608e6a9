/** Contenders run in processes of their own, so that none warms up, or spoils, the memory of another. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export type ChildOptions = { readonly [flag: string]: string | number | boolean }

const alive = new Set<ChildProcess>()

/** Starts `file` of this folder with `--flag value` for each option. It has a channel: see {@link ready}. */
export function startChild(file: string, options: ChildOptions, flags: readonly string[] = []): ChildProcess {
  const words = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, String(value)])
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), words, {
    execArgv: ['--conditions=source', ...flags],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  alive.add(child)
  child.once('exit', () => alive.delete(child))
  return child
}

/** Resolves with the next word the child sends; rejects when it ends instead. */
export async function nextWord(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController()
  const { signal } = waiting
  try {
    const ended = once(child, 'exit', { signal }).then(([code]) => Promise.reject(new Error(`It ended with ${code}.`)))
    const [word]: unknown[] = await Promise.race([once(child, 'message', { signal }), ended])
    return word
  } finally {
    waiting.abort()
  }
}

/** What the child printed, read as JSON, once it has ended by itself. It is killed after `limitMs`. */
export function resultOf<Result>(child: ChildProcess, limitMs = 5 * 60 * 1_000): Promise<Result> {
  const result = readResult<Result>(child, limitMs)
  // It may end before anybody waits for its result.
  result.catch(() => undefined)
  return result
}

async function readResult<Result>(child: ChildProcess, limitMs: number): Promise<Result> {
  if (child.stdout === null) throw new Error('The contender has no output to read.')
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const [printed, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  clearTimeout(limit)
  if (code !== 0) throw new Error(`${child.spawnargs.slice(2).join(' ')} ended with ${code ?? signal}.`)
  const result: Result = JSON.parse(printed)
  return result
}

/** Starts it and waits for its result. */
export function runChild<Result>(file: string, options: ChildOptions): Promise<Result> {
  return resultOf(startChild(file, options))
}

export async function killChildren(): Promise<void> {
  await Promise.all(
    [...alive].map((child) => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      return ended
    }),
  )
}
