/** Starts RabbitMQ from this machine's package, as a node apart from any other on the machine. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Daemon, launch } from '../daemon.ts'
import { freePort, type OwnBroker, type OwnBrokerOptions, ownBroker } from '../own-broker.ts'
import { probeAmqp } from '../probe/amqp.ts'
import { firstAnswer } from '../ready.ts'

const run = promisify(execFile)

export interface OwnRabbitmqOptions extends OwnBrokerOptions {
  /** Default none. */
  readonly plugins?: readonly string[]
}

/** A RabbitMQ of one's own for a test. Takes about 5 s to answer. */
export function startRabbitmq(options: OwnRabbitmqOptions = {}): Promise<OwnBroker> {
  return ownBroker(
    options,
    (port) => `amqp://guest:guest@127.0.0.1:${port}`,
    ({ port, dataDir }) => startRabbitmqNode(`rabbitmq-${port}`, port, dataDir, options),
  )
}

/** Starts a node under that id, on a new or an earlier data folder. Resolves when it greets clients. */
export async function startRabbitmqNode(
  id: string,
  port: number,
  dataDir: string,
  { plugins = [], settings = [] }: Pick<OwnRabbitmqOptions, 'plugins' | 'settings'> = {},
): Promise<Daemon> {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'enabled_plugins'), `[${plugins.join(',')}].\n`)
  const lines = ['disk_free_limit.absolute = 50MB', ...settings]
  writeFileSync(join(dataDir, 'rabbitmq.conf'), lines.map((line) => `${line}\n`).join(''))
  const daemon = await launch({ id, command: rabbitmqCommand(), args: [], env: await environment(port, dataDir) })
  await firstAnswer(daemon, () => probeAmqp({ host: '127.0.0.1', port }))
  return daemon
}

/** Runs `rabbitmqctl` against a broker of one's own, and resolves to what it prints. Takes about 2 s. */
export async function rabbitmqctl(
  { port, dataDir }: Pick<OwnBroker, 'port' | 'dataDir'>,
  ...args: readonly string[]
): Promise<string> {
  const surroundings = { env: { ...process.env, HOME: dataDir } }
  const { stdout } = await run(CTL, ['--quiet', '--node', nodeName(port), ...args], surroundings)
  return stdout
}

/** Debian's own script, below its wrapper, as below. */
const CTL = existsSync('/usr/lib/rabbitmq/bin/rabbitmqctl') ? '/usr/lib/rabbitmq/bin/rabbitmqctl' : 'rabbitmqctl'

/** Debian's own script, below its wrapper, which would change to another user and into the system's data folder. */
export function rabbitmqCommand(): string {
  const script = '/usr/lib/rabbitmq/bin/rabbitmq-server'
  return existsSync(script) ? script : 'rabbitmq-server'
}

function nodeName(port: number): string {
  return `longshore-${port}@localhost`
}

async function environment(port: number, dataDir: string): Promise<Record<string, string>> {
  return {
    HOME: dataDir,
    RABBITMQ_NODENAME: nodeName(port),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_MNESIA_BASE: join(dataDir, 'data'),
    RABBITMQ_LOG_BASE: join(dataDir, 'log'),
    RABBITMQ_CONFIG_FILE: join(dataDir, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dataDir, 'enabled_plugins'),
  }
}
