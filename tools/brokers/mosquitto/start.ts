/** Starts Mosquitto from this machine's package, with persistence on. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Daemon, launch } from '../daemon.ts'
import { type OwnBroker, type OwnBrokerOptions, ownBroker } from '../own-broker.ts'
import { probeMqtt } from '../probe/mqtt.ts'
import { firstAnswer } from '../ready.ts'

/** A Mosquitto of one's own for a test. `stop` keeps every session; `kill` loses at most the last second. */
export function startMosquitto(options: OwnBrokerOptions = {}): Promise<OwnBroker> {
  return ownBroker(
    options,
    (port) => `mqtt://127.0.0.1:${port}`,
    ({ port, dataDir }) => startMosquittoNode(`mosquitto-${port}`, port, dataDir, options.settings),
  )
}

/** Starts a node under that id, on a new or an earlier data folder. Resolves when it accepts connections. */
export async function startMosquittoNode(
  id: string,
  port: number,
  dataDir: string,
  added: readonly string[] = [],
): Promise<Daemon> {
  const settingsFile = join(dataDir, 'mosquitto.conf')
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(settingsFile, settings(port, dataDir, added))
  const daemon = await launch({ id, command: mosquittoCommand(), args: ['-c', settingsFile] })
  await firstAnswer(daemon, () => probeMqtt({ host: '127.0.0.1', port }))
  return daemon
}

/** Debian installs servers where the path of an ordinary user does not reach. */
export function mosquittoCommand(): string {
  return existsSync('/usr/sbin/mosquitto') ? '/usr/sbin/mosquitto' : 'mosquitto'
}

function settings(port: number, dataDir: string, added: readonly string[]): string {
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${dataDir}/`,
    'autosave_interval 1',
    'max_queued_messages 0',
    // Started as root it would turn into another user, who may not write the data folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...added,
  ]
  return lines.map((line) => `${line}\n`).join('')
}
