import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { median } from '../kafka/figures.ts'

/** One whole process, from its start to its end. */
export interface Cost {
  readonly wallMs: number
  /** All threads, and the Node processes it started. */
  readonly cpuMs: number
  /** Largest resident memory of one process. */
  readonly rssMb: number
}

const USAGE = pathToFileURL(join(import.meta.dirname, 'usage.mjs')).href
const LIMIT_MS = 120_000

export interface Circumstances {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** What counts as done; a check that finds something ends with 1. Default 0 alone. */
  readonly exitCodes?: readonly number[]
}

/** Runs Node once. */
export async function measure(
  words: readonly string[],
  { env = {}, cwd = process.cwd(), exitCodes = [0] }: Circumstances = {},
): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-usage-'))
  try {
    const started = performance.now()
    const { code, output } = await run(
      words,
      {
        ...process.env,
        ...env,
        NODE_OPTIONS: `--import=${USAGE}`,
        BENCH_USAGE: join(folder, 'usage'),
      },
      cwd,
    )
    const wallMs = performance.now() - started
    if (!exitCodes.includes(Number(code)))
      throw new Error(`${words.join(' ')} ended with ${code}: ${output.slice(-500)}`)
    const usages = readdirSync(folder).map(
      (file): Omit<Cost, 'wallMs'> => JSON.parse(readFileSync(join(folder, file), 'utf8')),
    )
    return {
      wallMs,
      cpuMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      rssMb: Math.max(...usages.map(({ rssMb }) => rssMb)),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export interface Ended {
  readonly code: number | string | null
  readonly output: string
}

/** Node with some words; what it printed on both streams. */
export function run(words: readonly string[], env: NodeJS.ProcessEnv, cwd = process.cwd()): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { env, cwd, timeout: LIMIT_MS, killSignal: 'SIGKILL' })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    child.on('error', ({ message }) => resolve({ code: message, output }))
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }))
  })
}

/** Medians, each by itself. */
export function summed(costs: readonly Cost[]): Cost {
  const over = (of: (cost: Cost) => number) => median(costs.map(of))
  return { wallMs: over(({ wallMs }) => wallMs), cpuMs: over(({ cpuMs }) => cpuMs), rssMb: over(({ rssMb }) => rssMb) }
}
