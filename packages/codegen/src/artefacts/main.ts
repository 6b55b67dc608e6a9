import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import type { TransportModule } from '../plan/transport-modules.ts'
import { layout, list } from '../print/layout.ts'
import { SourceFile } from '../print/source-file.ts'

/** Starts every consumer on the real brokers and stops them on a signal. Written once, never overwritten. */
export function printMain(
  channels: readonly ChannelPlan[],
  transports: readonly TransportModule[],
  modules: Modules,
): string {
  const file = new SourceFile()
  const named = transports.map((module) => ({
    ...module,
    name: transports.length === 1 ? 'transport' : module.protocol,
  }))
  const runnable = channels.filter(({ transport }) => named.some(({ protocol }) => protocol === transport))
  for (const { factory, fromEnvironment, from } of named) {
    file.value(factory, from)
    file.value(fromEnvironment, from)
  }
  for (const { name, file: stem } of runnable) file.value(`${name}Consumer`, modules.local(`${stem}.consumer`))
  file.add(
    named
      .map(({ name, factory, fromEnvironment }) => `const ${name} = ${factory}(${fromEnvironment}(process.env))`)
      .join('\n'),
    consumers(runnable, named),
    run(named.map(({ name }) => name)),
  )
  return file.toString()
}

type NamedTransport = TransportModule & { readonly name: string }

function consumers(channels: readonly ChannelPlan[], transports: readonly NamedTransport[]): string {
  const made = channels.map(({ name, transport: on }) => {
    const transport = transports.find(({ protocol }) => protocol === on)?.name ?? 'transport'
    return `new ${name}Consumer({ ${transport === 'transport' ? transport : `transport: ${transport}`} })`
  })
  return layout(['const consumers = ', list('[', made, ']')])
}

function run(transports: readonly string[]): string {
  return `async function stop(): Promise<void> {
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
}
