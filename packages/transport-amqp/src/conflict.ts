import type { QueueSpec } from './topology.ts'

/** Something that is declared in one way and was declared in another. */
export interface Conflict {
  readonly kind: 'queue' | 'exchange'
  readonly name: string
  /** As the broker calls it: `x-queue-type`, `durable`. */
  readonly argument: string
  readonly declared: Value
  readonly current: Value
}

/** `undefined`: not set. */
type Value = string | number | boolean | undefined

/**
 * What the broker says of the first argument that differs:
 * `inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received the value '8' of type 'byte' but current is none`.
 */
const INEQUIVALENT =
  /inequivalent arg '([^']+)' for (queue|exchange) '([^']*)' in vhost '[^']*': received (.*) but current is (.*)/s
const VALUE = /^(?:the value )?'([^']*)'(?: of type '([^']*)')?/

/** The conflict that a refusal is about, if it is about one. */
export function conflictIn(refusal: string): Conflict | undefined {
  const [, argument, kind, name, declared, current] = INEQUIVALENT.exec(refusal) ?? []
  if (argument === undefined || name === undefined) return undefined
  return {
    kind: kind === 'exchange' ? 'exchange' : 'queue',
    name,
    argument,
    declared: valueIn(declared),
    current: valueIn(current),
  }
}

function valueIn(said = ''): Value {
  const [, text, type = ''] = VALUE.exec(said) ?? []
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== undefined && text !== '' && type !== 'longstr' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** The queue with what was in conflict as it is at the broker: declared again, the broker names the next difference. */
export function agreeing(queue: QueueSpec, { argument, current }: Conflict): QueueSpec {
  if (argument === 'durable') return { ...queue, durable: current === true }
  if (argument === 'exclusive') return { ...queue, exclusive: current === true }
  if (argument === 'auto_delete') return { ...queue, autoDelete: current === true }
  const { [argument]: _, ...others } = queue.arguments
  return { ...queue, arguments: current === undefined ? others : { ...others, [argument]: current } }
}

/** All differences of one queue or exchange in words that help, its type first: most others follow from it. */
export function describeConflicts([first, ...others]: readonly [Conflict, ...Conflict[]]): string {
  const all = [first, ...others].sort((one, other) => weightOf(one) - weightOf(other))
  const differences = all.map(
    ({ argument, current, declared }) =>
      `${argument} ${textOf(argument, current)} (declared: ${textOf(argument, declared)})`,
  )
  return (
    `The ${first.kind} ${first.name} exists with other arguments than this consumer declares: ${differences.join(', ')}. ` +
    `Make the contract or the transport's options say the same, let the consumer use it as it is (declare: 'dead-letters'), ` +
    'or delete it once it is empty.'
  )
}

function weightOf({ argument }: Conflict): number {
  return argument === 'x-queue-type' ? 0 : 1
}

/** A queue whose type was not stated is a classic one. */
function textOf(argument: string, value: Value): string {
  if (value === undefined) return argument === 'x-queue-type' ? 'classic' : 'none'
  return value === '' ? "''" : String(value)
}
