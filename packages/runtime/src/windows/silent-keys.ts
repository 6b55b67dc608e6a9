import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Fence } from '../fencing.ts'
import type { Claim } from '../inbox.ts'
import { laneName } from '../lane-name.ts'
import type { Log } from '../log.ts'
import { ACK } from '../outcome.ts'
import type { Parking } from '../parking.ts'
import type { Store } from '../store.ts'
import type { PartitionLag } from '../transport.ts'
import type { OwnedPartitions } from './owned-partitions.ts'
import type { WindowState } from './window-state.ts'

export interface SilentKeysParts<Tx> {
  readonly store: Pick<Store<Tx>, 'inbox'> & { readonly parking?: Pick<Parking, 'lanes'> }
  readonly state: WindowState<Tx>
  readonly owned: OwnedPartitions
  readonly group: string
  readonly name: string
  /** Its messages come again from elsewhere: no key lives there. */
  readonly retryTopic: string
  /** Whether a partition has one owner at a time. */
  readonly exclusive: boolean
  /** What the consumer keeps in order: what is parked is named after it. */
  readonly order: 'key' | 'partition'
  readonly lag: () => Promise<readonly PartitionLag[]>
  /** Closes what is due of one key by the broker's time given. */
  readonly close: (tx: Tx, claim: Claim, key: string, fence: Fence, brokerMs: number) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

const LOOK_EVERY_MS = 1_000
/** Keys of a partition; the rest a second later. */
const MOST_AT_ONCE = 1_000
/** With older messages than this before it, a consumer is behind: what it has not read may hold events of a silent key. */
const CAUGHT_UP_SECONDS = 5

/**
 * Closes the windows of keys that have fallen silent, once a second: event time moves with events alone, so nobody else does. It looks
 * at a partition only while the consumer has caught up there, and only as far as everything published has been handled; at a key only
 * while nothing of it is parked. Each closing is a transaction under the partition's fence.
 */
export class SilentKeys<Tx> {
  readonly #parts: SilentKeysParts<Tx>
  #stopTimer: (() => void) | undefined
  #looking: Promise<void> | undefined
  #isStopping = false

  constructor(parts: SilentKeysParts<Tx>) {
    this.#parts = parts
  }

  start(): void {
    this.#stopTimer = this.#parts.clock.every(LOOK_EVERY_MS, () => {
      this.#looking ??= this.#look()
        .catch((thrown) => this.#report(thrown))
        .finally(() => {
          this.#looking = undefined
        })
    })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#stopTimer?.()
    await this.#looking
  }

  async #look(): Promise<void> {
    const { clock, exclusive, group, lag, name, state } = this.#parts
    const nowMs = clock.now()
    const [anyKey] = await state.due({ group, name }, undefined, nowMs, 1)
    if (anyKey === undefined) return
    const lags = await lag()
    if (exclusive) for (const partition of lags) await this.#lookAt(partition, nowMs)
    else if (lags.length > 0) await this.#lookAtAll(lags, nowMs)
  }

  async #lookAt({ topic, partition, ...behind }: PartitionLag, nowMs: number): Promise<void> {
    const { group, name, owned, retryTopic, state } = this.#parts
    const handledUntilMs = handledUntil(behind, nowMs)
    const epoch = owned.epochOf({ topic, partition })
    if (handledUntilMs === undefined || epoch === undefined || topic === retryTopic) return
    const keys = await state.due({ group, name }, { topic, partition }, handledUntilMs, MOST_AT_ONCE)
    await this.#close(keys, { group, topic, partition, epoch }, handledUntilMs)
  }

  /** Nobody owns anything: whoever comes first closes, and the key's own lock does the rest. */
  async #lookAtAll(lags: readonly PartitionLag[], nowMs: number): Promise<void> {
    const { group, name, retryTopic, state } = this.#parts
    const handled = lags.map((behind) => handledUntil(behind, nowMs) ?? Number.NEGATIVE_INFINITY)
    const handledUntilMs = Math.min(...handled)
    if (!Number.isFinite(handledUntilMs)) return
    const keys = await state.due({ group, name }, undefined, handledUntilMs, MOST_AT_ONCE)
    // What is kept of all that is read lies in one place: see Assignment.place.
    await this.#close(keys, { group, topic: retryTopic, partition: 0, epoch: null }, handledUntilMs)
  }

  /** @param fence Of the place where what is parked of the keys lies. */
  async #close(keys: readonly string[], fence: Fence, brokerMs: number): Promise<void> {
    if (keys.length === 0) return
    const { close, name, order, owned, store } = this.#parts
    const lanes = (await store.parking?.lanes(fence)) ?? []
    const parked = new Set(lanes.map(({ lane }) => lane))
    if (order === 'partition' && parked.size > 0) return
    for (const key of keys) {
      if (this.#isStopping) return
      if (parked.has(laneName(key, NOWHERE))) continue
      const claim = { fence, handler: name, id: `silent ${randomUUID()}`, payloadHash: NO_PAYLOAD }
      const answer = await store.inbox.transact(claim, async (tx) => {
        await close(tx, claim, key, fence, brokerMs)
        return ACK
      })
      if (answer === 'fenced') return owned.lost(fence)
    }
  }

  #report(thrown: unknown): void {
    const { code, message: reason } = Failure.from(thrown)
    this.#parts.log.warn('windows of silent keys could not be closed, will be repeated', { code, reason })
  }
}

const NO_PAYLOAD = new Uint8Array(32)
const NOWHERE = { source: { topic: '', partition: 0, offset: 0n } }

/** Everything published before this has been handled; `undefined` while the consumer is behind. */
function handledUntil({ messages, seconds }: Pick<PartitionLag, 'messages' | 'seconds'>, nowMs: number) {
  if (messages === 0) return nowMs
  if (seconds === undefined || seconds > CAUGHT_UP_SECONDS) return undefined
  return nowMs - seconds * 1_000
}
