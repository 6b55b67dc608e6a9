import { type AddressPart, addressParts, parameterNames } from '../plan/address-parts.ts'
import type { EventPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { binaryEncoding } from '../plan/payload-encoding.ts'
import { type ProducerPlan, type SendingFacts, sendingFacts } from '../plan/producer-plan.ts'
import { docComment, inline } from '../print/comment.ts'
import { type Doc, layout, line, list } from '../print/layout.ts'
import { literal } from '../print/literal.ts'
import { access, propertyKey, quote } from '../print/quote.ts'
import { SourceFile } from '../print/source-file.ts'
import { GENERATED_HEADER } from './header.ts'

/** The producer of one event: checks it against its contract and hands it to a transport with its key and its id. */
export function printProducer(producer: ProducerPlan, modules: Modules): string {
  const file = new SourceFile(GENERATED_HEADER)
  const facts = sendingFacts(producer)
  const parts = addressParts(facts.address)
  file.add(options(producer, parts, modules, file), ...producerParts(producer, modules, file))
  file.add(producerClass(producer, facts, parts, modules, file))
  file.add(summary(modules, file))
  if (facts.key !== undefined || facts.id !== undefined) file.add(AS_TEXT)
  if (parts.some(({ isParameter }) => isParameter)) file.add(LEVEL)
  return file.toString()
}

function options(
  { event: { type } }: ProducerPlan,
  parts: readonly AddressPart[],
  { runtime }: Modules,
  file: SourceFile,
): string {
  const parameters = parameterNames(parts).map((name) => `readonly ${propertyKey(name)}: string`)
  const headers = file.type('Headers', runtime)
  return [
    `export interface ${type}SendOptions {`,
    ...(parameters.length === 0 ? [] : parameterLines(parameters)),
    '  /** Events of one key keep their order. Default: what the contract orders by, else none. */',
    '  readonly key?: string | null',
    '  /** By which consumers know an event they have seen. Default: the id in the event, else a random one. */',
    '  readonly messageId?: string',
    `  readonly headers?: ${headers}`,
    '}',
  ].join('\n')
}

/** With an encoder the constructor's parameter is long enough to have a name. */
function producerParts({ event }: ProducerPlan, { runtime, local }: Modules, file: SourceFile): readonly string[] {
  if (!isEncoded(event)) return []
  const { type, file: stem } = event
  return [
    [
      `export interface ${type}ProducerParts {`,
      `  readonly transport: ${file.type('Transport', runtime)}`,
      `  /** Default: what \`${stem}.encoder.ts\` exports. */`,
      `  readonly encode?: typeof ${file.value(`encode${type}`, local(`${stem}.encoder`))}`,
      '}',
    ].join('\n'),
  ]
}

function parameterLines(parameters: readonly string[]): readonly string[] {
  return [
    '  /** The parts of the address that differ. */',
    '  readonly parameters: {',
    ...parameters.map((parameter) => `    ${parameter}`),
    '  }',
  ]
}

function producerClass(
  { event }: ProducerPlan,
  facts: SendingFacts,
  parts: readonly AddressPart[],
  modules: Modules,
  file: SourceFile,
): string {
  const { runtime, local, checks } = modules
  const { type, manifest } = event
  const events = local(`${event.file}.event`)
  const hasParameters = parts.some(({ isParameter }) => isParameter)
  const failure = file.value('Failure', runtime)
  const memberAt = facts.key !== undefined || facts.id !== undefined ? file.value('memberAt', checks) : ''
  const fromEvent = (path: string) => `asText(${memberAt}(event, ${quote(path)}))`
  const id = `${file.value('randomUUID', 'node:crypto')}()`
  const head = list(
    'async send(',
    [`event: ${file.type(type, events)}`, `options: ${type}SendOptions${hasParameters ? '' : ' = {}'}`],
    '): Promise<void> {',
  )
  return [
    ...docComment(`${inline(manifest.semantics.purpose)}\n\n${manifest.urn}`),
    `export class ${type}Producer {`,
    ...constructorLines(event, modules, file),
    '',
    '  /** Resolves when the broker has it. One that breaks its contract is not sent: fails with SCHEMA_VIOLATED, which names no value. */',
    `  ${layout(head, 1)}`,
    layout(['    const violations = ', list(`${file.value(`validate${type}`, events)}(`, ['event'], ')')], 2),
    `    if (violations.length > 0) throw new ${failure}('SCHEMA_VIOLATED', summary(violations))`,
    '    await this.#transport.publish([',
    '      {',
    layout(['        topic: ', addressDoc(parts), ','], 4),
    ...(facts.exchange === undefined ? [] : [layout(['        exchange: ', quote(facts.exchange), ','], 4)]),
    `        key: ${keyCode(facts.key, fromEvent)},`,
    layout(['        messageId: ', messageId(facts.id, fromEvent, id), ','], 4),
    layout(['        headers: ', headersDoc(facts.header), ','], 4),
    `        value: ${isEncoded(event) ? 'await this.#encode(event)' : 'new TextEncoder().encode(JSON.stringify(event))'},`,
    '      },',
    '    ])',
    '  }',
    '}',
  ].join('\n')
}

/** Its parts: a transport, and what makes bytes of an event that is no JSON. */
function constructorLines(event: EventPlan, { runtime, local }: Modules, file: SourceFile): readonly string[] {
  const transport = file.type('Transport', runtime)
  const { type } = event
  if (!isEncoded(event)) {
    return [
      `  readonly #transport: ${transport}`,
      '',
      `  constructor({ transport }: { readonly transport: ${transport} }) {`,
      '    this.#transport = transport',
      '  }',
    ]
  }
  const encode = file.value(`encode${type}`, local(`${event.file}.encoder`))
  return [
    `  readonly #transport: ${transport}`,
    `  readonly #encode: typeof ${encode}`,
    '',
    `  constructor({ transport, encode = ${encode} }: ${type}ProducerParts) {`,
    '    this.#transport = transport',
    '    this.#encode = encode',
    '  }',
  ]
}

function isEncoded(event: EventPlan): boolean {
  return binaryEncoding({ events: [event] }) !== undefined
}

function keyCode(path: string | undefined, fromEvent: (path: string) => string): string {
  if (path === undefined) return 'options.key ?? null'
  return `options.key === undefined ? (${fromEvent(path)} ?? null) : options.key`
}

function messageId(path: string | undefined, fromEvent: (path: string) => string, random: string): string {
  return path === undefined ? `options.messageId ?? ${random}` : `options.messageId ?? ${fromEvent(path)} ?? ${random}`
}

function headersDoc(header: SendingFacts['header']): Doc {
  if (header === undefined) return 'options.headers ?? {}'
  return list('{', ['...options.headers', [`${propertyKey(header.name)}: `, literal(header.value)]], '}', line)
}

function addressDoc(parts: readonly AddressPart[]): Doc {
  if (parameterNames(parts).length === 0) return quote(parts.map(({ text }) => text).join(''))
  const pieces = parts.map(({ text, isParameter }) =>
    isParameter ? `level(options.parameters${access(text)})` : quote(text),
  )
  return list('[', pieces, `].join('')`)
}

function summary({ checks }: Modules, file: SourceFile): string {
  return `function summary(violations: readonly ${file.type('Violation', checks)}[]): string {
  return violations.map(({ pointer, message }) => [pointer || 'the event', message].join(' ')).join('; ')
}`
}

const AS_TEXT = `function asText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}`

const LEVEL = `/** A parameter stays inside its place in the address. */
function level(parameter: string): string {
  if (/^[^/+#*\\s]+$/.test(parameter)) return parameter
  throw new TypeError('A parameter of an address is not empty and has no white space and none of / + # *.')
}`
