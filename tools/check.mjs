/** `npm run check`: everything about the source that needs no test run. Silent about what is in order, but for one line each. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

const CHECKS = [
  { about: 'format and lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { about: 'layers', command: process.execPath, args: ['tools/layers/main.ts'] },
  { about: 'types', command: 'tsc', args: ['--noEmit', '-p', '.'] },
  // What is copied into a user's project compiles with the library of ES2022.
  { about: 'types of vendored sources', command: 'tsc', args: ['-p', 'tsconfig.vendored.json'] },
]

/** Runs all checks, and prints the words of those that fail. Returns whether all is in order. */
export function check() {
  return CHECKS.map(run).every(Boolean)
}

function run({ about, command, args }) {
  const started = performance.now()
  const path = `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
    maxBuffer: 64 * 1024 * 1024,
  })
  const passed = status === 0
  console.log(`${passed ? '✓' : '✗'} ${about} (${((performance.now() - started) / 1_000).toFixed(1)} s)`)
  if (!passed) console.log(`${error ? error.message : `${stdout}${stderr}`.trimEnd()}\n`)
  return passed
}

if (import.meta.main) process.exitCode = check() ? 0 : 1
