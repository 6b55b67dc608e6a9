import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { layout, list } from '../print/layout.ts'
import { propertyKey, quote } from '../print/quote.ts'
import { SourceFile } from '../print/source-file.ts'

const ABOUT =
  '/** Return: done. Throw: retried. `PermanentFailure`: dead letter at once. May run twice: see `explain()`. */'
const ABOUT_TRANSACTIONS =
  '/** Return: done. Throw: retried. `PermanentFailure`: dead letter at once. What you write through `tx` happens once. */'
const REMARK = '// the log masks PII; `event` holds the true values'

/** Where the business logic goes: a function, or with a framework an injectable class. Written once, never overwritten. */
export function printHandler(channel: ChannelPlan, modules: Modules): string {
  const file = new SourceFile()
  const print = channel.events.length === 1 ? one : several
  const about = modules.postgres === undefined ? ABOUT : ABOUT_TRANSACTIONS
  if (modules.nest === undefined) {
    file.add([about, ...print(`export const handle${channel.name}`, channel, modules, file)].join('\n'))
    return file.toString()
  }
  const member = [about, ...print('readonly handle', channel, modules, file, 1)]
  file.add(
    [
      `@${file.value('Injectable', modules.nest)}()`,
      `export class ${channel.name}Handler {`,
      ...member.map((line) => `  ${line}`),
      '}',
    ].join('\n'),
  )
  return file.toString()
}

function one(
  declaration: string,
  { name, events: [event], file: stem }: ChannelPlan,
  modules: Modules,
  file: SourceFile,
  depth = 0,
): readonly string[] {
  const typeArguments = [file.type(name, modules.local(`${stem}.event`)), ...transactionType(modules, file)]
  const type = [file.type('Handler', modules.runtime), list('<', typeArguments, '>')]
  return [
    layout([`${declaration}: `, type, ' = async ', list('(', ['event', '{ log }'], ') => {')], depth),
    `  log.info(${quote(event.name)}, { event }) ${REMARK}`,
    '}',
  ]
}

function several(
  declaration: string,
  { name, events, file: stem }: ChannelPlan,
  modules: Modules,
  file: SourceFile,
  depth = 0,
): readonly string[] {
  const messages = file.type(`${name}Messages`, modules.local(`${stem}.event`))
  const handlers = events.flatMap((event, index) => [
    `  ${propertyKey(event.name)}: async (event, { log }) => {`,
    `    log.info(${quote(event.name)}, { event })${index === 0 ? ` ${REMARK}` : ''}`,
    '  },',
  ])
  const type = [file.type('Handlers', modules.runtime), list('<', [messages, ...transactionType(modules, file)], '>')]
  return [layout([`${declaration}: `, type, ' = {'], depth), ...handlers, '}']
}

/** The second type argument of a handler, where there is a transaction to hand over. */
export function transactionType({ postgres }: Modules, file: SourceFile): readonly string[] {
  return postgres === undefined ? [] : [file.type('Transaction', postgres.database)]
}
