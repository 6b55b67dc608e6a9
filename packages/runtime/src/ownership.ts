import type { Clock } from './clock.ts'
import type { Assignment, Incoming } from './delivery.ts'
import { Failure } from './failure.ts'
import type { Fence, GroupPartition, Takeover } from './fencing.ts'
import { sleepUnlessAborted } from './linked-abort.ts'
import type { Log } from './log.ts'
import type { LaneHead } from './parking.ts'
import { persist } from './persist.ts'
import type { Store } from './store.ts'

/** A lane that may have something parked. A new one is made each time the lane is parked, so that an old answer about it is recognised. */
export interface LaneMark {
  /** Origin of the message the lane is held for, as `formatSource` writes it. */
  readonly heldFor?: string
  /** For people: the first message, since when it is parked, and when it is tried again. */
  head?: LaneHead
  readonly parkedAtMs?: number
  dueAtMs?: number
}

type LeftBehind = Pick<Takeover, 'uncleanExits' | 'begun'>

/** What one owner knows of a partition while it holds it. It ends when the partition is lost. */
export class Tenure {
  /** Renewed when somebody else had taken the partition, and the broker still says that it is ours. */
  fence: Fence
  /** Never less than the store has. */
  lanes: Map<string, LaneMark>
  /** Until this offset messages may have been in flight when earlier owners died. Set at the first delivery. */
  suspectUntil: bigint | undefined
  /** Owners before this one that died in a row; 0 once what they had in flight is worked through. */
  uncleanExits: number
  /** Offsets that were begun under owners that died, and have not ended since. */
  readonly begun: Set<bigint>
  readonly #ended = new AbortController()

  constructor(fence: Fence, lanes: Map<string, LaneMark>, { uncleanExits, begun }: LeftBehind) {
    this.fence = fence
    this.lanes = lanes
    this.uncleanExits = uncleanExits
    this.begun = new Set(begun)
  }

  get signal(): AbortSignal {
    return this.#ended.signal
  }

  get active(): boolean {
    return !this.#ended.signal.aborted
  }

  end(): void {
    this.#ended.abort(new Failure('ASSIGNMENT_LOST'))
  }
}

export interface OwnershipParts {
  readonly store: Store
  readonly group: string
  /** Whether a partition has one owner at a time. Otherwise there is nothing to fence: locks and leases do it alone. */
  readonly exclusive: boolean
  readonly clock: Clock
  readonly log: Log
  readonly stopping: AbortSignal
}

/** An owner that woke up late learns from the broker within a heartbeat or two that it is none: it must not fight for the partition. */
const RETAKE_AFTER_MS = 3_000

/** A partition that is being taken over, or has been. */
interface Taking {
  readonly tenure: Promise<Tenure>
  /** Aborted when the partition is revoked. */
  readonly wanted: AbortController
}

type Place = Pick<GroupPartition, 'topic' | 'partition'>

/** The partitions of one consumer, taken over in the store when the broker assigns them and let go when it revokes them. */
export class Ownership {
  readonly #parts: OwnershipParts
  readonly #taken = new Map<string, Taking>()
  readonly #held = new Map<string, Tenure>()
  readonly #byAssignment = new WeakMap<Assignment, Tenure>()
  readonly #refused = new Set<() => Promise<unknown>>()
  readonly #retaking = new WeakMap<Tenure, Promise<void>>()

  constructor(parts: OwnershipParts) {
    this.#parts = parts
  }

