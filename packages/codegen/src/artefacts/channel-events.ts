import type { Discriminator } from '@longshore/manifest'
import type { ChannelPlan, EventPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { docComment } from '../print/comment.ts'
import { type Doc, group, indent, layout, line, list } from '../print/layout.ts'
import { propertyKey, quote } from '../print/quote.ts'
import { SourceFile } from '../print/source-file.ts'
import { GENERATED_HEADER } from './header.ts'
import { printPiiPaths } from './pii-paths.ts'

/** The messages of a channel that carries several: their types by name, how they are told apart, and one validator for all. */
export function printChannelEvents(channel: ChannelPlan, modules: Modules): string {
  const file = new SourceFile(GENERATED_HEADER)
  for (const { type, file: stem } of channel.events) file.type(type, modules.local(`${stem}.event`))
  file.add(messages(channel), union(channel), messageOf(channel, modules, file), validate(channel, modules, file))
  file.add(
    ...printPiiPaths(
      channel.name,
      channel.events.map(({ manifest }) => manifest),
    ),
  )
  return file.toString()
}

function messages({ name, events }: ChannelPlan): string {
  return [
    ...docComment('The messages of the channel by their names.'),
    `export type ${name}Messages = {`,
    ...events.map((event) => `  readonly ${propertyKey(event.name)}: ${event.type}`),
    '}',
  ].join('\n')
}

function union({ name }: ChannelPlan): string {
  return `export type ${name} = ${name}Messages[keyof ${name}Messages]`
}

/** What a contract cannot tell apart otherwise is tried last. Of those the last is taken untried, so that its violations are named. */
function messageOf({ name, events }: ChannelPlan, modules: Modules, file: SourceFile): string {
  const kinds = ['property', 'header', 'schema']
  const rank = ({ manifest }: EventPlan) => kinds.indexOf(manifest.channel.told_apart_by?.kind ?? 'schema')
  const sorted = events.toSorted((left, right) => rank(left) - rank(right))
  const untried = sorted.filter((event) => rank(event) === 2).at(-1)
  const tests = sorted.filter((event) => event !== untried)
  const parameters = tests.some((event) => rank(event) !== 1) ? 'value' : '_value'
  const headers = file.type('Headers', modules.runtime)
  const usesHeaders = tests.some((event) => rank(event) === 1)
  const signature = list(
    `export function messageOf${name}(`,
    [`${parameters}: unknown`, `${usesHeaders ? 'headers' : '_headers'}: ${headers}`],
    `): keyof ${name}Messages | undefined {`,
  )
  return [
    ...docComment('The name of a message of the channel; `undefined` when the contract does not know it.'),
    layout(signature),
    ...tests.map((event) =>
      layout(
        group(['  if (', messageTest(event, modules, file), ')'], indent(indent(line, `return ${quote(event.name)}`))),
        0,
      ),
    ),
    `  return ${untried === undefined ? 'undefined' : quote(untried.name)}`,
    '}',
  ].join('\n')
}

/** The condition under which `value` and `headers` are this event. */
export function messageTest(event: EventPlan, modules: Modules, file: SourceFile): Doc {
  const apart: Discriminator = event.manifest.channel.told_apart_by ?? { kind: 'schema' }
  if (apart.kind === 'header') return `headers[${quote(apart.name)}] === ${quote(String(apart.value))}`
  if (apart.kind === 'property') {
    const value = typeof apart.value === 'string' ? quote(apart.value) : String(apart.value)
    return `${file.value('memberAt', modules.checks)}(value, ${quote(apart.path)}) === ${value}`
  }
  return `${validator(event, modules, file)}(value) === ${file.value('VALID', modules.checks)}`
}

function validate({ name, events }: ChannelPlan, modules: Modules, file: SourceFile): string {
  const violation = file.type('Violation', modules.checks)
  const headers = file.type('Headers', modules.runtime)
  return [
    'const validators = {',
    ...events.map((event) => `  ${propertyKey(event.name)}: ${validator(event, modules, file)},`),
    '}',
    '',
    ...docComment('Checks a message against the schema of its kind.'),
    `export function validate${name}(value: unknown, headers: ${headers}): readonly ${violation}[] {`,
    `  const message = messageOf${name}(value, headers)`,
    `  return message === undefined ? ${file.value('VALID', modules.checks)} : validators[message](value)`,
    '}',
  ].join('\n')
}

function validator({ type, file: stem }: EventPlan, modules: Modules, file: SourceFile): string {
  return file.value(`validate${type}`, modules.local(`${stem}.event`))
}
