/** Prints docs/options.md from the docstrings of the options, which stand beside the code that reads them. */
import { readFile } from 'node:fs/promises'
import { type OptionEntry, readOptions, readTable } from './read-options.ts'

/** What has options: a title, the file under `packages/`, its interface. */
export type OptionSet = readonly [title: string, file: string, name: string]

export const OPTION_SETS: readonly OptionSet[] = [
  ['A consumer', 'runtime/src/options.ts', 'ConsumerOptions'],
  ['Parking', 'runtime/src/parked-source.ts', 'ParkingLimits'],
  ['Batches', 'runtime/src/batch.ts', 'BatchOptions'],
  ['Redrive', 'runtime/src/redrive.ts', 'RedriveOptions'],
  ['Kafka', 'transport-kafka/src/options.ts', 'KafkaOptions'],
  ['RabbitMQ', 'transport-amqp/src/options.ts', 'AmqpOptions'],
  ['MQTT', 'transport-mqtt/src/options.ts', 'MqttOptions'],
  ['The store', 'postgres/src/store.ts', 'PostgresStoreOptions'],
  ['PostgreSQL', 'postgres/src/pg.ts', 'PgOptions'],
  ['The outbox relay', 'postgres/src/outbox-relay.ts', 'OutboxRelayOptions'],
  ['Printing consumers', 'codegen/src/options.ts', 'GenerateOptions'],
  ['Reading contracts', 'contract/src/load-options.ts', 'LoadOptions'],
]

/** What is read from the environment: a title, the file under `packages/` whose docstring has the table. */
const ENVIRONMENTS = [
  ['Kafka', 'transport-kafka/src/environment.ts'],
  ['RabbitMQ', 'transport-amqp/src/environment.ts'],
  ['MQTT', 'transport-mqtt/src/environment.ts'],
] as const

/** The options of one set, as its file tells them. */
export async function optionsOf([, file, name]: OptionSet): Promise<readonly OptionEntry[]> {
  return readOptions(await sourceOf(file), name)
}

function sourceOf(file: string): Promise<string> {
  return readFile(new URL(`../../packages/${file}`, import.meta.url), 'utf8')
}

export async function optionsPage(): Promise<string> {
  const sections = await Promise.all(OPTION_SETS.map(async (set) => section(set, await optionsOf(set))))
  const variables = await Promise.all(
    ENVIRONMENTS.map(async ([title, file]) => [`### ${title}`, '', ...readTable(await sourceOf(file)), '']),
  )
  return [
    '# Options',
    '',
    'Printed from the docstrings beside the code; a test compares the two, and each default that stands there with the one that is used.',
    '',
    ...sections,
    '## Environment',
    '',
    'What the printed `main.ts`, the commands and the examples read. `longshore doctor` tries it. PostgreSQL takes `DATABASE_URL`, else',
    '`POSTGRES_HOST`, `POSTGRES_PORT`, `POSTGRES_USER`, `POSTGRES_PASSWORD` and `POSTGRES_DB`.',
    '',
    ...variables.flat(),
  ].join('\n')
}

function section([title, file, name]: OptionSet, options: readonly OptionEntry[]): string {
  const rows = options.map(({ name: option, required, type, about }) => {
    return `| \`${option}\`${required ? ' (required)' : ''} | \`${cell(type)}\` | ${cell(about)} |`
  })
  return [
    `## ${title}`,
    '',
    `\`${name}\` in \`packages/${file}\`.`,
    '',
    '| option | type | default, and why |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
