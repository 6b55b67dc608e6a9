/** Loaded into whatever is measured: leaves its CPU time and memory where BENCH_USAGE says. */
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const { BENCH_USAGE } = process.env

if (isMainThread && BENCH_USAGE) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    const usage = { cpuMs: (userCPUTime + systemCPUTime) / 1_000, rssMb: maxRSS / 1_024 }
    writeFileSync(`${BENCH_USAGE}.${process.pid}`, JSON.stringify(usage))
  })
}