  /** Partitions that have been taken over. */
  get held(): readonly Tenure[] {
    return [...this.#held.values()]
  }

  /** The tenure a delivery belongs to; a promise while its partition is being taken over. */
  of(delivery: Incoming | { readonly assignment: Assignment; readonly source: Place }): Tenure | Promise<Tenure> {
    const known = this.#byAssignment.get(delivery.assignment)
    return known ?? this.#join(delivery.assignment, delivery.assignment.place ?? delivery.source)
  }

  assigned(places: readonly Place[]): void {
    // A failure to take over is met again, and waited for, by the first delivery.
    for (const place of places) this.#tenure(place).catch(() => undefined)
  }

  /** Lets go at once: handlers still running are those of a living process, no crash. */
  revoked(places: readonly Place[]): void {
    for (const place of places) {
      const tenure = this.#held.get(nameOf(place))
      if (tenure === undefined) this.#forget(place)
      else this.#lose(place, tenure)
    }
  }

  async close(): Promise<void> {
    const tenures = [...this.#held.values()]
    for (const { wanted } of this.#taken.values()) wanted.abort()
    this.#taken.clear()
    this.#held.clear()
    for (const tenure of tenures) tenure.end()
    await this.#release(tenures)
  }

  /**
   * Called when the store says that the partition has a newer owner. If the broker still says that it is ours after the time in which
   * it would have told us, it is taken back; else this rejects with ASSIGNMENT_LOST.
   */
  retake(tenure: Tenure): Promise<void> {
    const running = this.#retaking.get(tenure)
    if (running !== undefined) return running
    const retaking = this.#takeBack(tenure).finally(() => this.#retaking.delete(tenure))
    this.#retaking.set(tenure, retaking)
    return retaking
  }

  /** Whether something waits for the store that it has refused so far. */
  get isRefused(): boolean {
    return this.#refused.size > 0
  }

  /** Does something in the store until it succeeds, or until there is no reason left to. */
  async persist<Result>(
    what: string,
    tenure: Pick<Tenure, 'signal'> | undefined,
    action: () => Promise<Result>,
  ): Promise<Result> {
    const { clock, log, stopping } = this.#parts
    try {
      return await persist(action, {
        clock,
        signals: tenure === undefined ? [stopping] : [stopping, tenure.signal],
        onRefused: ({ code, message }, afterMs) => {
          this.#refused.add(action)
          log.error('the store refuses, will be repeated', { what, code, reason: message, afterMs })
        },
      })
    } finally {
      this.#refused.delete(action)
    }
  }

  async #join(assignment: Assignment, place: Place): Promise<Tenure> {
    if (!assignment.active) throw new Failure('ASSIGNMENT_LOST')
    const tenure = await this.#tenure(place)
    if (!assignment.active) throw new Failure('ASSIGNMENT_LOST')
    const joined = this.#byAssignment.get(assignment)
    if (joined !== undefined) return joined
    if (this.#parts.exclusive)
      assignment.signal.addEventListener('abort', () => this.#lose(place, tenure), { once: true })
    this.#byAssignment.set(assignment, tenure)
    return tenure
  }

  #tenure(place: Place): Promise<Tenure> {
    const name = nameOf(place)
    const known = this.#taken.get(name)
    if (known !== undefined) return known.tenure
    const wanted = new AbortController()
    const taking = { wanted, tenure: this.#takeOver(place, wanted) }
    this.#taken.set(name, taking)
    taking.tenure.then(
      (tenure) => {
        // Revoked while it was being taken.
        if (wanted.signal.aborted) this.#lose(place, tenure)
        else this.#held.set(name, tenure)
      },
      () => this.#taken.get(name) === taking && this.#taken.delete(name),
    )
    return taking.tenure
  }

  /** A partition that is revoked before its turn has come is not taken: it would be taken from its new owner. */
  async #takeOver(place: Place, wanted: AbortController): Promise<Tenure> {
    const { fence, ...left } = await this.persist('take over', wanted, () => this.#take(place))
    return new Tenure(fence, await this.persist('read parked lanes', wanted, () => this.#lanes(fence)), left)
  }

  async #take({ topic, partition }: Place): Promise<LeftBehind & { readonly fence: Fence }> {
    const { exclusive, group, store } = this.#parts
    if (!exclusive) return { fence: { group, topic, partition, epoch: null }, uncleanExits: 0, begun: [] }
    const { epoch, ...left } = await store.fencing.take({ group, topic, partition })
    return { fence: { group, topic, partition, epoch }, ...left }
  }

  async #lanes(fence: Fence): Promise<Map<string, LaneMark>> {
    const lanes = (await this.#parts.store.parking?.lanes(fence)) ?? []
    return new Map(lanes.map((mark) => [mark.lane, mark]))
  }

  async #takeBack(tenure: Tenure): Promise<void> {
    const { clock, log, stopping } = this.#parts
    const { topic, partition } = tenure.fence
    log.warn('another owner has taken the partition', { topic, partition })
    const still = await sleepUnlessAborted(clock, RETAKE_AFTER_MS, [stopping, tenure.signal])
    if (!still) throw new Failure('ASSIGNMENT_LOST')
    const { fence } = await this.persist('take back', tenure, () => this.#take(tenure.fence))
    tenure.lanes = await this.persist('read parked lanes', tenure, () => this.#lanes(fence))
    tenure.fence = fence
  }

  #lose(place: Place, tenure: Tenure): void {
    if (this.#held.get(nameOf(place)) === tenure) this.#forget(place)
    if (!tenure.active) return
    tenure.end()
    void this.#release([tenure])
  }

  #forget(place: Place): void {
    this.#taken.get(nameOf(place))?.wanted.abort()
    this.#taken.delete(nameOf(place))
    this.#held.delete(nameOf(place))
  }

  /** Best effort: a partition that is not released looks like one whose owner crashed, which costs time and nothing else. */
  async #release(tenures: readonly Tenure[]): Promise<void> {
    if (tenures.length === 0 || !this.#parts.exclusive) return
    await this.#parts.store.fencing.release(tenures.map(({ fence }) => fence)).catch(() => undefined)
  }
}

function nameOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`
}
