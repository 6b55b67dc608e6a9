import type { Diagnostic } from '@longshore/contract'
import type { ConsumerTransport, ResolvedOptions } from '../options.ts'
import { closureOf } from '../support/closure.ts'
import type { Sources } from '../support/sources.ts'
import type { ChannelPlan } from './channel-plan.ts'

/** What `main.ts` builds a transport with. */
export interface TransportModule {
  readonly protocol: ConsumerTransport
  /** Folder of the package: `transport-kafka`. */
  readonly folder: string
  /** File of the package that is its door; one per client where there are several. */
  readonly door: string
  readonly factory: string
  /** Reads the factory's options from the environment. */
  readonly fromEnvironment: string
  /** The broker client. */
  readonly npm: string
  /** The variable without which there is no broker. */
  readonly environment: 'KAFKA_BROKERS' | 'AMQP_URL' | 'MQTT_URL'
  /** Creates topics or queues; absent where a broker needs none. */
  readonly provision?: string
  /** Where printed code imports both from. */
  readonly from: string
}

/** The transports there are. Adding one is adding a record; one whose sources are not all there is left out. */
const TRANSPORTS: readonly (Omit<TransportModule, 'from'> & { readonly client?: ResolvedOptions['client'] })[] = [
  {
    protocol: 'kafka',
    client: 'platformatic',
    folder: 'transport-kafka',
    door: 'platformatic',
    npm: '@platformatic/kafka',
    factory: 'kafkaTransport',
    fromEnvironment: 'kafkaOptionsFromEnvironment',
    environment: 'KAFKA_BROKERS',
    provision: 'provisionKafka',
  },
  {
    protocol: 'kafka',
    client: 'kafkajs',
    folder: 'transport-kafka',
    door: 'kafkajs',
    npm: 'kafkajs',
    factory: 'kafkaTransport',
    fromEnvironment: 'kafkaOptionsFromEnvironment',
    environment: 'KAFKA_BROKERS',
    provision: 'provisionKafka',
  },
  {
    protocol: 'amqp',
    folder: 'transport-amqp',
    door: 'index',
    npm: 'amqplib',
    factory: 'amqpTransport',
    fromEnvironment: 'amqpOptionsFromEnvironment',
    environment: 'AMQP_URL',
    provision: 'provisionAmqp',
  },
  {
    protocol: 'mqtt',
    folder: 'transport-mqtt',
    door: 'index',
    npm: 'mqtt',
    factory: 'mqttTransport',
    fromEnvironment: 'mqttOptionsFromEnvironment',
    environment: 'MQTT_URL',
  },
]

/** The transports that consumers and producers are on, as far as they can be built here. */
export function transportModules(
  users: readonly Pick<ChannelPlan, 'transport'>[],
  { client, runtime, importExtension }: ResolvedOptions,
  sources: Sources,
): readonly TransportModule[] {
  const protocols = new Set(users.map(({ transport }) => transport))
  const wanted = TRANSPORTS.filter((record) => protocols.has(record.protocol) && (record.client ?? client) === client)
  return wanted
    .filter((record) => isThere(record, sources))
    .map((record) => {
      const { folder, door } = record
      const packaged = door === 'index' ? `@longshore/${folder}` : `@longshore/${folder}/${door}`
      return { ...record, from: runtime === 'package' ? packaged : `./support/${folder}/${door}.${importExtension}` }
    })
}

function isThere({ folder, door, factory, fromEnvironment }: Omit<TransportModule, 'from'>, sources: Sources): boolean {
  const path = `packages/${folder}/src/${door}.ts`
  if (closureOf(sources, [path]).missing.length > 0) return false
  const text = sources.read(path)
  return [factory, fromEnvironment].every((name) => new RegExp(`\\bexport\\b[^;]*\\b${name}\\b`).test(text))
}

/** One finding for each protocol whose consumers `main.ts` cannot start. */
export function missingTransports(
  channels: readonly ChannelPlan[],
  modules: readonly TransportModule[],
): readonly Diagnostic[] {
  const built = new Set(modules.map(({ protocol }) => protocol))
  const firsts = new Map(channels.toReversed().map((channel) => [channel.transport, channel] as const))
  return [...firsts].flatMap(
    ([
      protocol,
      {
        events: [{ manifest }],
      },
    ]): readonly Diagnostic[] => {
      if (built.has(protocol)) return []
      const { source_file: file, pointer } = manifest.metadata
      return [
        {
          code: 'transport_not_built',
          severity: 'info',
          message: `main.ts does not start the ${protocol} consumers: this version has no transport to print for them.`,
          fix: 'Hand each consumer a transport of your own: new …Consumer({ transport }).',
          at: { file, line: 1, column: 1, pointer },
        },
      ]
    },
  )
}
