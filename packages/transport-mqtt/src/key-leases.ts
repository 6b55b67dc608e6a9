import { type Assignment, Failure } from '@longshore/runtime'

/** The right to work on the messages of one key, from the first that was handed over to the last that is settled. */
export class KeyLease implements Assignment {
  readonly key: string | null
  /** That of the queue in the spool, whatever the key. */
  readonly place: NonNullable<Assignment['place']>
  unsettled = 0
  #active = true
  /** Made with the first who asks: most messages are settled without. */
  #ended: AbortController | undefined

  constructor(key: string | null, place: KeyLease['place']) {
    this.key = key
    this.place = place
  }

  get active(): boolean {
    return this.#active
  }

  get signal(): AbortSignal {
    if (this.#ended === undefined) {
      this.#ended = new AbortController()
      if (!this.#active) this.#ended.abort(lost())
    }
    return this.#ended.signal
  }

  end(): void {
    this.#active = false
    this.#ended?.abort(lost())
  }
}

/** The keys one owner has messages of. */
export class KeyLeases {
  /** By key; a message without one has a lease of its own. */
  readonly #leases = new Map<string | KeyLease, KeyLease>()
  readonly #place: KeyLease['place']
  #unsettled = 0

  constructor(place: KeyLease['place']) {
    this.#place = place
  }

  /** Messages handed over and not settled. */
  get unsettled(): number {
    return this.#unsettled
  }

  /** Notes that a message of this key is handed over. */
  take(key: string | null): KeyLease {
    const known = key === null ? undefined : this.#leases.get(key)
    const lease = known ?? new KeyLease(key, this.#place)
    if (known === undefined) this.#leases.set(key ?? lease, lease)
    lease.unsettled += 1
    this.#unsettled += 1
    return lease
  }

  /** Notes that one is settled. */
  finish(lease: KeyLease): void {
    if (!lease.active) return
    lease.unsettled -= 1
    this.#unsettled -= 1
    if (lease.unsettled === 0) this.#leases.delete(lease.key ?? lease)
  }

  /** Everything of this key that is not settled was put back. */
  endKey(lease: KeyLease): void {
    if (!lease.active) return
    lease.end()
    this.#unsettled -= lease.unsettled
    this.#leases.delete(lease.key ?? lease)
  }

  end(): void {
    for (const lease of this.#leases.values()) lease.end()
    this.#leases.clear()
    this.#unsettled = 0
  }
}

function lost(): Failure {
  return new Failure('ASSIGNMENT_LOST', 'The message was put back, or its owner was silent for too long.')
}
