/** A server process that outlives the command that started it, recorded so that `down` finds it and ends no other. */
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { statePath } from './state.ts'

/** What to run. The id names the record and the log: `kafka`, `kafka-40123`. */
export interface Launch {
  readonly id: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Runs as this user, for a server that refuses root. */
  readonly user?: ServerUser
}

/** A user of this machine, by number. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/** A running server: its process id and the moment it started, which together survive the reuse of process ids. */
export interface Daemon {
  readonly id: string
  readonly pid: number
  readonly startedAt: string
}

/** How long a server may take to end before it is killed. */
const STOP_WITHIN_MS = 20 * 1_000

/** How long an ended process may keep its number; in a container without an init it keeps it for good. */
const REAPED_WITHIN_MS = 500

/** Starts a server in a process group of its own, output to `.brokers/<id>.log`. It is not ready yet. */
export async function launch({ id, command, args, env, user }: Launch): Promise<Daemon> {
  const log = openSync(logPath(id), 'a')
  try {
    const surroundings = { env: { ...process.env, ...env }, ...user }
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], ...surroundings })
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    const pid = child.pid ?? 0
    const daemon = { id, pid, startedAt: startOf(pid) ?? 'at once ended' }
    writeFileSync(recordPath(id), JSON.stringify(daemon))
    return daemon
  } finally {
    closeSync(log)
  }
}

/** The servers on record that still run; records of ended ones are removed on the way. */
export function runningDaemons(): readonly Daemon[] {
  const folder = dirname(recordPath('any'))
  const ids = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.json$/, '')) : []
  return ids
    .map(readRecord)
    .filter((daemon) => daemon !== undefined)
    .filter((daemon) => isRunning(daemon) || forget(daemon))
}

/** The server of that id, if it runs. */
export function findDaemon(id: string): Daemon | undefined {
  return runningDaemons().find((daemon) => daemon.id === id)
}

/** Whether this very process still runs, and no other one with its number. */
export function isRunning({ pid, startedAt }: Daemon): boolean {
  return startOf(pid) === startedAt
}

/** Asks the server to end (SIGTERM) and waits until it has; after 20 s it is killed. */
export async function stopDaemon(daemon: Daemon): Promise<void> {
  signal(daemon, 'SIGTERM')
  if (!(await ended(daemon, STOP_WITHIN_MS))) await killDaemon(daemon)
  forget(daemon)
}

/** Ends the server as a crash would (SIGKILL) and waits until it is gone. */
export async function killDaemon(daemon: Daemon): Promise<void> {
  signal(daemon, 'SIGKILL')
  if (!(await ended(daemon, STOP_WITHIN_MS))) throw new Error(`${daemon.id}: process ${daemon.pid} cannot be ended`)
  forget(daemon)
}

/** The last lines that the server wrote, for an error message. */
export function lastLogLines(id: string, count = 8): string {
  return readFileSync(logPath(id), 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}

/** Where the server's output goes. */
export function logPath(id: string): string {
  return statePath(`${id}.log`)
}

function recordPath(id: string): string {
  return statePath('running', `${id}.json`)
}

function readRecord(id: string): Daemon | undefined {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(recordPath(id), 'utf8'))
    return { id, pid: Number(pid), startedAt: String(startedAt) }
  } catch {
    return undefined
  }
}

function forget({ id }: Daemon): false {
  rmSync(recordPath(id), { force: true })
  return false
}

/** When the process started, as `ps` puts it; nothing when there is no such process, or only its remains. */
function startOf(pid: number): string | undefined {
  try {
    const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
    return state === undefined || state.startsWith('Z') ? undefined : start.join(' ')
  } catch {
    return undefined
  }
}

function signal(daemon: Daemon, name: NodeJS.Signals): void {
  if (!isRunning(daemon)) return
  try {
    process.kill(-daemon.pid, name)
  } catch {
    // It ended between the look and the signal.
  }
}

async function ended(daemon: Daemon, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until && isRunning(daemon); ) await delay(50)
  await reaped(daemon)
  return !isRunning(daemon)
}

/** A server looks at whether its predecessor's number is in use: the parent, often this process, must have let go of it. */
async function reaped({ pid }: Daemon): Promise<void> {
  for (const until = Date.now() + REAPED_WITHIN_MS; Date.now() < until && exists(pid); ) await delay(10)
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
