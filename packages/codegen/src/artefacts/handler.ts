import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { layout, list } from '../print/layout.ts'
import { propertyKey, quote } from '../print/quote.ts'
import { SourceFile } from '../print/source-file.ts'

const ABOUT =
  '/** Return: done. Throw: retried. `PermanentFailure`: dead letter at once. May run twice: see `explain()`. */'
const REMARK = '// the log masks PII; `event` holds the true values'

/** Where the business logic goes. Written once, never overwritten. */
export function printHandler(channel: ChannelPlan, modules: Modules): string {
  const file = new SourceFile()
  file.add(channel.events.length === 1 ? one(channel, modules, file) : several(channel, modules, file))
  return file.toString()
}

function one({ name, events: [event], file: stem }: ChannelPlan, modules: Modules, file: SourceFile): string {
  const type = [
    file.type('Handler', modules.runtime),
    list('<', [file.type(name, modules.local(`${stem}.event`))], '>'),
  ]
  return [
    ABOUT,
    layout([`export const handle${name}: `, type, ' = async ', list('(', ['event', '{ log }'], ') => {')]),
    `  log.info(${quote(event.name)}, { event }) ${REMARK}`,
    '}',
  ].join('\n')
}

function several({ name, events, file: stem }: ChannelPlan, modules: Modules, file: SourceFile): string {
  const messages = file.type(`${name}Messages`, modules.local(`${stem}.event`))
  const handlers = events.flatMap((event, index) => [
    `  ${propertyKey(event.name)}: async (event, { log }) => {`,
    `    log.info(${quote(event.name)}, { event })${index === 0 ? ` ${REMARK}` : ''}`,
    '  },',
  ])
  return [
    ABOUT,
    `export const handle${name}: ${file.type('Handlers', modules.runtime)}<${messages}> = {`,
    ...handlers,
    '}',
  ].join('\n')
}
