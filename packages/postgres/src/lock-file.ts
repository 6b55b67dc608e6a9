import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { Failure } from '@longshore/runtime'

/** Held until it is released; a crashed holder's is taken over. */
export interface LockFile {
  release(): Promise<void>
}

interface Holder {
  readonly token: string
  readonly pid: number
  readonly host: string
}

const TOUCH_EVERY_MS = 5_000
/** A holder on another host that has not touched its file for so long is gone. */
const STALE_AFTER_MS = 4 * TOUCH_EVERY_MS

const heldHere = new Set<string>()

/**
 * Makes sure that one process at a time uses what lies beside `path`. Refuses with CONTRADICTORY_OPTIONS while another holds it. On one
 * host the holder's process tells whether it lives; across hosts, as in containers that share a volume, the time it last touched the file.
 */
export async function lockFile(path: string): Promise<LockFile> {
  await mkdir(dirname(path), { recursive: true })
  const holder = { token: randomUUID(), pid: process.pid, host: hostname() }
  if (!(await create(path, holder))) {
    const other = await read(path)
    if (await isAlive(path, other)) throw refusal(path, other)
    // One of several that come at once moves the stale file away; the others find it gone, or find a new one.
    await rename(path, `${path}.${holder.token}`).catch(() => undefined)
    await rm(`${path}.${holder.token}`, { force: true })
    if (!(await create(path, holder))) throw refusal(path, await read(path))
  }
  heldHere.add(holder.token)
  const touching = setInterval(() => utimes(path, new Date(), new Date()).catch(() => undefined), TOUCH_EVERY_MS)
  touching.unref()
  return {
    async release() {
      clearInterval(touching)
      if (heldHere.delete(holder.token)) await rm(path, { force: true })
    },
  }
}

async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(JSON.stringify(holder))
    await file.close()
    return true
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false
    throw thrown
  }
}

async function read(path: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof value !== 'object' || value === null) return undefined
    if (!('token' in value) || !('pid' in value) || !('host' in value)) return undefined
    const { token, pid, host } = value
    return typeof token === 'string' && typeof pid === 'number' && typeof host === 'string'
      ? { token, pid, host }
      : undefined
  } catch {
    return undefined
  }
}

async function isAlive(path: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.host !== hostname()) return isFresh(path)
  if (holder.pid === process.pid) return heldHere.has(holder.token)
  try {
    process.kill(holder.pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

/** Whether its holder has touched it lately. */
async function isFresh(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs < STALE_AFTER_MS
  } catch {
    return false
  }
}

function refusal(path: string, holder: Holder | undefined): Failure {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`
  return new Failure(
    'CONTRADICTORY_OPTIONS',
    `The embedded database is in use by ${who} (${path}); two would lose rows. Stop it, or set DATABASE_URL to share a PostgreSQL.`,
  )
}
