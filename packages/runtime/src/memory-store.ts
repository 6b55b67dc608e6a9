import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { Claim, Inbox } from './inbox.ts'
import { memoryFencing } from './memory-fencing.ts'
import type { Store } from './store.ts'

interface Entry {
  readonly hash: string
  /** Resolves when the one who works on it has ended. */
  readonly working?: Promise<unknown>
  /** Absent once the effect has happened. */
  readonly lease?: { readonly token: string; readonly untilMs: number }
}

/**
 * A store in the memory of this process, for tests and first runs: an inbox without transactions, and no parking. A handler that throws
 * leaves no claim behind; its own effect is its own matter.
 */
export function memoryStore({ clock = systemClock }: { readonly clock?: Clock } = {}): Store<undefined> {
  return {
    name: 'memory',
    async open() {},
    tidy: () => Promise.resolve(0),
    inbox: memoryInbox(clock),
    fencing: memoryFencing(),
  }
}

function memoryInbox(clock: Clock): Inbox<undefined> {
  const entries = new Map<string, Entry>()
  return {
    about: 'memory, gone with the process',

    async transact(claim, work) {
      const name = nameOf(claim)
      for (let known = entries.get(name); known !== undefined; known = entries.get(name)) {
        if (known.working === undefined) return known.hash === hashOf(claim) ? 'duplicate' : 'changed'
        // As one transaction waits for another: it may yet roll back.
        await known.working
      }
      const working = work(undefined)
      entries.set(name, { hash: hashOf(claim), working: working.catch(() => undefined) })
      try {
        const outcome = await working
        if (outcome.kind === 'ack') entries.set(name, { hash: hashOf(claim) })
        else entries.delete(name)
        return outcome
      } catch (thrown) {
        entries.delete(name)
        throw thrown
      }
    },

    async lease(claim, leaseMs) {
      const known = entries.get(nameOf(claim))
      if (known !== undefined && known.lease === undefined) {
        return { kind: known.hash === hashOf(claim) ? 'duplicate' : 'changed' }
      }
      if (known?.lease !== undefined && known.lease.untilMs > clock.now()) {
        return { kind: 'held', untilMs: known.lease.untilMs }
      }
      const token = randomUUID()
      entries.set(nameOf(claim), { hash: hashOf(claim), lease: { token, untilMs: clock.now() + leaseMs } })
      return { kind: 'granted', token }
    },

    async confirm(claim, token) {
      const name = nameOf(claim)
      if (entries.get(name)?.lease?.token !== token) return false
      entries.set(name, { hash: hashOf(claim) })
      return true
    },

    async release(claim, token) {
      if (entries.get(nameOf(claim))?.lease?.token === token) entries.delete(nameOf(claim))
    },
  }
}

function nameOf({ fence, handler, id }: Claim): string {
  return JSON.stringify([fence.group, handler, id])
}

function hashOf({ payloadHash }: Claim): string {
  return Buffer.from(payloadHash).toString('hex')
}
