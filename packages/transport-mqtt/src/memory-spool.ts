import { type Clock, type Headers, type History, ownHeaders, readHistory, systemClock } from '@longshore/runtime'
import type { MqttSpool, SpoolLetter, SpoolMessage, SpoolRow } from './spool.ts'

interface Stored {
  readonly queue: string
  row: SpoolRow
  owner: string | undefined
  dueAtMs: number
}

interface Letter {
  readonly queue: string
  letter: SpoolLetter
}

/** A spool in memory, for tests: what it holds ends with the process, although the broker was told that it is safe. */
export function memorySpool({ clock = systemClock }: { readonly clock?: Clock } = {}): MqttSpool {
  /** Owners and when their leases end, oldest first. */
  const owners = new Map<string, { readonly queue: string; untilMs: number }>()
  const letters = new Map<bigint, Letter>()
  let messages: Stored[] = []
  let lastSeq = 0n

  const isAlive = (owner: string | undefined): boolean =>
    owner !== undefined && (owners.get(owner)?.untilMs ?? 0) > clock.now()
  const free = (owner: string) => {
    owners.delete(owner)
    for (const message of messages) if (message.owner === owner) message.owner = undefined
  }
  const mourn = (owner: string) => {
    for (const message of messages)
      if (message.owner === owner) message.row = { ...message.row, crashes: (message.row.crashes ?? 0) + 1 }
    free(owner)
  }
  const freeSilent = () => {
    for (const other of owners.keys()) if (!isAlive(other)) mourn(other)
  }
  const store = (queue: string, message: SpoolMessage, owner: string | undefined, history?: History): bigint => {
    lastSeq += 1n
    const row = { ...message, seq: lastSeq, ...(history === undefined ? {} : { history }) }
    messages.push({ queue, row, owner, dueAtMs: 0 })
    return lastSeq
  }
  /** Whether something of the key is in another's hands or waits, before a place in the queue. */
  const isBlocked = (queue: string, owner: string, key: string | null, before: bigint): boolean =>
    key !== null &&
    messages.some(
      (other) =>
        other.queue === queue &&
        other.row.key === key &&
        other.row.seq < before &&
        other.owner !== owner &&
        (other.owner !== undefined || other.dueAtMs > clock.now()),
    )
  const take = (owner: string, seq: bigint): Stored | undefined => {
    const index = messages.findIndex(({ row, owner: whose }) => row.seq === seq && whose === owner)
    return index === -1 ? undefined : messages.splice(index, 1)[0]
  }

  return {
    about: 'memory: lost with the process',
    async open() {},
    async renew(queue, owner, leaseMs, isNew) {
      freeSilent()
      const known = owners.get(owner)
      const untilMs = clock.now() + leaseMs
      if (known !== undefined) known.untilMs = untilMs
      else if (isNew) owners.set(owner, { queue, untilMs })
      else return { role: 'lost', owners: 0 }
      const alive = [...owners].filter(([, other]) => other.queue === queue)
      return { role: alive[0]?.[0] === owner ? 'reader' : 'worker', owners: alive.length }
    },
    async leave(_, owner) {
      free(owner)
    },
    async add(queue, owner, added, room) {
      const busy = new Set(
        messages.filter((other) => other.queue === queue && other.owner !== owner).map(({ row }) => row.key),
      )
      return added.map((message, index) => {
        const isHeld = index < room && isAlive(owner) && (message.key === null || !busy.has(message.key))
        return { seq: store(queue, message, isHeld ? owner : undefined), isHeld }
      })
    },
    async claim(queue, owner, limit) {
      freeSilent()
      if (!isAlive(owner)) return []
      const claimed: SpoolRow[] = []
      for (const message of messages) {
        if (claimed.length === limit) break
        const { row, dueAtMs } = message
        const isFree = message.queue === queue && message.owner === undefined && dueAtMs <= clock.now()
        if (!isFree || isBlocked(queue, owner, row.key, row.seq)) continue
        message.owner = owner
        claimed.push(row)
      }
      return claimed
    },
    async complete(owner, seqs) {
      const settled = new Set(seqs)
      messages = messages.filter(({ row, owner: whose }) => whose !== owner || !settled.has(row.seq))
    },
    async postpone(_, owner, seq, { attempts, firstFailureAtMs }, dueAtMs) {
      const postponed = messages.find(({ row, owner: whose }) => row.seq === seq && whose === owner)
      if (postponed === undefined) return false
      const { row } = postponed
      const origin = row.history?.origin ?? { topic: row.topic, partition: 0, offset: seq }
      const redriveCount = row.history?.redriveCount ?? 0
      postponed.row = { ...row, crashes: 0, history: { attempts, firstFailureAtMs, redriveCount, origin } }
      postponed.dueAtMs = dueAtMs
      for (const message of messages)
        if (message.owner === owner && (message === postponed || isOneKey(message, postponed)))
          message.owner = undefined
      return true
    },
    async bury(owner, seq, headers) {
      const stored = take(owner, seq)
      if (stored === undefined) return false
      const { queue, row } = stored
      letters.set(seq, { queue, letter: { ...row, headers, status: 'waiting' } })
      return true
    },
    async letters(queue, after, limit) {
      return [...letters.values()]
        .filter(({ queue: whose, letter }) => whose === queue && letter.seq > after)
        .map(({ letter }) => letter)
        .sort((one, other) => (one.seq < other.seq ? -1 : 1))
        .slice(0, limit)
    },
    async redrive(queue, seq) {
      const found = letters.get(seq)
      if (found?.queue !== queue || found.letter.status !== 'waiting') return
      const { status: _, seq: __, history: ___, ...message } = found.letter
      found.letter = { ...found.letter, status: 'redriven' }
      store(queue, { ...message, headers: ownHeaders(message.headers) }, undefined, redriven(message.headers))
    },
    async quarantine(queue, seq) {
      const found = letters.get(seq)
      if (found?.queue === queue) found.letter = { ...found.letter, status: 'quarantined' }
    },
    // A letter stays for as long as the process.
    tidy: () => Promise.resolve(0),
    async load(queue) {
      const waiting = messages.filter((message) => message.queue === queue)
      const oldestMs = waiting[0]?.row.timestampMs
      return { messages: waiting.length, ...(oldestMs === undefined ? {} : { oldestMs }) }
    },
  }
}

function isOneKey(one: Stored, other: Stored): boolean {
  return one.queue === other.queue && one.row.key !== null && one.row.key === other.row.key
}

/** A redriven message begins its attempts anew and keeps its first coordinates. */
function redriven(headers: Headers): History {
  const { origin = { topic: '', partition: 0, offset: 0n }, redriveCount = 0 } = readHistory(headers) ?? {}
  return { attempts: 0, redriveCount: redriveCount + 1, origin }
}
