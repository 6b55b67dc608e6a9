/** Transports that consumers are printed for. */
export type ConsumerTransport = 'kafka' | 'amqp' | 'mqtt'

/** Ways to have topics and queues created. */
export type Provision = (typeof PROVISIONS)[number]

export const PROVISIONS = Object.freeze(['script', 'strimzi', 'rabbitmq'] as const)

/** How consumers are printed. What they do is the contract's business. */
export interface GenerateOptions {
  /** For channels whose transport the contract does not tell. Default: none, and such a channel is reported and left out. */
  readonly transport?: ConsumerTransport
  /** Client of Kafka. Default `platformatic`: maintained, pure TypeScript, KIP-848. */
  readonly client?: 'platformatic' | 'kafkajs'
  /**
   * `standalone` prints what the consumers need into `support/`, so that they depend on the broker client alone. `package` imports
   * `@longshore/runtime` instead. Default `standalone`.
   */
  readonly runtime?: 'standalone' | 'package'
  /** How relative imports end. Default `js`, which every bundler and `tsc` take; `ts` for Node's type stripping. */
  readonly importExtension?: 'js' | 'ts'
  /** The runner tests are printed for. Default `vitest`. */
  readonly tests?: 'vitest' | 'node' | 'none'
  /**
   * `postgres` keeps the inbox in PostgreSQL: handlers get `context.tx`, and what they write through it happens once. Default `none`:
   * at-least-once, which needs no database.
   */
  readonly inbox?: 'none' | 'postgres'
  /** `nestjs` prints injectable handlers and a module that starts the consumers. Default `none`. */
  readonly framework?: 'none' | 'nestjs'
  /** Prints a typed producer for each event the described application sends. Default false: consumers are what is asked for. */
  readonly producers?: boolean
  /** Prints, beside each test on the memory transport, one that runs the same consumer on the broker the environment names. Default false. */
  readonly brokerTests?: boolean
  /**
   * What is to be created at the brokers before the consumers start. `script`: a program that creates what is missing and says what is
   * not as stated. `strimzi`: `KafkaTopic` and `KafkaUser` resources. `rabbitmq`: a definitions file. Default none.
   */
  readonly provision?: readonly Provision[]
  /** Name of Strimzi's `Kafka` resource that the resources belong to. Default `kafka`. */
  readonly kafkaCluster?: string
  /** First half of the consumer group where the contract names none. Default: the URN's domain. */
  readonly service?: string
  /** `received`: channels the described application receives, or all when it receives none. Default `received`. */
  readonly channels?: 'received' | 'all'
}

export type ResolvedOptions = Omit<Required<GenerateOptions>, 'transport' | 'service'> &
  Pick<GenerateOptions, 'transport' | 'service'>

/** The defaults; each reason stands at its option. */
export const GENERATE_DEFAULTS = Object.freeze({
  client: 'platformatic',
  runtime: 'standalone',
  importExtension: 'js',
  tests: 'vitest',
  inbox: 'none',
  framework: 'none',
  producers: false,
  brokerTests: false,
  provision: Object.freeze([]),
  kafkaCluster: 'kafka',
  channels: 'received',
} as const satisfies GenerateOptions)

export function resolveOptions(options: GenerateOptions): ResolvedOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return { ...GENERATE_DEFAULTS, ...given }
}
