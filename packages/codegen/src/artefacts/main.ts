import type { ConsumerTransport } from '../options.ts'
import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules, TransportModule } from '../plan/modules.ts'
import { layout, list } from '../print/layout.ts'
import { SourceFile } from '../print/source-file.ts'

/** Starts every consumer on the real brokers and stops them on a signal. Written once, never overwritten. */
export function printMain(channels: readonly ChannelPlan[], modules: Modules): string {
  const file = new SourceFile()
  const transports = transportsOf(channels, modules)
  for (const { module } of transports) {
    file.value(module.factory, module.from)
    file.value(module.fromEnvironment, module.from)
  }
  for (const { name, file: stem } of channels) file.value(`${name}Consumer`, modules.local(`${stem}.consumer`))
  file.add(
    transports
      .map(({ name, module }) => `const ${name} = ${module.factory}(${module.fromEnvironment}(process.env))`)
      .join('\n'),
    consumers(channels, transports),
    RUN(transports.map(({ name }) => name)),
  )
  return file.toString()
}

interface NamedTransport {
  readonly protocol: ConsumerTransport
  readonly name: string
  readonly module: TransportModule
}

function transportsOf(channels: readonly ChannelPlan[], modules: Modules): readonly NamedTransport[] {
  const protocols = [...new Set(channels.map(({ transport }) => transport))]
  return protocols.flatMap((protocol) => {
    const module = modules.transport(protocol)
    return module === undefined ? [] : [{ protocol, name: protocols.length === 1 ? 'transport' : protocol, module }]
  })
}

function consumers(channels: readonly ChannelPlan[], transports: readonly NamedTransport[]): string {
  const made = channels.flatMap(({ name, transport }) => {
    const known = transports.find(({ protocol }) => protocol === transport)
    if (known === undefined) return []
    return [`new ${name}Consumer({ ${known.name === 'transport' ? 'transport' : `transport: ${known.name}`} })`]
  })
  return layout(['const consumers = ', list('[', made, ']')])
}

const RUN = (transports: readonly string[]) => `async function stop(): Promise<void> {
  await Promise.all(consumers.map((consumer) => consumer.stop()))
${transports.map((name) => `  await ${name}.close()`).join('\n')}
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

try {
  for (const consumer of consumers) console.log(consumer.explain())
  await Promise.all(consumers.map((consumer) => consumer.start()))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
  await stop()
}`
