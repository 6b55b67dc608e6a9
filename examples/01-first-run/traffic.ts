/** What the first run publishes: the contract's own examples with fresh ids, and among them a few that go wrong. */
import { randomUUID } from 'node:crypto'
import type { OutgoingMessage, Transport } from '@longshore/runtime'

/** One event of the contract. */
export interface EventKind {
  readonly topic: string
  readonly example: Example
}

export interface Example {
  readonly event_id: string
  readonly occurred_at: string
  readonly user: { readonly id: string; readonly [name: string]: unknown }
  readonly [name: string]: unknown
}

/** Messages that go wrong, told apart by their event ids. */
export interface Trouble {
  /** Fails twice, then succeeds. */
  readonly failsTwice: string
  /** Fails until somebody has repaired what it depends on. */
  readonly failsUntilRepaired: string
}

export function createTrouble(): Trouble {
  return { failsTwice: randomUUID(), failsUntilRepaired: randomUUID() }
}

/** Publishes the messages that go wrong: a poison message to the first topic, one that fails twice, one that fails for now. */
export async function publishTrouble(
  transport: Transport,
  kinds: readonly EventKind[],
  trouble: Trouble,
): Promise<void> {
  const [first, second = first] = kinds
  if (first === undefined || second === undefined) return
  await transport.publish([
    { topic: first.topic, key: randomUUID(), value: new TextEncoder().encode('{"event_id": "cut off in the mid') },
    message(first, trouble.failsTwice),
    message(second, trouble.failsUntilRepaired),
  ])
}

/** Publishes `perSecond` ordinary messages a second, taking turns among the kinds, until aborted or `total` are out. */
export async function publishTraffic(
  transport: Transport,
  kinds: readonly EventKind[],
  { perSecond, total, signal }: { readonly perSecond: number; readonly total: number; readonly signal: AbortSignal },
): Promise<void> {
  const startedAtMs = performance.now()
  let sent = 0
  while (!signal.aborted && sent < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - startedAtMs) / 1_000) * perSecond))
    const batch = Array.from({ length: due - sent }, (_, index) => kinds[(sent + index) % kinds.length])
    sent = due
    await transport.publish(batch.filter((kind) => kind !== undefined).map((kind) => message(kind)))
    await nextTick(signal)
  }
}

function message({ topic, example }: EventKind, eventId: string = randomUUID()): OutgoingMessage {
  const userId = randomUUID()
  const event = {
    ...example,
    event_id: eventId,
    occurred_at: new Date().toISOString(),
    user: { ...example.user, id: userId },
  }
  return { topic, key: userId, value: new TextEncoder().encode(JSON.stringify(event)), messageId: eventId }
}

function nextTick(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 50)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
