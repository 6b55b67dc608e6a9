import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules, PostgresModules } from '../plan/modules.ts'
import type { TransportModule } from '../plan/transport-modules.ts'
import { docComment } from '../print/comment.ts'
import { layout, line, list } from '../print/layout.ts'
import { SourceFile } from '../print/source-file.ts'
import { transportName } from './nest-module.ts'

/** Starts every consumer on the real brokers and stops them on a signal. Written once, never overwritten. */
export function printMain(
  channels: readonly ChannelPlan[],
  transports: readonly TransportModule[],
  modules: Modules,
): string {
  const file = new SourceFile(docComment(about(transports, modules)))
  const named = transports.map((module) => ({ ...module, name: transportName(module.protocol, transports.length) }))
  for (const { factory, fromEnvironment, from } of named) {
    file.value(factory, from)
    file.value(fromEnvironment, from)
  }
  const made = named.map(
    ({ name, factory, fromEnvironment }) => `const ${name} = ${factory}(${fromEnvironment}(process.env))`,
  )
  const store = modules.postgres === undefined ? [] : storeStatements(modules.postgres, file)
  const names = named.map(({ name }) => name)
  const closed = modules.postgres === undefined ? names : [...names, 'database']
  file.add(
    [...made, ...store].join('\n'),
    ...(modules.nest === undefined
      ? [consumers(runnable(channels, named), named, modules, file), run(closed)]
      : [application(names, modules, file), runApplication(closed)]),
  )
  return file.toString()
}

/** What the process needs around it. */
function about(transports: readonly TransportModule[], { postgres }: Modules): string {
  const packages = [...transports.map(({ npm }) => npm), ...(postgres === undefined ? [] : ['pg'])]
  const variables = [
    ...transports.map(({ environment }) => environment),
    ...(postgres === undefined ? [] : ['DATABASE_URL']),
  ]
  const named = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
  const types = postgres === undefined ? '' : ', and `@types/pg` to compile'
  return `Starts the consumers. Needs ${named(packages)}${types}; set ${named(variables)}.`
}

type NamedTransport = TransportModule & { readonly name: string }

/** The database of the inbox. Its tables are created, or brought up to date, when the first consumer starts. */
function storeStatements({ store, pool }: PostgresModules, file: SourceFile): readonly string[] {
  const [connectionFromEnv, pgDatabase] = [file.value('connectionFromEnv', pool), file.value('pgDatabase', pool)]
  return [
    '',
    `const connectionString = ${connectionFromEnv}(process.env)`,
    `if (connectionString === undefined) throw new Error('Set DATABASE_URL: the inbox is kept in PostgreSQL.')`,
    `const database = ${pgDatabase}({ connectionString })`,
    `const store = ${file.value('postgresStore', store)}(database)`,
  ]
}

function runnable(channels: readonly ChannelPlan[], named: readonly NamedTransport[]): readonly ChannelPlan[] {
  return channels.filter(({ transport }) => named.some(({ protocol }) => protocol === transport))
}

function consumers(
  channels: readonly ChannelPlan[],
  transports: readonly NamedTransport[],
  { local, postgres }: Modules,
  file: SourceFile,
): string {
  const made = channels.map(({ name, transport: on, file: stem }) => {
    const transport = transports.find(({ protocol }) => protocol === on)?.name ?? 'transport'
    const parts = [
      transport === 'transport' ? transport : `transport: ${transport}`,
      ...(postgres === undefined ? [] : ['store']),
    ]
    return `new ${file.value(`${name}Consumer`, local(`${stem}.consumer`))}({ ${parts.join(', ')} })`
  })
  return layout(['const consumers = ', list('[', made, ']')])
}

function application(transports: readonly string[], { local, postgres }: Modules, file: SourceFile): string {
  const options = [...transports, ...(postgres === undefined ? [] : ['store'])]
  const module = [
    `${file.value('ConsumersModule', local('consumers.module'))}.register(`,
    list('{', options, '}', line),
    ')',
  ]
  const factory = file.value('NestFactory', '@nestjs/core')
  return layout([`const application = await ${factory}.createApplicationContext(`, module, ')'])
}

function runApplication(closed: readonly string[]): string {
  return `async function stop(): Promise<void> {
  await application.close()
${closed.map((name) => `  await ${name}.close()`).join('\n')}
}

${ON_SIGNAL}`
}

const ON_SIGNAL = `for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())`

function run(closed: readonly string[]): string {
  return `async function stop(): Promise<void> {
  await Promise.all(consumers.map((consumer) => consumer.stop()))
${closed.map((name) => `  await ${name}.close()`).join('\n')}
}

${ON_SIGNAL}

try {
  for (const consumer of consumers) console.log(consumer.explain())
  await Promise.all(consumers.map((consumer) => consumer.start()))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
  await stop()
}`
}
