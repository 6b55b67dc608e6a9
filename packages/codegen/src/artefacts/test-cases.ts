import type { Json } from '@longshore/contract'
import { type ChannelPlan, tellsOthers } from '../plan/channel-plan.ts'
import { consumerFacts } from '../plan/consumer-facts.ts'
import type { Modules } from '../plan/modules.ts'
import { layout } from '../print/layout.ts'
import { literal } from '../print/literal.ts'
import { propertyKey, quote } from '../print/quote.ts'
import type { SourceFile } from '../print/source-file.ts'
import type { EventSample } from '../sample/channel-samples.ts'
import type { TestDialect } from './test-dialect.ts'

type Lines = readonly string[]

/** What a case is printed from. */
interface Printing {
  readonly channel: ChannelPlan
  readonly dialect: TestDialect
  readonly file: SourceFile
  readonly modules: Modules
}

/** Each test as its lines, not yet indented. What no sample was found for has no test. */
export function testCases(
  channel: ChannelPlan,
  samples: readonly EventSample[],
  dialect: TestDialect,
  file: SourceFile,
  modules: Modules,
): readonly Lines[] {
  const printing = { channel, dialect, file, modules }
  const [first] = samples
  const cases = [
    ...samples.map((sample, index) => handsOver(sample, index, printing)),
    notJson(printing),
    ...(channel.leftOut.length > 0 && tellsOthers(channel) ? [leavesAlone(printing)] : []),
    ...(first?.broken === undefined ? [] : [breaksSchema(first, first.broken, printing)]),
    ...(first === undefined ? [] : [fails(first, printing)]),
    ...(first === undefined || first.personal.length === 0 ? [] : [hidesPersonalData(first, printing)]),
    ...(first === undefined ? [] : [stops(first, printing)]),
  ]
  for (const [name, module] of dialect.imports) if (isCalled(name, cases)) file.value(name, module)
  return cases
}

/** Every file has a `describe`. */
function isCalled(name: string, cases: readonly Lines[]): boolean {
  return name === 'describe' || cases.some((lines) => lines.some((line) => line.trimStart().startsWith(`${name}(`)))
}

/** The constant that holds a sample: `valid`, `valid2`, … */
export function sampleName(index: number): string {
  return index === 0 ? 'valid' : `valid${index + 1}`
}

function it(sentence: string, ...body: Lines): Lines {
  return [`it(${quote(sentence)}, async () => {`, ...body.map((line) => `  ${line}`), '})']
}

/** What `toMessage` and `run` take: a value, and headers where they tell what it is. */
function message(value: string, { headers }: EventSample): string {
  return Object.keys(headers).length === 0 ? value : `${value}, ${layout(literal(headers))}`
}

/** The handler as the consumer takes it: alone, or by the message's name. */
function handlerOf({ event }: EventSample, { channel }: Printing): string {
  return channel.events.length === 1 ? 'handle' : `{ ${propertyKey(event.name)}: handle }`
}

function constant(name: string, type: string, value: Json): Lines {
  return layout([`const ${name}: ${type} = `, literal(value)], 2)
    .split('\n')
    .map((line, index) => (index === 0 ? line : line.slice(4)))
}

function handsOver(sample: EventSample, index: number, printing: Printing): Lines {
  const { channel, dialect } = printing
  return it(
    `hands a valid ${channel.events.length === 1 ? 'event' : sample.event.name} to its handler`,
    'const handled: unknown[] = []',
    'const handle = (event: unknown) => void handled.push(event)',
    `const { deadLetters } = await run(${handlerOf(sample, printing)}, ${message(sampleName(index), sample)})`,
    dialect.equal('handled', `[${sampleName(index)}]`),
    dialect.equal('deadLetters', '[]'),
  )
}

function notJson({ dialect }: Printing): Lines {
  return it(
    'sends what is not JSON to the dead letters at once',
    `const { deadLetters } = await run(undefined, new TextEncoder().encode('{"broken'))`,
    dialect.equal('deadLetters', `['DECODE_FAILED after 1']`),
  )
}

function leavesAlone({ dialect }: Printing): Lines {
  return it(
    'acknowledges what is another message of the channel',
    'const { deadLetters } = await run(undefined, {})',
    dialect.equal('deadLetters', '[]'),
  )
}

function breaksSchema(sample: EventSample, broken: Json, { dialect }: Printing): Lines {
  return it(
    'sends what breaks the schema to the dead letters at once',
    ...constant('broken', 'unknown', broken),
    `const { deadLetters } = await run(undefined, ${message('broken', sample)})`,
    dialect.equal('deadLetters', `['SCHEMA_VIOLATED after 1']`),
  )
}

function fails(sample: EventSample, printing: Printing): Lines {
  const { channel, dialect } = printing
  const attempts = certainAttempts(channel)
  return it(
    'retries a failing handler, then sends the event to the dead letters',
    ...(attempts === undefined ? ['let attempts = 0'] : []),
    'const handle = () => {',
    ...(attempts === undefined ? ['  attempts += 1'] : []),
    `  throw new Error('no')`,
    '}',
    `const { deadLetters } = await run(${handlerOf(sample, printing)}, ${message('valid', sample)})`,
    ...(attempts === undefined
      ? [dialect.isTrue('attempts > 1'), dialect.equal('deadLetters.length', '1')]
      : [dialect.equal('deadLetters', `['ATTEMPTS_EXHAUSTED after ${attempts}']`)]),
  )
}

/** Attempts of the contract that the default budget of five minutes certainly leaves room for. */
function certainAttempts(channel: ChannelPlan): number | undefined {
  const { attempts, firstAfterMs = 1_000, capMs = 30_000 } = consumerFacts(channel).retry ?? {}
  const longestWaitMs = Math.max(capMs, firstAfterMs)
  return attempts !== undefined && attempts * longestWaitMs < 5 * 60 * 1_000 ? attempts : undefined
}

/** The handler logs the event and fails with its text, which is what handlers do. */
function hidesPersonalData(sample: EventSample, printing: Printing): Lines {
  const { dialect, file, modules } = printing
  return it(
    'writes no personal data to the log',
    ...constant('personal', 'readonly string[]', sample.personal),
    `const handle = (event: unknown, { log }: ${file.type('Context', modules.runtime)}) => {`,
    `  log.info('received', { event })`,
    '  throw new Error(JSON.stringify(event))',
    '}',
    `const { logged } = await run(${handlerOf(sample, printing)}, ${message('valid', sample)})`,
    dialect.isTrue(`logged.includes('received')`),
    'const leaked = personal.filter((text) => logged.includes(text))',
    dialect.equal('leaked', '[]'),
  )
}

function stops(sample: EventSample, printing: Printing): Lines {
  const { channel, dialect, file, modules } = printing
  const handler = handlerOf(sample, printing)
  return it(
    'stops once the running handler has ended',
    'const order: string[] = []',
    'const { clock, transport, parts } = bench()',
    'const handle = async () => {',
    '  await clock.sleep(1_000)',
    `  order.push('handled')`,
    '}',
    `const consumer = new ${channel.name}Consumer({ ...parts, ${handler === 'handle' ? '' : 'handle: '}${handler} })`,
    'await consumer.start()',
    `await transport.publish([toMessage(${message('valid', sample)})])`,
    `await ${file.value('settled', modules.clock)}()`,
    `const stopping = consumer.stop().then(() => order.push('stopped'))`,
    'await clock.turn(2_000)',
    'await stopping',
    dialect.equal('order', `['handled', 'stopped']`),
  )
}
