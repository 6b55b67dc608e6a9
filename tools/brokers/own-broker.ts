/** A broker of one's own, to stop, kill and restart in a test without disturbing the shared one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Daemon, isRunning, killDaemon, logPath, stopDaemon } from './daemon.ts'

/** Where an own broker lives. */
export interface OwnBrokerOptions {
  /** TCP port on 127.0.0.1. Default: a free one, so that tests never meet. */
  readonly port?: number
  /** Folder of its data, kept over restarts. Default: a new temporary folder. */
  readonly dataDir?: string
  /** Lines added to its configuration file, in its own language; where a setting comes twice the last one counts. */
  readonly settings?: readonly string[]
}

/** A broker that one test owns. It answers when the promise that started it resolves. */
export interface OwnBroker {
  readonly port: number
  /** What a client connects to: `127.0.0.1:40123`, `amqp://…`, `mqtt://…`. */
  readonly url: string
  /** Folder of its data and its configuration. */
  readonly dataDir: string
  /** Ends it in order; data stays. */
  stop(): Promise<void>
  /** Ends it as a crash does (SIGKILL); data stays as the crash left it. */
  kill(): Promise<void>
  /** Starts it again on the same port and data, after `stop` when it still runs. Resolves when it answers. */
  restart(): Promise<void>
  /** Kills it and deletes its data and log. For `afterAll`. */
  remove(): Promise<void>
}

/** Starts a broker: given a port and a folder, resolves to its process once it answers. */
export type Start = (place: { readonly port: number; readonly dataDir: string }) => Promise<Daemon>

/** Wraps a way to start a broker into one that a test can play with. */
export async function ownBroker(
  options: OwnBrokerOptions,
  url: (port: number) => string,
  start: Start,
): Promise<OwnBroker> {
  const port = options.port ?? (await freePort())
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'longshore-broker-'))
  let daemon = await start({ port, dataDir })
  const stop = () => stopDaemon(daemon)
  const kill = () => killDaemon(daemon)
  const restart = async () => {
    if (isRunning(daemon)) await stop()
    daemon = await start({ port, dataDir })
  }
  const remove = async () => {
    await kill()
    rmSync(dataDir, { recursive: true, force: true })
    rmSync(logPath(daemon.id), { force: true })
  }
  return { port, url: url(port), dataDir, stop, kill, restart, remove }
}

/** A TCP port on 127.0.0.1 that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
