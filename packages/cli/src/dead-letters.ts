import { type DeadLetter, type DeadLetterQueue, type LetterFilter, matches } from '@longshore/runtime'
import { type Command, type FlagValues, type Invocation, listFlag, textFlag } from './command.ts'
import { consumersOf } from './consumers.ts'
import type { Io } from './io.ts'
import { openTransport } from './transports.ts'
import { UsageError } from './usage-error.ts'

/** The consumer whose dead letters are meant. */
export interface QueueTarget {
  readonly transport: string
  readonly topic: string
  readonly group: string
  readonly dlq: string
  readonly retryTopic: string
  /** PII paths of the event; absent when no contract was given. */
  readonly pii?: readonly string[]
}

/** Flags that say which queue. */
export const QUEUE_FLAGS: Command['flags'] = Object.freeze({
  only: { type: 'string', value: '<event>', about: 'one event of the document, by its event name' },
  topic: { type: 'string', value: '<topic>', about: 'without a document: the topic that was consumed' },
  group: { type: 'string', value: '<group>', about: 'without a document: the consumer group' },
  dlq: { type: 'string', value: '<name>', about: 'the queue; default: from the contract, else <topic>.<group>.dlq' },
  transport: { type: 'string', value: '<name>', about: 'default: from the contract, else kafka' },
})

/** Flags that select letters. */
export const SELECTION_FLAGS: Command['flags'] = Object.freeze({
  id: { type: 'string', multiple: true, value: '<id>', about: 'a letter, as dlq list prints it; may be repeated' },
  code: { type: 'string', value: '<code>', about: 'one cause: HANDLER_FAILED, SCHEMA_VIOLATED, …' },
  key: { type: 'string', value: '<key>', about: 'one message key' },
  since: { type: 'string', value: '<time>', about: 'failed at or after, ISO 8601' },
  until: { type: 'string', value: '<time>', about: 'failed before, ISO 8601' },
})

export function filterFrom(flags: FlagValues): LetterFilter {
  const ids = listFlag(flags, 'id')
  const code = textFlag(flags, 'code')
  const key = textFlag(flags, 'key')
  const sinceMs = timeFlag(flags, 'since')
  const untilMs = timeFlag(flags, 'until')
  return {
    ...(ids.length === 0 ? {} : { ids }),
    ...(code === undefined ? {} : { code }),
    ...(key === undefined ? {} : { key }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
  }
}

/** From a contract and `--only`, or from `--topic` and `--group`. `dlq` narrows a contract of several consumers down. */
export async function queueTarget(
  invocation: Invocation,
  dlq = textFlag(invocation.flags, 'dlq'),
): Promise<QueueTarget> {
  const { flags, positionals, config } = invocation
  const topic = textFlag(flags, 'topic')
  const group = textFlag(flags, 'group')
  if (topic !== undefined && group !== undefined) {
    const owner = `${topic}.${group}`
    const transport = textFlag(flags, 'transport') ?? 'kafka'
    return { transport, topic, group, dlq: dlq ?? `${owner}.dlq`, retryTopic: `${owner}.retry` }
  }
  if (positionals.length === 0 && config.contracts.length === 0) {
    throw new UsageError('Name a contract (and --only <event>), or --topic and --group.')
  }
  const consumers = await consumersOf(invocation)
  const fitting = dlq === undefined ? consumers : consumers.filter((consumer) => consumer.dlq === dlq)
  const [target, another] = fitting
  if (target === undefined)
    throw new UsageError(`No consumer of the contract has ${dlq === undefined ? 'that event' : `the queue ${dlq}`}.`)
  if (another !== undefined)
    throw new UsageError(
      `Several consumers match (${fitting.map(({ topic: name }) => name).join(', ')}); choose one with --only <event>.`,
    )
  return target
}

export async function openQueue(
  target: QueueTarget,
  io: Io,
): Promise<{ letters: DeadLetterQueue; close(): Promise<void> }> {
  const transport = await openTransport(target.transport, io.env)
  const { topic, group, dlq, retryTopic } = target
  try {
    const letters = await transport.deadLetters({ topics: [topic], group, dlq, retryTopic, bindings: {} })
    return {
      letters,
      async close() {
        await letters.close()
        await transport.close()
      },
    }
  } catch (error) {
    await transport.close()
    throw error
  }
}

/** Letters that match, and wait unless `all`. */
export async function* selected(queue: DeadLetterQueue, filter: LetterFilter, all: boolean): AsyncIterable<DeadLetter> {
  for await (const letter of queue.read())
    if ((all || letter.status === 'waiting') && matches(letter, filter)) yield letter
}

function timeFlag(flags: FlagValues, name: string): number | undefined {
  const text = textFlag(flags, name)
  if (text === undefined) return undefined
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new UsageError(`--${name} takes a time like 2026-11-21T08:00:00Z, not "${text}".`)
  return ms
}
