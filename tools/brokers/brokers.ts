/** The four servers that tests use: where each is expected, how to ask it, how to start it. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Daemon } from './daemon.ts'
import { KAFKA_VERSION } from './kafka/class-path.ts'
import { startKafkaNode } from './kafka/start.ts'
import { lacksCommand, lacksJava } from './machine.ts'
import { mosquittoCommand, startMosquittoNode } from './mosquitto/start.ts'
import { postgresCommand, startPostgresNode } from './postgres/start.ts'
import { probeAmqp } from './probe/amqp.ts'
import type { Answer } from './probe/answer.ts'
import type { Address } from './probe/ask.ts'
import { probeKafka } from './probe/kafka.ts'
import { probeMqtt } from './probe/mqtt.ts'
import { probePostgres } from './probe/postgres.ts'
import { rabbitmqCommand, startRabbitmqNode } from './rabbitmq/start.ts'
import { statePath } from './state.ts'

/** A server that tests may use. */
export interface Broker {
  readonly name: BrokerName
  /** The environment variable that says where it is, for tests as for users. */
  readonly variable: string
  /** Where it is when the variable is not set. */
  readonly defaultUrl: string
  readonly probe: (url: string) => Promise<Answer | undefined>
  /** What this machine lacks to start it without a container; nothing when it can. */
  readonly lacks: () => string | undefined
  /** Debian packages that fill the lack. */
  readonly packages: readonly string[]
  readonly start: () => Promise<Daemon>
  /** The version that `start` starts, for a server that does not tell. */
  readonly ourVersion?: string
}

/** The names that the command line takes. */
export type BrokerName = 'kafka' | 'rabbitmq' | 'mosquitto' | 'postgres'

/** In the order in which they are reported. */
export const BROKERS: readonly Broker[] = [
  {
    name: 'kafka',
    variable: 'KAFKA_BROKERS',
    defaultUrl: '127.0.0.1:9092',
    probe: (url) => probeKafka(address(`kafka://${url.split(',')[0]}`, 9092)),
    lacks: () => lacksJava(17) ?? lacksCommand('mvn'),
    packages: ['default-jre-headless', 'maven'],
    start: () => startKafkaNode('kafka', 9092, statePath('kafka')),
    ourVersion: KAFKA_VERSION,
  },
  {
    name: 'rabbitmq',
    variable: 'AMQP_URL',
    defaultUrl: 'amqp://guest:guest@127.0.0.1:5672',
    probe: (url) => probeAmqp(address(url, 5672)),
    lacks: () => lacksCommand(rabbitmqCommand()),
    packages: ['rabbitmq-server'],
    start: () => startRabbitmqNode('rabbitmq', 5672, statePath('rabbitmq')),
  },
  {
    name: 'mosquitto',
    variable: 'MQTT_URL',
    defaultUrl: 'mqtt://127.0.0.1:1883',
    probe: (url) => probeMqtt(address(url, 1883)),
    lacks: () => lacksCommand(mosquittoCommand()),
    packages: ['mosquitto'],
    start: () => startMosquittoNode('mosquitto', 1883, statePath('mosquitto')),
  },
  {
    name: 'postgres',
    variable: 'DATABASE_URL',
    defaultUrl: 'postgres://postgres@127.0.0.1:5432/postgres',
    probe: (url) => probePostgres({ ...address(url, 5432), ...session(url) }),
    lacks: () => lacksCommand(postgresCommand('initdb')),
    packages: ['postgresql'],
    start: () => startPostgresNode('postgres', 5432, postgresFolder()),
  },
]

/** Where tests find this broker: its environment variable, else the usual port on loopback. */
export function brokerUrl({ variable, defaultUrl }: Broker): string {
  return process.env[variable] || defaultUrl
}

function address(url: string, defaultPort: number): Address {
  const { hostname, port } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || defaultPort }
}

function session(url: string) {
  const { username, password, pathname } = new URL(url)
  const user = decodeURIComponent(username) || 'postgres'
  return { user, database: pathname.slice(1) || user, hasPassword: password !== '' }
}

/** Root's PostgreSQL runs as another user, who may not be let into the repository's parent folders. */
function postgresFolder(): string {
  return process.getuid?.() === 0 ? join(tmpdir(), 'longshore-postgres-5432') : statePath('postgres')
}
