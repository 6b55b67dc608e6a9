import type { Json } from '@longshore/contract'
import { addressParts, parameterNames } from '../plan/address-parts.ts'
import type { EventPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { binaryEncoding } from '../plan/payload-encoding.ts'
import { type ProducerPlan, type SendingFacts, sendingFacts } from '../plan/producer-plan.ts'
import { type Doc, layout, line, list } from '../print/layout.ts'
import { literal } from '../print/literal.ts'
import { propertyKey, quote } from '../print/quote.ts'
import { SourceFile } from '../print/source-file.ts'
import { channelSamples, memberAt } from '../sample/channel-samples.ts'
import { GENERATED_HEADER } from './header.ts'
import { TEST_DIALECTS, type TestDialect } from './test-dialect.ts'

/** Tests of a printed producer on the memory transport; `undefined` when no valid event is known. */
export function printProducerTest(
  producer: ProducerPlan,
  modules: Modules,
  runner: 'vitest' | 'node',
): string | undefined {
  const { event } = producer
  const [sample] = channelSamples({ events: [event] })
  if (sample === undefined) return undefined
  const { type, file: stem } = event
  const facts = sendingFacts(producer)
  const dialect = TEST_DIALECTS[runner]
  const names = parameterNames(addressParts(facts.address))
  const file = new SourceFile(GENERATED_HEADER)
  for (const [name, module] of dialect.imports) if (name !== 'ok') file.value(name, module)
  file.type(type, modules.local(`${stem}.event`))
  const cases = [
    publishes(type, sample.valid, facts, dialect),
    ...(sample.broken === undefined ? [] : [refuses(type, sample.broken, names.length > 0, dialect)]),
    ...(names.length === 0 ? [] : [staysInside(type, names, dialect)]),
  ]
  file.add(
    [
      layout(['const valid: unknown = ', literal(sample.valid)]),
      ...(names.length === 0 ? [] : [layout(['const parameters = ', literal(filled(names))])]),
    ].join('\n'),
    [
      `describe(${quote(`${type}Producer`)}, () => {`,
      ...cases.flatMap((lines, index) => [...(index === 0 ? [] : ['']), ...lines.map((text) => `  ${text}`)]),
      '})',
    ].join('\n'),
    bench(event, addressOf(facts), modules, file),
    EVENT_IN,
    ...(sample.broken === undefined ? [] : [CODE_OF]),
  )
  return file.toString()
}

const FILLED = 'a1'

function filled(names: readonly string[]): { readonly [name: string]: string } {
  return Object.fromEntries(names.map((name) => [name, FILLED]))
}

function addressOf({ address }: SendingFacts): string {
  return addressParts(address)
    .map(({ text, isParameter }) => (isParameter ? FILLED : text))
    .join('')
}

type Lines = readonly string[]

function it(sentence: string, ...body: Lines): Lines {
  return [`it(${quote(sentence)}, async () => {`, ...body.map((text) => `  ${text}`), '})']
}

function publishes(type: string, valid: Json, facts: SendingFacts, dialect: TestDialect): Lines {
  const [key, id] = [facts.key, facts.id].map((path) => (path === undefined ? undefined : textAt(valid, path)))
  const hasParameters = addressParts(facts.address).some(({ isParameter }) => isParameter)
  const { header } = facts
  return it(
    'publishes an event under the key and the id that its contract names',
    `const { producer, received } = await bench()`,
    `await producer.send(valid as ${type}${hasParameters ? ', { parameters }' : ''})`,
    'const [message] = await received()',
    dialect.equal('message?.event', 'valid'),
    dialect.equal('message?.key', key === undefined ? 'null' : quote(key)),
    ...(id === undefined ? [] : [dialect.equal('message?.messageId', quote(id))]),
    ...(header === undefined ? [] : [dialect.equal(`message?.headers[${quote(header.name)}]`, quote(header.value))]),
  )
}

function textAt(value: Json, path: string): string | undefined {
  const member = memberAt(value, path)
  return typeof member === 'string' || typeof member === 'number' ? String(member) : undefined
}

function refuses(type: string, broken: Json, hasParameters: boolean, dialect: TestDialect): Lines {
  const declared = layout(['const broken: unknown = ', literal(broken)], 2).split('\n')
  const options = hasParameters ? ', { parameters }' : ''
  return it(
    'sends nothing that breaks its contract',
    ...declared.map((text, index) => (index === 0 ? text : text.slice(4))),
    'const { producer, received } = await bench()',
    `const code = await producer.send(broken as ${type}${options}).then(() => 'sent', codeOf)`,
    dialect.equal('code', `'SCHEMA_VIOLATED'`),
    dialect.equal('await received()', '[]'),
  )
}

function staysInside(type: string, names: Lines, dialect: TestDialect): Lines {
  const [first = ''] = names
  const parameters: Doc = list('{', ['...parameters', `${propertyKey(first)}: 'a/b.#'`], '}', line)
  return it(
    'keeps a parameter inside its place in the address',
    'const { producer, received } = await bench()',
    layout([`const sending = producer.send(valid as ${type}, { parameters: `, parameters, ' })'], 2),
    'const isRefused = await sending.catch((error: unknown) => error instanceof TypeError)',
    dialect.equal('isRefused', 'true'),
    dialect.equal('await received()', '[]'),
  )
}

function bench(event: EventPlan, address: string, modules: Modules, file: SourceFile): string {
  const { type, file: stem } = event
  const isEncoded = binaryEncoding({ events: [event] }) !== undefined
  const parts = isEncoded ? '{ transport, encode }' : '{ transport }'
  const producer = file.value(`${type}Producer`, modules.local(`${stem}.producer`))
  const transport = file.value('memoryTransport', modules.memory)
  const [clock, settled] = [file.value('ManualClock', modules.clock), file.value('settled', modules.clock)]
  const incoming = file.type('Incoming', modules.runtime)
  return `/** A producer, and what reaches the broker through it. */
async function bench() {
  const transport = ${transport}({ clock: new ${clock}() })
  const deliveries: ${incoming}[] = []
  const queue = { group: 'test', dlq: 'test.dlq', retryTopic: 'test.retry', window: 10, bindings: {} }
  const wanted = { ...queue, topics: [${quote(address)}], from: { kind: 'earliest' } } as const
  await transport.subscribe(wanted, { deliver: (delivery) => void deliveries.push(delivery), report: () => undefined })
  const received = async () => {
    await ${settled}()
    return deliveries.map(({ body, key, messageId, headers }) => ({ event: eventIn(body), key, messageId, headers }))
  }
  return { producer: new ${producer}(${parts}), received }
}${isEncoded ? ENCODE : ''}`
}

/** Instead of the user's own, which tests of the producer are not about. */
const ENCODE = `

function encode(event: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(event))
}`

const EVENT_IN = `function eventIn(body: Uint8Array | null): unknown {
  return JSON.parse(new TextDecoder().decode(body ?? new Uint8Array()))
}`

const CODE_OF = `function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error
}`
