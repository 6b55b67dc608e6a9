/** Starts PostgreSQL from this machine's package: a cluster of its own, without passwords, on loopback. */
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Daemon, launch, type ServerUser } from '../daemon.ts'
import { type OwnBroker, type OwnBrokerOptions, ownBroker } from '../own-broker.ts'
import { probePostgres } from '../probe/postgres.ts'
import { firstAnswer } from '../ready.ts'

/** A PostgreSQL of one's own for a test. Takes about a second to answer. */
export function startPostgres(options: OwnBrokerOptions = {}): Promise<OwnBroker> {
  return ownBroker(
    options,
    (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
    ({ port, dataDir }) => startPostgresNode(`postgres-${port}`, port, dataDir),
  )
}

/** Starts a cluster under that id, on a new or an earlier data folder. Resolves when it takes sessions. */
export async function startPostgresNode(id: string, port: number, dataDir: string): Promise<Daemon> {
  const user = serverUser()
  createCluster(dataDir, user)
  const daemon = await launch({
    id,
    command: postgresCommand('postgres'),
    args: ['-D', dataDir, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    ...(user && { user }),
  })
  const address = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', hasPassword: false }
  await firstAnswer(daemon, () => probePostgres(address))
  return daemon
}

/**
 * A program of the server in the folder `POSTGRES_BIN`, to try another version; else of the newest one on this machine. Debian keeps them
 * apart by version and off the path.
 */
export function postgresCommand(name: string): string {
  const chosen = process.env.POSTGRES_BIN
  if (chosen !== undefined && chosen !== '') return join(chosen, name)
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).filter((it) => existsSync(join(DEBIAN, it, 'bin', name)))
    : []
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? name : join(DEBIAN, newest, 'bin', name)
}

const DEBIAN = '/usr/lib/postgresql'

/** The server refuses to run as root: there the package's own user runs it. */
function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function createCluster(dataDir: string, user: ServerUser | undefined): void {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return
  mkdirSync(dataDir, { recursive: true })
  if (user) chownSync(dataDir, user.uid, user.gid)
  const options = ['-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  execFileSync(postgresCommand('initdb'), ['-D', dataDir, ...options], { stdio: 'pipe', cwd: dataDir, ...user })
}
