import { GENERATE_DEFAULTS, type GenerateOptions, PROVISIONS, type Provision } from '@longshore/codegen'
import { type Command, choiceFlag, type FlagValues, type Invocation, textFlag } from './command.ts'

const TRANSPORTS = ['kafka', 'amqp', 'mqtt', 'from-contract'] as const

/** Flags that say how consumers are printed; each may stand in longshore.yaml under `generator`. */
export const GENERATE_FLAGS: Command['flags'] = Object.freeze({
  transport: {
    type: 'string',
    value: '<name>',
    about: 'kafka, amqp or mqtt, for channels whose transport the contract does not tell',
  },
  client: { type: 'string', value: '<name>', about: `platformatic or kafkajs; default ${GENERATE_DEFAULTS.client}` },
  runtime: {
    type: 'string',
    value: '<kind>',
    about: `standalone (source in support/) or package; default ${GENERATE_DEFAULTS.runtime}`,
  },
  tests: { type: 'string', value: '<runner>', about: `vitest, node or none; default ${GENERATE_DEFAULTS.tests}` },
  'import-extension': {
    type: 'string',
    value: '<ext>',
    about: `js or ts; default ${GENERATE_DEFAULTS.importExtension}`,
  },
  inbox: {
    type: 'string',
    value: '<where>',
    about: `none, or postgres: effects in context.tx happen once; default ${GENERATE_DEFAULTS.inbox}`,
  },
  framework: { type: 'string', value: '<name>', about: `none or nestjs; default ${GENERATE_DEFAULTS.framework}` },
  producers: { type: 'boolean', about: 'a typed producer for each event the application sends' },
  'broker-tests': {
    type: 'boolean',
    about: 'tests that run the consumers on the broker the environment names as well',
  },
  provision: {
    type: 'string',
    value: '<kinds>',
    about: 'script, strimzi, rabbitmq, or several with commas: what creates topics, queues and users',
  },
  'kafka-cluster': {
    type: 'string',
    value: '<name>',
    about: `Strimzi's Kafka resource; default ${GENERATE_DEFAULTS.kafkaCluster}`,
  },
  service: { type: 'string', value: '<name>', about: 'first half of the consumer group where the contract names none' },
  channels: { type: 'string', value: '<which>', about: `received or all; default ${GENERATE_DEFAULTS.channels}` },
})

/** Flags before the configuration's `generator`, before the defaults. */
export function generateOptions({ flags, config }: Pick<Invocation, 'flags' | 'config'>): GenerateOptions {
  const given: FlagValues = { ...onlyText(config.generator), ...flags }
  const transport = choiceFlag(given, 'transport', TRANSPORTS, 'from-contract')
  const service = textFlag(given, 'service')
  return {
    client: choiceFlag(given, 'client', ['platformatic', 'kafkajs'], GENERATE_DEFAULTS.client),
    runtime: choiceFlag(given, 'runtime', ['standalone', 'package'], GENERATE_DEFAULTS.runtime),
    tests: choiceFlag(given, 'tests', ['vitest', 'node', 'none'], GENERATE_DEFAULTS.tests),
    importExtension: choiceFlag(given, 'import-extension', ['js', 'ts'], GENERATE_DEFAULTS.importExtension),
    inbox: choiceFlag(given, 'inbox', ['none', 'postgres'], GENERATE_DEFAULTS.inbox),
    framework: choiceFlag(given, 'framework', ['none', 'nestjs'], GENERATE_DEFAULTS.framework),
    producers: isOn(given.producers),
    brokerTests: isOn(given['broker-tests']),
    provision: provisions(textFlag(given, 'provision') ?? ''),
    kafkaCluster: textFlag(given, 'kafka-cluster') ?? GENERATE_DEFAULTS.kafkaCluster,
    channels: choiceFlag(given, 'channels', ['received', 'all'], GENERATE_DEFAULTS.channels),
    ...(transport === 'from-contract' ? {} : { transport }),
    ...(service === undefined ? {} : { service }),
  }
}

function isOn(value: FlagValues[string]): boolean {
  return value === true || value === 'true'
}

function provisions(list: string): readonly Provision[] {
  const words = list.split(',').map((word) => word.trim())
  return words
    .filter((word) => word !== '')
    .map((word) => choiceFlag({ provision: word }, 'provision', PROVISIONS, 'script'))
}

function onlyText(options: { readonly [name: string]: unknown }): FlagValues {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)]))
}
