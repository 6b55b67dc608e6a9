import type { Json } from '@longshore/contract'
import type { Delivery, Manifest } from '../manifest.ts'
import type { Effect } from './change.ts'
import { isSameValue } from './shape.ts'

/** One fact of an event's delivery that differs between two versions. */
export interface DeliveryChange extends Effect {
  readonly kind: 'delivery' | 'retention'
  /** The fact's name, which is its last step in the manifest too: `dlq`, `metadata/partitions`. */
  readonly fact: string
  /** What became of it: `user.created.dlq → none`. */
  readonly what: string
}

/** What changed in how an event travels and how long it is kept. Unknown facts of the metadata are compared too, without effect. */
export function deliveryChanges(before: Manifest, after: Manifest): readonly DeliveryChange[] {
  const [old, now] = [before.delivery.contract, after.delivery.contract]
  const facts = [...TOP_LEVEL, ...metadataFacts(old, now)]
  return facts.flatMap((fact) => {
    const [was, is] = [read(old, fact), read(now, fact)]
    if (isSameValue(was, is)) return []
    const kind = RETENTION.has(fact) ? 'retention' : 'delivery'
    return [{ kind, fact, what: `${shown(was)} → ${shown(is)}`, ...EFFECTS[fact]?.(was, is, old) }] as const
  })
}

const TOP_LEVEL = ['transport', 'topic', 'guarantees', 'retry_policy', 'dlq']

const RETENTION = new Set(['retention_ms', 'cleanup_policy', 'ttl', 'session_expiry'].map((name) => `metadata/${name}`))

/** The key is compared as a schema; detection's own words are no facts of delivery. */
function metadataFacts(old: Delivery, now: Delivery): readonly string[] {
  const names = new Set([...Object.keys(old.metadata), ...Object.keys(now.metadata)])
  names.delete('key')
  return [...names].sort().map((name) => `metadata/${name}`)
}

function read(delivery: Delivery, fact: string): Json {
  const name = fact.replace('metadata/', '')
  const facts: { readonly [name: string]: Json | undefined } =
    name === fact ? { ...delivery, metadata: null } : delivery.metadata
  return facts[name] ?? null
}

type Judge = (was: Json, is: Json, old: Delivery) => Effect

const MOVED: Effect = {
  newReader: 'old data is where new readers do not look',
  oldReader: 'new data goes where old readers do not look',
}

/** Facts that somebody relies on. A change of any other fact breaks nobody. */
const EFFECTS: { readonly [fact: string]: Judge } = {
  transport: () => MOVED,
  topic: () => MOVED,
  'metadata/exchange': () => MOVED,
  'metadata/routing_key': () => MOVED,
  'metadata/queue': () => MOVED,
  'metadata/groupId': (was) =>
    was === null ? {} : { newReader: 'a new group has no position, and starts from the beginning' },
  guarantees: (was, is) =>
    strength(is) < strength(was) ? { oldReader: 'old readers rely on the stronger guarantee' } : {},
  dlq: (was) =>
    was === null ? {} : { oldReader: 'dead letters are no longer where they are looked for and redriven' },
  retry_policy: (_, is) => (is === 'none' ? { oldReader: 'failures that passed by themselves now need a hand' } : {}),
  'metadata/partitions': (_was, _is, { metadata }) =>
    metadata.key === undefined
      ? {}
      : { oldReader: 'keys move to other partitions: order per key is lost across the change' },
  'metadata/retention_ms': keptShorter,
  'metadata/ttl': keptShorter,
  'metadata/session_expiry': (was, is) =>
    seconds(is) < seconds(was) ? { oldReader: 'a reader that is away loses messages sooner' } : {},
  'metadata/cleanup_policy': (was, is) =>
    listed(is).includes('compact') === listed(was).includes('compact')
      ? {}
      : {
          oldReader: listed(is).includes('compact')
            ? 'only the last event of each key can be replayed'
            : 'the last event of a key no longer stays',
        },
  'metadata/qos': (was, is) =>
    Number(is ?? 0) < Number(was ?? 0) ? { oldReader: 'old readers rely on the stronger guarantee' } : {},
  'metadata/retain': (was) => (was === true ? { oldReader: 'a new subscriber no longer gets the last message' } : {}),
  'metadata/durable': (_, is) =>
    is === false ? { oldReader: 'messages no longer survive a restart of the broker' } : {},
}

function keptShorter(was: Json, is: Json): Effect {
  return keptMs(is) < keptMs(was) ? { oldReader: 'readers that are behind or replay find less' } : {}
}

/** Retention without end, or unknown, is the longest. */
function keptMs(value: Json): number {
  return typeof value === 'number' && value >= 0 ? value : Number.POSITIVE_INFINITY
}

function seconds(value: Json): number {
  return typeof value === 'number' ? value : 0
}

function strength(guarantee: Json): number {
  return ['best-effort', 'at-least-once', 'exactly-once'].indexOf(String(guarantee))
}

function listed(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function shown(value: Json): string {
  if (value === null) return 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
