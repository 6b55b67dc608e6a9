/**
 * Installs the dependencies when they are missing or the lockfile has changed, checks the pinned Node, and runs on it what
 * follows `--`. Plain JavaScript without dependencies: it starts on whatever Node (20 or newer) is there. The scripts of
 * package.json call it themselves, since npm skips `prestart` and `pretest` when install scripts are switched off.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '..')
const MODULES = join(ROOT, 'node_modules')
const STAMP = join(MODULES, '.setup-stamp')
const LOCK = join(ROOT, '.setup-lock')
const LOCKFILE = join(ROOT, 'package-lock.json')
const NODE = join(MODULES, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

const SCRIPTS_OFF = `The pinned Node is missing: its package fetches it in an install script, and install scripts did not run.
Let this one script run, then call the command again:
  npm rebuild node --ignore-scripts=false
They are switched off by ignore-scripts (npm config get ignore-scripts), or by an npm that does not know "allowScripts" in
package.json; npm 11 does.`

const ADVICE = [
  {
    when: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/,
    advice:
      'The package registry cannot be reached. Check the network and the proxy (npm config get registry), then run the command again.',
  },
  {
    when: /EUSAGE/,
    advice: 'package.json and package-lock.json do not agree. Run npm install, and commit both files.',
  },
]

const ANY_ADVICE = { advice: 'Run npm ci by hand to see everything that it says.' }

const [, command] = process.argv.join('\0').split('\0--\0')
process.exitCode = (await setUp()) || (command === undefined ? 0 : await runOnPinnedNode(command.split('\0')))

/** Ctrl-C reaches the command as well as this process, which only waits for it to end in its own way. */
function runOnPinnedNode(args) {
  const child = spawn(NODE, args, { stdio: 'inherit' })
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1))),
  )
}

async function setUp() {
  if (isUpToDate()) return 0
  await takeLock()
  try {
    return isUpToDate() ? 0 : install()
  } finally {
    rmSync(LOCK, { force: true })
  }
}

/** The pinned Node is there, and so is what the lockfile says: by the hash in the stamp, or installed by hand. */
function isUpToDate() {
  if (!exists(NODE)) return false
  const hash = lockfileHash()
  if (contentOf(STAMP) === hash) return true
  if (!installedByHand()) return false
  writeFileSync(STAMP, hash)
  return true
}

/** npm keeps in node_modules a list of what it installed; it need not hold optional packages of other platforms. */
function installedByHand() {
  const record = contentOf(join(MODULES, '.package-lock.json'))
  if (record === undefined) return false
  const installed = JSON.parse(record).packages
  const wanted = Object.entries(JSON.parse(readFileSync(LOCKFILE, 'utf8')).packages)
  return wanted.every(([path, it]) => path === '' || it.optional || installed[path]?.version === it.version)
}

function install() {
  const first = !exists(MODULES)
  console.log(`Installing dependencies with npm ci (${first ? 'first run' : 'package-lock.json has changed'}) …`)
  const started = Date.now()
  const { status, output } = npm('ci', '--no-audit', '--no-fund', '--loglevel=error')
  if (status !== 0) return fail(explain(output))
  const version = spawnSync(NODE, ['--version'], { encoding: 'utf8' }).stdout?.trim()
  if (!version) return fail(SCRIPTS_OFF)
  writeFileSync(STAMP, lockfileHash())
  console.log(`Installed in ${Math.round((Date.now() - started) / 1_000)} s; scripts run on Node ${version}.`)
  return 0
}

/**
 * Runs npm on the Node that is outside node_modules, since the one inside is about to be replaced.
 * Under `npm run`, npm says where it and its Node are.
 */
function npm(...args) {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(MODULES))
  const outside = cli?.endsWith('.js') && node && !node.startsWith(MODULES)
  const [command, ...before] = outside ? [node, cli] : [process.platform === 'win32' ? 'npm.cmd' : 'npm']
  const { status, stdout, stderr, error } = spawnSync(command, [...before, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PATH: path.join(delimiter) },
    shell: command.endsWith('.cmd'),
  })
  return { status, output: error ? error.message : `${stdout}${stderr}`.trim() }
}

/** npm's own words, without its usage text, and what to do about the causes a newcomer meets. */
function explain(output) {
  const lines = output.split('\n').filter((line) => !/^npm (warn|verbose)/.test(line))
  const usage = lines.findIndex((line) => line.includes('Clean install a project'))
  const words = lines.slice(0, usage < 0 ? undefined : usage).slice(0, 16)
  const { advice } = ADVICE.find(({ when }) => when.test(output)) ?? ANY_ADVICE
  return `npm ci failed:\n${words.join('\n').trimEnd()}\n\n${advice}`
}

function fail(message) {
  console.error(message)
  return 1
}

/** One installs, others wait: two npm in one folder would tear it. The lock of a process that died is taken over. */
async function takeLock() {
  for (;;) {
    try {
      return writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAlive(Number(contentOf(LOCK)))) await delay(200)
    else rmSync(LOCK, { force: true })
  }
}

/** A lock without a number yet was taken this very moment. */
function isAlive(pid) {
  try {
    return !pid || process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function lockfileHash() {
  return createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex')
}

function exists(file) {
  return statSync(file, { throwIfNoEntry: false }) !== undefined
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
