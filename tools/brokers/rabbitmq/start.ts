/** Starts RabbitMQ from this machine's package, as a node apart from any other on the machine. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Daemon, launch } from '../daemon.ts'
import { freePort, type OwnBroker, type OwnBrokerOptions, ownBroker } from '../own-broker.ts'
import { probeAmqp } from '../probe/amqp.ts'
import { firstAnswer } from '../ready.ts'

/** A RabbitMQ of one's own for a test. Takes about 5 s to answer. */
export function startRabbitmq(options: OwnBrokerOptions = {}): Promise<OwnBroker> {
  return ownBroker(
    options,
    (port) => `amqp://guest:guest@127.0.0.1:${port}`,
    ({ port, dataDir }) => startRabbitmqNode(`rabbitmq-${port}`, port, dataDir),
  )
}

/** Starts a node under that id, on a new or an earlier data folder. Resolves when it greets clients. */
export async function startRabbitmqNode(id: string, port: number, dataDir: string): Promise<Daemon> {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'enabled_plugins'), '[].\n')
  writeFileSync(join(dataDir, 'rabbitmq.conf'), 'disk_free_limit.absolute = 50MB\n')
  const daemon = await launch({ id, command: rabbitmqCommand(), args: [], env: await environment(port, dataDir) })
  await firstAnswer(daemon, () => probeAmqp({ host: '127.0.0.1', port }))
  return daemon
}

/** Debian's own script, below its wrapper, which would change to another user and into the system's data folder. */
export function rabbitmqCommand(): string {
  const script = '/usr/lib/rabbitmq/bin/rabbitmq-server'
  return existsSync(script) ? script : 'rabbitmq-server'
}

async function environment(port: number, dataDir: string): Promise<Record<string, string>> {
  return {
    HOME: dataDir,
    RABBITMQ_NODENAME: `longshore-${port}@localhost`,
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
