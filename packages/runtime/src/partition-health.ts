import type { Attempt, Incoming, Source } from './delivery.ts'
import type { Held } from './key-lanes.ts'
import { maskText } from './mask-pii.ts'
import type { ParkedLane } from './parking.ts'
import { describeWait, type Wait } from './waits.ts'

/** What one consumer holds of a partition, and why the partition does not advance. Plain JSON. */
export interface PartitionHealth {
  readonly topic: string
  readonly partition: number
  /** Deliveries handed over and not settled. */
  readonly unsettled: number
  /** The one with the lowest offset: nothing behind it can be committed. Absent when the partition holds nothing but parked keys. */
  readonly oldest?: UnsettledDelivery
  /** Absent when nothing of it is parked. */
  readonly parked?: ParkedKeys
}

export interface UnsettledDelivery {
  /** As text: JSON has no 64-bit integers. */
  readonly offset: string
  /** Masked like other text, and cut to 64 characters, when `keyIsMasked`. */
  readonly key: string | null
  readonly keyIsMasked: boolean
  /** Tries begun over the message's whole life. */
  readonly attempts: number
  /** Since the message's own timestamp; 0 for one dated in the future. */
  readonly ageMs: number
  readonly waitsFor: Wait
  /** Unix milliseconds; absent when no time is set. */
  readonly nextTryAtMs?: number
  /** {@link waitsFor} in words. */
  readonly because: string
}

/** Keys of a partition that wait in the store: they do not hold the partition up. */
export interface ParkedKeys {
  readonly keys: number
  /** Of these, held until a dead letter is redriven. */
  readonly held: number
  /** The one that is parked longest. */
  readonly oldest?: ParkedKey
}

export interface ParkedKey extends Pick<UnsettledDelivery, 'offset' | 'key' | 'keyIsMasked' | 'attempts'> {
  /** Unix milliseconds. */
  readonly sinceMs: number
  /** Unix milliseconds; absent while it is held. */
  readonly nextTryAtMs?: number
}

/** Parked keys of one partition, as their owner knows them. */
export interface ParkedPlace {
  readonly topic: string
  readonly partition: number
  readonly lanes: Iterable<Omit<ParkedLane, 'lane'>>
}

export interface PartitionFacts {
  /** From the lanes; parked deliveries left out. */
  readonly held: Iterable<Held<Incoming>>
  readonly attemptOf: (source: Source) => (Attempt & { readonly isOverdue: boolean }) | undefined
  readonly waitOf: (delivery: Incoming) => Wait | undefined
  /** What one waits for that runs and has noted nothing. */
  readonly otherwise: 'store' | 'step'
  readonly isPaused: boolean
  /** Given up by a step that broke. */
  readonly broken: ReadonlyMap<Incoming, string>
  readonly parked: Iterable<ParkedPlace>
  readonly keyIsPii: boolean
  readonly nowMs: number
}

/** More are not listed: topics of MQTT may be as many as messages. */
export const MOST_PARTITIONS = 100

/** At most {@link MOST_PARTITIONS} partitions, the one with the oldest message first. Looks at each delivery once. */
export function partitionsOf(facts: PartitionFacts): readonly PartitionHealth[] {
  const partitions = new Map<string, Gathered>()
  const gathered = ({ topic, partition }: Pick<Source, 'topic' | 'partition'>): Gathered => {
    const name = `${topic}/${partition}`
    const known = partitions.get(name) ?? { topic, partition, unsettled: 0 }
    partitions.set(name, known)
    return known
  }
  for (const held of [...facts.held, ...brokenOf(facts)]) {
    const { source, assignment } = held.item
    if (!assignment.active) continue
    const known = gathered(source)
    known.unsettled += 1
    if (known.oldest === undefined || source.offset < known.oldest.item.source.offset) known.oldest = held
  }
  for (const place of facts.parked) gathered(place).parked = parkedKeys(place, facts)
  return [...partitions.values()]
    .sort((one, other) => startOf(one) - startOf(other))
    .slice(0, MOST_PARTITIONS)
    .map(({ oldest, ...rest }) => ({
      ...rest,
      ...(oldest === undefined ? {} : { oldest: unsettledDelivery(oldest, facts) }),
    }))
}

