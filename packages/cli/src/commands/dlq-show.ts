import { type DeadLetter, maskPII } from '@longshore/runtime'
import type { Command } from '../command.ts'
import { openQueue, QUEUE_FLAGS, type QueueTarget, queueTarget, selected } from '../dead-letters.ts'
import { UsageError } from '../usage-error.ts'

export const dlqShow: Command = {
  usage: '<id> [document] [options]',
  about: [
    'Shows one dead letter: where it came from, why it failed, and its value.',
    'PII is masked by the contract; without a contract every value is. --reveal shows the true values.',
  ].join('\n'),
  flags: {
    ...QUEUE_FLAGS,
    reveal: { type: 'boolean', about: 'show true values, PII included' },
  },
  examples: [
    ['longshore dlq show user.created.dlq/0/17 contracts/user-events.yaml', 'one letter, masked as the contract says'],
    ['longshore dlq show user.created.dlq/0/17 contracts/user-events.yaml --json', 'the same as one JSON envelope'],
  ],
  async run(invocation) {
    const { flags, io, positionals } = invocation
    const [id, ...documents] = positionals
    if (id === undefined) throw new UsageError('dlq show needs the id of a letter, as dlq list prints it.')
    const dlq = id.split('/')[0] ?? ''
    const target = await queueTarget({ ...invocation, positionals: documents }, dlq)
    const queue = await openQueue(target, io)
    try {
      for await (const letter of selected(queue.letters, { ids: [id] }, true)) {
        const envelope = envelopeOf(letter, target, flags.reveal === true)
        io.print(flags.json === true ? JSON.stringify(envelope, null, 2) : text(envelope))
        return 0
      }
      io.note(`longshore: ${target.dlq} holds no letter ${id} of group ${target.group}. See longshore dlq list.`)
      return 1
    } finally {
      await queue.close()
    }
  },
}

/** The letter in the shape of a DORA dead letter envelope, its view guarded. */
function envelopeOf(letter: DeadLetter, target: QueueTarget, reveal: boolean) {
  const { details, key, status } = letter
  return {
    id: letter.id,
    status,
    originalTopic: details.origin.topic,
    originalPartition: details.origin.partition,
    originalOffset: String(details.origin.offset),
    group: details.group ?? target.group,
    key: reveal || key === null ? key : maskPII({ key }, ['key']).key,
    messageId: details.messageId,
    errorCode: details.errorCode,
    errorClass: details.errorClass,
    errorType: details.errorType,
    errorMessage: details.errorMessage,
    errorStack: details.errorStack,
    processingAttempts: details.attempts,
    retryCount: Math.max(0, details.attempts - 1),
    redriveCount: details.redriveCount,
    trimmedHeaders: details.trimmedHeaders,
    firstFailureAt: details.firstFailureAt,
    lastFailureAt: details.lastFailureAt,
    originalMessage: view(letter.value, target, reveal),
  }
}

/** JSON masked by the contract's paths; anything that is not JSON only by its size, unless revealed. */
function view(value: Uint8Array | null, { pii }: QueueTarget, reveal: boolean): unknown {
  if (value === null) return null
  const text = new TextDecoder().decode(value)
  try {
    const event: unknown = JSON.parse(text)
    if (reveal) return event
    return pii === undefined ? maskAll(event) : maskPII(event, pii)
  } catch {
    return reveal ? text : `${value.length} bytes that are not JSON; --reveal shows them`
  }
}

function maskAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskAll)
  if (typeof value !== 'object' || value === null) return maskPII({ value }, ['value']).value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, maskAll(member)]))
}

function text(envelope: ReturnType<typeof envelopeOf>): string {
  const { originalMessage, errorStack, ...facts } = envelope
  const width = Math.max(...Object.keys(facts).map((name) => name.length))
  const lines = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  if (errorStack !== undefined) lines.push('', errorStack)
  return [...lines, '', JSON.stringify(originalMessage, null, 2)].join('\n')
}
