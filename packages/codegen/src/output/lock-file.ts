import { hash } from 'node:crypto'
import type { GenerateOptions } from '../options.ts'
import type { ChannelPlan } from '../plan/channel-plan.ts'
import { consumerFacts } from '../plan/consumer-facts.ts'
import type { Plan } from '../plan/plan.ts'

/** What was printed into a folder: lets the next run tell a file that was edited from one that is out of date. */
export interface LockFile {
  readonly lockVersion: 1
  /** Version of this package. */
  readonly generator: string
  readonly options: GenerateOptions
  /** By consumer file: what the contract said. */
  readonly consumers: { readonly [file: string]: LockedConsumer }
  /** Path to hex SHA-256 of the text, for files that are printed again; those written once are the user's. */
  readonly files: { readonly [path: string]: string }
}

export interface LockedConsumer {
  readonly urn: string
  /** `user.email: string`, with `?` where the field may be absent. */
  readonly fields: readonly string[]
  /** `topic: user.created`: what the contract says of delivery. */
  readonly delivery?: readonly string[]
}

export const LOCK_FILE = 'longshore.lock.json'

export function lockOf(plan: Plan, options: GenerateOptions, generator: string): LockFile {
  const consumers = plan.channels.map((channel) => {
    const { file, events } = channel
    const fields = events.flatMap(({ manifest }) => manifest.schema.fields.map(describeField))
    return [
      file,
      { urn: events[0].manifest.urn, fields: [...new Set(fields)].sort(), delivery: delivery(channel) },
    ] as const
  })
  const printed = plan.files.filter(({ once }) => !once).map(({ path, text }) => [path, hashOf(text)] as const)
  return {
    lockVersion: 1,
    generator,
    options,
    consumers: Object.fromEntries(consumers),
    files: Object.fromEntries(printed.toSorted(([left], [right]) => (left < right ? -1 : 1))),
  }
}

function delivery(channel: ChannelPlan): readonly string[] {
  const { topic, group, dlq, retry } = consumerFacts(channel)
  const messages = channel.events.map(({ name }) => `message: ${name}`)
  const tried = retry === undefined ? [] : [`retry: ${JSON.stringify(retry)}`]
  return [`topic: ${topic}`, `group: ${group}`, `dlq: ${dlq ?? 'none declared'}`, ...tried, ...messages]
}

function describeField({ path, type, required }: { path: string; type: string; required: boolean }): string {
  return `${path}${required ? '' : '?'}: ${type}`
}

export function printLock(lock: LockFile): string {
  return `${JSON.stringify(lock, null, 2)}\n`
}

/** `undefined` when the text is no lock file this version understands. */
export function readLock(text: string | undefined): LockFile | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isLock(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isLock(value: unknown): value is LockFile {
  if (typeof value !== 'object' || value === null || !('lockVersion' in value) || value.lockVersion !== 1) return false
  return 'files' in value && isRecord(value.files) && 'consumers' in value && isRecord(value.consumers)
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Line ends do not count: a checkout on another system is no edit. */
export function hashOf(text: string): string {
  return hash('sha256', text.replaceAll('\r\n', '\n'))
}
