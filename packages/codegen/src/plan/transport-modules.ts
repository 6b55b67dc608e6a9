import type { ConsumerTransport, ResolvedOptions } from '../options.ts'
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

/** The transports there are. Adding one is adding a record. */
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

/** The transports that consumers and producers are on. */
export function transportModules(
  users: readonly Pick<ChannelPlan, 'transport'>[],
  { client, runtime, importExtension }: ResolvedOptions,
): readonly TransportModule[] {
  const protocols = new Set(users.map(({ transport }) => transport))
  const wanted = TRANSPORTS.filter((record) => protocols.has(record.protocol) && (record.client ?? client) === client)
  return wanted.map((record) => {
    const { folder, door } = record
    const packaged = door === 'index' ? `@longshore/${folder}` : `@longshore/${folder}/${door}`
    return { ...record, from: runtime === 'package' ? packaged : `./support/${folder}/${door}.${importExtension}` }
  })
}
