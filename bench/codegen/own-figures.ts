/** What ours takes by itself: whole processes, memory, and printing alone. */
import { join } from 'node:path'
import { median } from '../kafka/figures.ts'
import { type Cost, run, summed } from './measure.ts'
import { COMMAND, ours } from './ours.ts'

const UNCACHED = { NODE_DISABLE_COMPILE_CACHE: '1' }

/** Ours alone: with the compile cache filled, as from the second run on, and without it, as in the first. */
export async function ownFigures(specs: string, folder: string, pairs: number) {
  const full = join(specs, 'kafka50-v3.yaml')
  const [check, generate, checkUncached, generateUncached]: Cost[][] = [[], [], [], []]
  for (let round = 0; round <= pairs; round += 1) {
    const costs = [
      await ours('check', full, folder),
      await ours('consumers', full, folder),
      await ours('check', full, folder, UNCACHED),
      await ours('consumers', full, folder, UNCACHED),
    ] as const
    if (round === 0) continue // a warm-up, which also fills the cache
    for (const [index, list] of [check, generate, checkUncached, generateUncached].entries())
      list?.push(costs[index] ?? costs[0])
    console.error(`round ${round}: check ${costs[0].wallMs.toFixed(0)} ms, generate ${costs[1].wallMs.toFixed(0)} ms`)
  }
  return {
    check: summed(check ?? []),
    generate: summed(generate ?? []),
    checkWithoutCompileCache: summed(checkUncached ?? []),
    generateWithoutCompileCache: summed(generateUncached ?? []),
    heapGrowthMb: await heapGrowth(full, folder),
    inProcess: {
      1: await inProcess(join(specs, 'kafka1-v3.yaml'), pairs),
      20: await inProcess(join(specs, 'kafka20-v3.yaml'), pairs),
      50: await inProcess(join(specs, 'kafka50-v3.yaml'), pairs),
    } as {
      readonly [consumers: string]: InProcess
    },
  }
}

/** The most the collector ever found in use, garbage included, above what Node itself begins with. */
async function heapGrowth(document: string, folder: string): Promise<number> {
  const out = join(folder, 'heap')
  const { output } = await run(['--trace-gc', COMMAND, 'generate', document, '--out', out], process.env)
  const inUse = [...output.matchAll(/(?:Scavenge|Mark-Compact)[^\d]*([\d.]+) \(/g)].map(([, megabytes]) =>
    Number(megabytes),
  )
  const bare = await run(['--print', 'process.memoryUsage().heapUsed / 1e6'], process.env)
  return Math.max(...inUse) - Number(bare.output)
}

interface InProcess {
  readonly consumers: number
  readonly consumerColdMs: number
  readonly coldMs: number
  readonly warmMs: number
  readonly standaloneColdMs: number
  readonly standaloneWarmMs: number
}

/** Medians over as many processes as there are pairs: a cold run happens once in each. */
async function inProcess(document: string, pairs: number): Promise<InProcess> {
  const runs: InProcess[] = []
  for (let round = 0; round < pairs; round += 1) {
    const { code, output } = await run([join(import.meta.dirname, 'in-process-run.ts'), document], process.env)
    if (code !== 0) throw new Error(output)
    runs.push(JSON.parse(output))
  }
  const over = (of: (run: InProcess) => number) => median(runs.map(of))
  return {
    consumers: over(({ consumers }) => consumers),
    consumerColdMs: over(({ consumerColdMs }) => consumerColdMs),
    coldMs: over(({ coldMs }) => coldMs),
    warmMs: over(({ warmMs }) => warmMs),
    standaloneColdMs: over(({ standaloneColdMs }) => standaloneColdMs),
    standaloneWarmMs: over(({ standaloneWarmMs }) => standaloneWarmMs),
  }
}
