import { type ChannelPlan, knowsItsMessages } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { binaryEncoding } from '../plan/payload-encoding.ts'
import { docComment } from '../print/comment.ts'
import { group, hardline, indent, join, LINE_WIDTH, layout, line, list } from '../print/layout.ts'
import { objectLiteral } from '../print/literal.ts'
import { quote } from '../print/quote.ts'
import { SourceFile } from '../print/source-file.ts'
import { messageTest } from './channel-events.ts'
import { consumerComment } from './consumer-comment.ts'
import { contractLiteral } from './contract-literal.ts'
import { transactionType } from './handler.ts'
import { GENERATED_HEADER } from './header.ts'
import { piiConstant } from './pii-paths.ts'

/** The consumer of one channel: the contract as a literal, and a class that hands it to the runtime. */
export function printConsumer(channel: ChannelPlan, modules: Modules): string {
  const file = new SourceFile(GENERATED_HEADER)
  file.add(contract(channel, modules, file), options(channel, modules, file), consumer(channel, modules, file))
  if (channel.events.length === 1 && knowsItsMessages(channel)) file.add(messageOf(channel, modules, file))
  return file.toString()
}

function contract(channel: ChannelPlan, modules: Modules, file: SourceFile): string {
  const { constant, name } = channel
  const events = modules.local(`${channel.file}.event`)
  const type = file.type('ConsumerContract', modules.runtime)
  file.type(name, events)
  file.value(`validate${name}`, events)
  if (channel.events.length > 1) file.value(`messageOf${name}`, events)
  const pii = piiConstant(
    name,
    channel.events.map(({ manifest }) => manifest),
  )
  if (pii !== undefined) file.value(pii, events)
  const head = `export const ${constant}: ${type}<${name}> =`
  const literal = objectLiteral(contractLiteral(channel))
  return [
    '/** What the contract says; read by the runtime, by `explain()` and by the tests. */',
    layout(head.length + 2 > LINE_WIDTH ? [head, indent(hardline, literal)] : [head, ' ', literal]),
  ].join('\n')
}

function options(channel: ChannelPlan, modules: Modules, file: SourceFile): string {
  const { name } = channel
  const base = file.type(modules.postgres === undefined ? 'ConsumerOptions' : 'TransactionalOptions', modules.runtime)
  const extended = `extends ${base}<${[name, ...transactionType(modules, file)].join(', ')}> {`
  const handle =
    modules.nest === undefined
      ? [`  /** Default: what \`${channel.file}.handler.ts\` exports. */`, '  readonly handle?: ']
      : ['  readonly handle: ']
  return [
    layout(group(`export interface ${name}ConsumerOptions`, indent(line, extended))),
    `  readonly transport: ${file.type('Transport', modules.runtime)}`,
    handle.join('\n') + handlerType(channel, modules, file),
    '}',
  ].join('\n')
}

function handlerType({ events, name, file: stem }: ChannelPlan, modules: Modules, file: SourceFile): string {
  const transaction = transactionType(modules, file)
  if (events.length === 1) return `${file.type('Handler', modules.runtime)}<${[name, ...transaction].join(', ')}>`
  const messages = file.type(`${name}Messages`, modules.local(`${stem}.event`))
  return `Partial<${file.type('Handlers', modules.runtime)}<${[messages, ...transaction].join(', ')}>>`
}

function consumer(channel: ChannelPlan, modules: Modules, file: SourceFile): string {
  const { name, constant, events } = channel
  const consume = file.value('consume', modules.runtime)
  const typeArguments = [`${name}Messages`, ...transactionType(modules, file)].join(', ')
  const handle =
    events.length === 1 ? 'handle' : `${file.value('byMessage', modules.runtime)}<${typeArguments}>(handle)`
  const decoder =
    binaryEncoding(channel) === undefined
      ? undefined
      : file.value(`decode${name}`, modules.local(`${channel.file}.decoder`))
  const decode = decoder === undefined ? [] : [`decode = ${decoder}`]
  const parts = ['transport', handleParameter(channel, modules, file), ...decode, '...options']
  const given = decoder === undefined ? 'options' : '{ ...options, decode }'
  const constructorHead = group(
    'constructor({',
    indent(line, join([',', line], parts)),
    line,
    `}: ${name}ConsumerOptions) {`,
  )
  const running = file.type('Running', modules.runtime)
  return [
    ...docComment(consumerComment(channel)),
    `export class ${name}Consumer {`,
    '  /** Health, lag, metrics, pause. */',
    `  readonly run: ${running}`,
    '',
    `  ${layout(constructorHead, 1)}`,
    layout(['    this.run = ', list(`${consume}(`, [constant, 'transport', handle, given], ')')], 2),
    '  }',
    '',
    '  /** Resolves once subscribed; fails fast on wrong credentials. */',
    '  start(): Promise<void> {',
    '    return this.run.start()',
    '  }',
    '',
    '  /** Lets running handlers finish, commits, leaves. */',
    '  stop(): Promise<void> {',
    '    return this.run.stop()',
    '  }',
    '',
    '  /** The exact guarantee, for people. */',
    '  explain(): string {',
    '    return this.run.explain()',
    '  }',
    '}',
  ].join('\n')
}

/** Tells the one event that is handled from the others of its channel, which the runtime counts and acknowledges. */
function messageOf({ name, events: [event] }: ChannelPlan, modules: Modules, file: SourceFile): string {
  const isHeader = event.manifest.channel.told_apart_by?.kind === 'header'
  const headers = isHeader ? [`headers: ${file.type('Headers', modules.runtime)}`] : []
  const result = quote(event.name)
  const parameters = [isHeader ? '_value: unknown' : 'value: unknown', ...headers]
  return [
    layout(list(`function messageOf${name}(`, parameters, `): ${result} | undefined {`)),
    layout(
      ['  return ', group(messageTest(event, modules, file), indent(line, `? ${result}`, line, ': undefined'))],
      1,
    ),
    '}',
  ].join('\n')
}

/** With a framework the handler is handed over; otherwise it is the function in the file beside. */
function handleParameter({ name, file: stem }: ChannelPlan, modules: Modules, file: SourceFile): string {
  if (modules.nest !== undefined) return 'handle'
  return `handle = ${file.value(`handle${name}`, modules.local(`${stem}.handler`))}`
}
