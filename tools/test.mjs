/**
 * `npm test [-- <vitest arguments>]`: format, lint, layers, types, then the tests, with the brokers that answer on loopback.
 * Brokers are required under `CI=true` and with `--brokers`, which runs their tests alone.
 * The last line is `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { lookAt } from './brokers/index.ts'
import { check } from './check.mjs'

const ROOT = join(import.meta.dirname, '..')

process.exitCode = await main(process.argv.slice(2))

async function main(args) {
  const brokersOnly = args.includes('--brokers')
  const checked = brokersOnly || check()
  const brokers = await lookAt()
  console.log(brokers.map(brokerLine).join('\n'))
  const missing = brokers.filter(({ state }) => state !== 'usable')
  const required = brokersOnly || process.env.CI === 'true'
  if (!checked) console.log('✗ this run fails, whatever the tests say: see the checks above')
  const passed = runTests(
    brokersOnly,
    args.filter((arg) => arg !== '--brokers'),
    missing.length > 0 && required,
  )
  return checked && passed ? 0 : 1
}

function brokerLine({ name, variable, place, state, version, problem }) {
  if (state === 'usable') return `✓ ${name} ${place}${version ? `, ${version}` : ''}`
  return `- ${name} ${place}: ${problem}; tests that need ${variable} are skipped. Start it: npm run brokers -- up ${name}`
}

/** Vitest prints as usual; its JSON report is what is counted. */
function runTests(brokersOnly, args, brokersMissing) {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-test-'))
  const report = join(folder, 'report.json')
  try {
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
    const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const project = brokersOnly ? ['--project=brokers'] : []
    const { status } = spawnSync(process.execPath, [vitest, 'run', ...project, ...options, ...args], {
      cwd: ROOT,
      stdio: 'inherit',
      env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' },
    })
    const counts = count(JSON.parse(readFileSync(report, 'utf8')))
    for (const file of counts.skippedFiles) console.log(`Skipped for want of a broker: ${file}`)
    if (brokersMissing) console.log('A broker is missing, and this run requires all of them.')
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
    return status === 0 && counts.failed === 0 && counts.passed > 0 && !brokersMissing
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A file that cannot be loaded holds no test, and counts as one that failed. */
function count({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const skippedFiles = testResults.filter(
    ({ name, assertionResults }) =>
      name.endsWith('.broker.test.ts') &&
      assertionResults.every(({ status }) => status === 'skipped' || status === 'pending'),
  )
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
    skippedFiles: skippedFiles.map(({ name }) => relative(ROOT, name)),
  }
}
