import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import type { TransportModule } from '../plan/transport-modules.ts'
import { hardline, indent, layout, line, list } from '../print/layout.ts'
import { literal } from '../print/literal.ts'
import { quote } from '../print/quote.ts'
import { SourceFile } from '../print/source-file.ts'
import { channelSamples, type EventSample } from '../sample/channel-samples.ts'
import { GENERATED_HEADER } from './header.ts'
import { TEST_DIALECTS, type TestDialect } from './test-dialect.ts'

/** What a test says to each broker: the transport's options, and bindings in place of the contract's, which name its real queues. */
const BROKERS = {
  kafka: {
    name: 'Kafka',
    options: [`provision: 'all'`, 'deadLetterRetentionMs: HOUR_MS'],
    bindings: '{ kafka: { partitions: 1, retentionMs: HOUR_MS } }',
  },
  amqp: { name: 'RabbitMQ', options: ['deadLetterRetentionMs: HOUR_MS'], bindings: '{ amqp: { prefetch: 1 } }' },
  mqtt: {
    name: 'MQTT',
    options: ['clientId: topic', 'deadLetterExpirySeconds: HOUR_MS / 1_000'],
    bindings: '{ mqtt: { qos: 1, sessionExpirySeconds: 60 } }',
  },
} as const

/**
 * A test of a printed consumer on a real broker, under names of its own; skipped where the environment names no broker. `undefined`
 * when no valid event is known.
 */
export function printBrokerTest(
  channel: ChannelPlan,
  transport: TransportModule,
  modules: Modules,
  runner: 'vitest' | 'node',
): string | undefined {
  const [sample] = channelSamples(channel)
  if (sample === undefined) return undefined
  const file = new SourceFile(GENERATED_HEADER)
  const dialect = TEST_DIALECTS[runner]
  for (const [name, module] of dialect.imports) if (name !== 'ok') file.value(name, module)
  const { name, options } = BROKERS[transport.protocol]
  file.add(
    layout(['const valid: unknown = ', literal(sample.valid)]),
    contract(channel, transport, modules, file),
    [
      `/** Runs on the broker that ${transport.environment} names. What it leaves there is called longshore-test-… and holds data for an hour. */`,
      `describe(${quote(`${channel.name}Consumer on ${name}`)}, { skip: !process.env.${transport.environment} }, () => {`,
      ...testCase(sample, transport, options, dialect, modules, file).map((text) => (text === '' ? '' : `  ${text}`)),
      '})',
    ].join('\n'),
    BYTES,
  )
  return file.toString()
}

function contract(
  { name, constant, file: stem }: ChannelPlan,
  { protocol }: TransportModule,
  { runtime, local }: Modules,
  file: SourceFile,
): string {
  const type = `${file.type('ConsumerContract', runtime)}<${file.type(name, local(`${stem}.event`))}>`
  const stated = file.value(constant, local(`${stem}.consumer`))
  return `const HOUR_MS = 60 * 60 * 1_000
const topic = \`longshore-test-\${${file.value('randomUUID', 'node:crypto')}()}\`
const queue = {
  topics: [topic],
  group: 'test',
  dlq: \`\${topic}.test.dlq\`,
  retryTopic: \`\${topic}.test.retry\`,
  bindings: ${BROKERS[protocol].bindings},
} as const
const contract: ${type} = { ...${stated}, ...queue, topic }`
}

function testCase(
  { headers }: EventSample,
  { factory, fromEnvironment, from }: TransportModule,
  options: readonly string[],
  dialect: TestDialect,
  { runtime }: Modules,
  file: SourceFile,
): readonly string[] {
  const given = [`...${file.value(fromEnvironment, from)}(process.env)`, ...options]
  const sent = Object.keys(headers).length === 0 ? [] : [['headers: ', literal(headers)]]
  const made = [`const transport = ${file.value(factory, from)}(`, list('{', given, '}', line), ')']
  const message = list('{', ['topic', ...sent, 'value: bytes(JSON.stringify(valid))'], '}', line)
  const published = [
    'await transport.publish([',
    indent(hardline, `{ topic, value: bytes('{"broken') },`, hardline, message, ','),
    hardline,
    '])',
  ]
  return [
    `it('hands over a valid event, and sends what is not JSON to the dead letters', { timeout: 60_000 }, async () => {`,
    `  ${layout(made, 2)}`,
    '  try {',
    '    let arrived: (event: unknown) => void = () => undefined',
    '    const event = new Promise<unknown>((resolve) => {',
    '      arrived = resolve',
    '    })',
    '    const silent = () => undefined',
    '    const log = { debug: silent, info: silent, warn: silent, error: silent }',
    `    const consumer = ${file.value('consume', runtime)}(contract, transport, (handled) => arrived(handled), { log })`,
    '    await consumer.start()',
    `    ${layout(published, 3)}`,
    `    ${dialect.equal('await event', 'valid')}`,
    '    await consumer.stop()',
    '    const codes: unknown[] = []',
    '    for await (const { details } of (await transport.deadLetters(queue)).read()) codes.push(details.errorCode)',
    `    ${dialect.equal('codes', `['DECODE_FAILED']`)}`,
    '  } finally {',
    '    await transport.close()',
    '  }',
    '})',
  ]
}

const BYTES = `function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}`
