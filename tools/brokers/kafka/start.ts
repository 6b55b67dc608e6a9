/** Starts Apache Kafka on this machine's Java: KRaft, one node, on loopback. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Daemon, launch } from '../daemon.ts'
import { javaCommand } from '../machine.ts'
import { freePort, type OwnBroker, type OwnBrokerOptions, ownBroker } from '../own-broker.ts'
import { probeKafka } from '../probe/kafka.ts'
import { firstAnswer } from '../ready.ts'
import { kafkaClassPath } from './class-path.ts'
import { type KafkaNode, kafkaSettings } from './settings.ts'

const run = promisify(execFile)

/** A fixed cluster id: data of an earlier start stays readable. */
const CLUSTER_ID = 'bG9uZ3Nob3JlLXRlc3RzMA'

export interface OwnKafkaOptions extends OwnBrokerOptions, Pick<KafkaNode, 'secured'> {
  /** Users of SCRAM-SHA-256 and SCRAM-SHA-512, name to password. Default none. */
  readonly users?: { readonly [name: string]: string }
}

/** A Kafka of one's own for a test. Needs `mvn` and Java 17; takes about 5 s to answer. */
export function startKafka(options: OwnKafkaOptions = {}): Promise<OwnBroker> {
  return ownBroker(
    options,
    (port) => `127.0.0.1:${port}`,
    ({ port, dataDir }) => startKafkaNode(`kafka-${port}`, port, dataDir, options),
  )
}

/** Starts a node under that id, on a new or an earlier data folder. Resolves when it serves clients. */
export async function startKafkaNode(
  id: string,
  port: number,
  dataDir: string,
  { secured = {}, settings: added = [], users = {} }: Omit<OwnKafkaOptions, 'port' | 'dataDir'> = {},
): Promise<Daemon> {
  const java = await kafkaJava()
  const settingsFile = join(dataDir, 'server.properties')
  mkdirSync(dataDir, { recursive: true })
  const settings = kafkaSettings({ port, controllerPort: await freePort(), dataDir, secured })
  writeFileSync(settingsFile, settings + added.map((line) => `${line}\n`).join(''))
  const format = ['format', '--ignore-formatted', '-t', CLUSTER_ID, '-c', settingsFile, ...scram(users)]
  await run(java.command, java.args('kafka.tools.StorageTool', ...format))
  const daemon = await launch({ id, command: java.command, args: java.args('kafka.Kafka', settingsFile) })
  await firstAnswer(daemon, () => probeKafka({ host: '127.0.0.1', port }))
  return daemon
}

function scram(users: NonNullable<OwnKafkaOptions['users']>): readonly string[] {
  return Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((how) => ['--add-scram', `${how}=[name=${name},password=${password}]`]),
  )
}

/** Java with Kafka's class path and a bounded heap. */
async function kafkaJava() {
  const classPath = await kafkaClassPath()
  const options = [
    '-Xmx512m',
    '-XX:+UseSerialGC',
    `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.properties')}`,
  ]
  return {
    command: javaCommand(),
    args: (...rest: readonly string[]) => [...options, '-cp', classPath, ...rest],
  }
}
