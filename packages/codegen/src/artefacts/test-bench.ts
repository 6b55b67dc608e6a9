import type { ChannelPlan } from '../plan/channel-plan.ts'
import { type ConsumerFacts, consumerFacts, queueFacts } from '../plan/consumer-facts.ts'
import type { Modules, PostgresModules } from '../plan/modules.ts'
import { binaryEncoding } from '../plan/payload-encoding.ts'
import { layout, line, list } from '../print/layout.ts'
import { objectLiteral } from '../print/literal.ts'
import type { SourceFile } from '../print/source-file.ts'

/** What every printed test stands on: a memory broker, a clock turned by hand, a log in memory, and one run from start to stop. */
export function printTestBench(
  { file: stem, ...channel }: ChannelPlan,
  modules: Modules,
  file: SourceFile,
): readonly string[] {
  const { name, constant } = channel
  const consumerModule = modules.local(`${stem}.consumer`)
  file.value(`${name}Consumer`, consumerModule)
  file.type(`${name}ConsumerOptions`, consumerModule)
  file.value(constant, consumerModule)
  file.value('ManualClock', modules.clock)
  file.value('memoryTransport', modules.memory)
  file.value('jsonLog', modules.runtime)
  const store = modules.postgres === undefined ? [] : [storeInMemory(modules, modules.postgres, file)]
  return [
    queueConstant(consumerFacts(channel), constant),
    bench(store.length > 0, binaryEncoding(channel) !== undefined),
    ...(binaryEncoding(channel) === undefined ? [] : [DECODE]),
    ...store,
    run(channel, modules),
    TO_MESSAGE,
  ]
}

function queueConstant(facts: ConsumerFacts, constant: string): string {
  const queue = objectLiteral({ ...queueFacts(facts), bindings: {} })
  return [`const { topic } = ${constant}`, layout(['const queue = ', queue])].join('\n')
}

function bench(hasStore: boolean, isDecoded: boolean): string {
  const parts = [
    'clock',
    'log',
    'transport',
    ...(isDecoded ? ['decode'] : []),
    ...(hasStore ? ['store: storeInMemory(clock)'] : []),
  ].join(', ')
  return `function bench() {
  const clock = new ManualClock()
  const lines: string[] = []
  const transport = memoryTransport({ clock })
  const log = jsonLog({ clock, level: 'debug', write: (text) => void lines.push(text) })
  return { clock, lines, transport, parts: { ${parts} } }
}`
}

const DECODE = `/** In place of the decoder: what is tested is all the rest. */
function decode(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes))
}`

function storeInMemory({ runtime }: Modules, { database }: PostgresModules, file: SourceFile): string {
  const [store, transaction] = [file.type('Store', runtime), file.type('Transaction', database)]
  return `/** In place of the database: claims in memory, and a transaction that answers no rows. */
function storeInMemory(clock: ManualClock): ${store}<${transaction}> {
  const { inbox, ...store } = ${file.value('memoryStore', runtime)}({ clock })
  const { about, confirm, lease, release, transact } = inbox
  const tx: ${transaction} = { query: () => Promise.resolve([]) }
  return {
    ...store,
    inbox: { about, confirm, lease, release, transact: (claim, work) => transact(claim, () => work(tx)) },
  }
}`
}

function run({ name, events }: Pick<ChannelPlan, 'name' | 'events'>, { nest }: Modules): string {
  const parameters = [
    `handle: ${name}ConsumerOptions['handle']${nest === undefined ? '' : ' | undefined'}`,
    'value: unknown',
    'headers?: { readonly [name: string]: string }',
  ]
  const nothing = events.length === 1 ? '(() => undefined)' : '{}'
  const given = [
    '...parts',
    nest === undefined ? '...(handle === undefined ? {} : { handle })' : `handle: handle ?? ${nothing}`,
  ]
  const consumer = [`  const consumer = new ${name}Consumer(`, list('{', given, '}', line), ')']
  return `/** Runs the consumer until one message and all its retries are dealt with. */
${layout(list('async function run(', parameters, ') {'))}
  const { clock, lines, transport, parts } = bench()
${layout(consumer, 1)}
  await consumer.start()
  await transport.publish([toMessage(value, headers)])
  await clock.turn(15 * 60 * 1_000)
  await consumer.stop()
  const deadLetters: string[] = []
  for await (const { details } of (await transport.deadLetters(queue)).read())
    deadLetters.push(\`\${details.errorCode} after \${details.attempts}\`)
  return { deadLetters, logged: lines.join('\\n') }
}`
}

const TO_MESSAGE = `function toMessage(value: unknown, headers: { readonly [name: string]: string } = {}) {
  const bytes = value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value))
  return { topic, headers, value: bytes }
}`
