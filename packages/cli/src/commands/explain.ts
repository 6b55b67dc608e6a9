import { type ConsumerContract, consume } from '@longshore/runtime'
import type { Command } from '../command.ts'
import { consumersOf, type PlannedConsumer } from '../consumers.ts'
import { DOCUMENT_FLAGS } from '../documents.ts'
import { GENERATE_FLAGS } from '../generate-options.ts'
import type { Io } from '../io.ts'
import { openTransport } from '../transports.ts'

export const explain: Command = {
  usage: '<document|manifest…> [options]',
  about:
    'Says what each consumer of a contract will guarantee, in which order, and what happens to a message that fails. Connects to nothing.',
  flags: { ...DOCUMENT_FLAGS, ...GENERATE_FLAGS },
  examples: [
    ['longshore explain contracts/user-events.yaml', 'before you generate'],
    ['longshore explain contracts/user-events.yaml --only user.created', 'one of them'],
  ],
  async run(invocation) {
    const { flags, io } = invocation
    const consumers = await consumersOf(invocation)
    const explained = await Promise.all(consumers.map((consumer) => explainOne(consumer, io)))
    io.print(flags.json === true ? JSON.stringify(explained, null, 2) : explained.map(({ text }) => text).join('\n\n'))
    return 0
  },
}

async function explainOne(consumer: PlannedConsumer, io: Io) {
  const transport = await openTransport(consumer.transport, { KAFKA_BROKERS: 'localhost:9092', ...io.env })
  try {
    const { topic, group, dlq, retryTopic } = consumer
    const text = consume(contractOf(consumer), transport, () => undefined).explain()
    return { name: consumer.name, transport: consumer.transport, topic, group, dlq, retryTopic, text }
  } finally {
    await transport.close()
  }
}

function contractOf({ urn, topic, group, dlq, pii, retry, bindings = {} }: PlannedConsumer): ConsumerContract<unknown> {
  const { kind, attempts, firstAfterMs } = retry ?? {}
  return {
    urn,
    topic,
    group,
    dlq,
    pii,
    bindings,
    validate: () => [],
    ...(kind === undefined
      ? {}
      : {
          retry: {
            kind,
            ...(attempts === undefined ? {} : { attempts }),
            ...(firstAfterMs === undefined ? {} : { firstAfterMs }),
          },
        }),
  }
}