/** A partition while its deliveries are gone through. */
interface Gathered {
  readonly topic: string
  readonly partition: number
  unsettled: number
  oldest?: Held<Incoming>
  parked?: ParkedKeys
}

function* brokenOf({ broken }: PartitionFacts): Iterable<Held<Incoming>> {
  for (const item of broken.keys()) yield { item }
}

function startOf({ oldest }: Gathered): number {
  return oldest?.item.timestampMs ?? Number.MAX_VALUE
}

function unsettledDelivery(held: Held<Incoming>, facts: PartitionFacts): UnsettledDelivery {
  const { source, key, history, timestampMs } = held.item
  const attempt = facts.attemptOf(source)
  const waitsFor = waitOf(held, attempt, facts)
  const attempts = attempt?.number ?? ('attempts' in waitsFor ? waitsFor.attempts : (history?.attempts ?? 0))
  return {
    offset: String(source.offset),
    ...shownKey(key, facts),
    attempts,
    ageMs: Math.max(0, facts.nowMs - timestampMs),
    waitsFor,
    ...('untilMs' in waitsFor ? { nextTryAtMs: waitsFor.untilMs } : {}),
    because: describeWait(waitsFor),
  }
}

function waitOf(
  { item, sinceMs, behind }: Held<Incoming>,
  attempt: ReturnType<PartitionFacts['attemptOf']>,
  { broken, isPaused, otherwise, waitOf: noted }: PartitionFacts,
): Wait {
  const code = broken.get(item)
  if (code !== undefined) return { kind: 'defect', code }
  if (attempt !== undefined) return { kind: 'attempt', sinceMs: attempt.startedAtMs, isOverdue: attempt.isOverdue }
  const note = noted(item)
  if (note !== undefined) return note
  if (sinceMs !== undefined) return { kind: otherwise, sinceMs }
  if (behind !== undefined) {
    const { topic, partition, offset } = behind.source
    return { kind: 'lane', behind: { topic, partition, offset: String(offset) } }
  }
  return { kind: isPaused ? 'paused' : 'turn' }
}

function parkedKeys({ lanes }: ParkedPlace, facts: PartitionFacts): ParkedKeys {
  let keys = 0
  let held = 0
  let oldest: Omit<ParkedLane, 'lane'> | undefined
  for (const note of lanes) {
    keys += 1
    if (note.heldFor !== undefined) held += 1
    if (note.head !== undefined && (note.parkedAtMs ?? 0) < (oldest?.parkedAtMs ?? Number.POSITIVE_INFINITY))
      oldest = note
  }
  const shown = oldest === undefined ? undefined : parkedKey(oldest, facts)
  return { keys, held, ...(shown === undefined ? {} : { oldest: shown }) }
}

function parkedKey(
  { head, dueAtMs, heldFor, parkedAtMs }: Omit<ParkedLane, 'lane'>,
  facts: PartitionFacts,
): ParkedKey | undefined {
  if (head === undefined) return undefined
  return {
    offset: String(head.source.offset),
    ...shownKey(head.key, facts),
    attempts: head.history?.attempts ?? 0,
    sinceMs: parkedAtMs ?? facts.nowMs,
    ...(dueAtMs === undefined || heldFor !== undefined ? {} : { nextTryAtMs: dueAtMs }),
  }
}

const LONGEST_KEY = 64

function shownKey(key: string | null, { keyIsPii }: PartitionFacts): Pick<UnsettledDelivery, 'key' | 'keyIsMasked'> {
  if (key === null) return { key, keyIsMasked: false }
  return { key: (keyIsPii ? maskText(key) : key).slice(0, LONGEST_KEY), keyIsMasked: keyIsPii }
}
