import { randomUUID } from 'node:crypto'
import { reconnectAfterMs } from '@longshore/runtime'
import { brokerFailure, mayRecover, says } from './broker-failure.ts'
import type { FetchedRecord, GroupRequest, Membership, MembershipEvents, TopicPartition } from './driver.ts'
import { groupBy } from './group-by.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { partitionName } from './partition-name.ts'
import { PlatformaticCoordinator, type TopicIdPartitions } from './platformatic-coordinator.ts'
import { PlatformaticFetcher } from './platformatic-fetcher.ts'

interface Held extends TopicPartition {
  readonly topicId: string
}

/** Where the group's session timeout may not be read, silence of this many beats counts as its end: rather too early than too late. */
const BEATS_OF_A_SESSION = 3
/** Something is about to be given or released: ask more often than the broker's interval, for a few beats. */
const EAGER_BEATS = 5
const EAGER_AFTER_MS = 1_000
const REJOIN_AFTER_MS = 50
const WATCH_EVERY_MS = 1_000

/** The group has gone on without this member, which joins again under the same id. */
const FENCED = ['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID']

/**
 * Membership of a group on the consumer protocol (KIP-848): the coordinator shares out the partitions and says with each beat what this
 * member is to hold. A partition it takes away is named as held until what was settled of it has been committed; nobody else gets it
 * before. Session and interval are the broker's.
 */
export class PlatformaticConsumerMembership implements Membership {
  readonly #coordinator: PlatformaticCoordinator
  readonly #fetcher: PlatformaticFetcher
  readonly #options: ResolvedKafkaOptions
  readonly #events: MembershipEvents
  readonly #closing = new AbortController()
  readonly #memberId = randomUUID()
  #topics: readonly string[]
  #names: ReadonlyMap<string, string> = new Map()
  #memberEpoch = 0
  #sessionTimeoutMs: number | undefined
  #intervalMs = 0
  /** When the group will have given our partitions away, unless a beat gets through before. */
  #aliveUntilMs = 0
  #held: ReadonlyMap<string, Held> = new Map()
  #target: readonly TopicIdPartitions[] = []
  #beating: Promise<void> | undefined
  #reconciling: Promise<void> | undefined
  #eagerBeats = 0
  /** Ends the wait for the next beat. */
  #alarm = new AbortController()
  #stopWatching = () => {}
  #left: Promise<void> | undefined

  constructor({ topics, group }: GroupRequest, options: ResolvedKafkaOptions, events: MembershipEvents) {
    this.#options = options
    this.#events = events
    this.#topics = topics
    this.#coordinator = new PlatformaticCoordinator(group, options)
    this.#fetcher = new PlatformaticFetcher(topics, options, {
      records: (from, records, next) => this.#handOver(from, records, next),
      outOfRange: (from) => events.outOfRange(from),
      trouble: (error, attempt, afterMs) => events.trouble(error, attempt, afterMs),
      recovered: () => events.recovered(),
    })
  }

  get about(): string {
    const session = this.#sessionTimeoutMs === undefined ? 'not told' : `${this.#sessionTimeoutMs / 1_000} s`
    return `consumer protocol, session ${session} and heartbeat ${this.#intervalMs / 1_000} s as the broker says`
  }

  async join(): Promise<void> {
    await this.#coordinator.requireProtocol()
    this.#sessionTimeoutMs = await this.#coordinator.sessionTimeoutMs()
    this.#eagerBeats = EAGER_BEATS
    await this.#beat()
    this.#stopWatching = this.#options.clock.every(WATCH_EVERY_MS, () => this.#loseWhenSilent())
    void this.#beatOn()
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    this.#topics = topics
    this.#names = new Map()
    this.#fetcher.read(topics)
    this.#eagerBeats = EAGER_BEATS
    this.#alarm.abort()
  }

  start(from: TopicPartition, offset: bigint): void {
    this.#fetcher.start(from, offset)
  }

  pause(from: TopicPartition): void {
    this.#fetcher.pause(from)
  }

  resume(from: TopicPartition): void {
    this.#fetcher.resume(from)
  }

  /** An epoch that is behind is learnt by a beat, and the commit repeated for what is still held. */
  async commit(offsets: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void> {
    try {
      await this.#coordinator.commit(this.#self, offsets)
    } catch (error) {
      if (!says(error, 'STALE_MEMBER_EPOCH')) throw error
      await this.#beat()
      const held = offsets.filter((offset) => this.#held.has(partitionName(offset)))
      if (held.length > 0) await this.#coordinator.commit(this.#self, held)
    }
  }

  leave(): Promise<void> {
    this.#left ??= this.#leave()
    return this.#left
  }

  async #leave(): Promise<void> {
    this.#closing.abort()
    this.#alarm.abort()
    this.#stopWatching()
    await this.#fetcher.close()
    await this.#beating?.catch(() => {})
    const goodbye = { ...this.#self, memberEpoch: -1, topics: [], owned: [] }
    // A broker that is away cannot be told; the session's end tells it.
    if (this.#memberEpoch > 0) await this.#coordinator.beat(goodbye).catch(() => {})
    await this.#coordinator.close()
  }

  get #self() {
    return { memberId: this.#memberId, memberEpoch: this.#memberEpoch }
  }

  // Beats.

  async #beatOn(): Promise<void> {
    for (let failures = 0, afterMs = 0; !this.#closing.signal.aborted; ) {
      await this.#options.clock
        .sleep(failures === 0 ? this.#nextAfterMs() : afterMs, this.#alarm.signal)
        .catch(() => {})
      if (this.#closing.signal.aborted) return
      this.#alarm = new AbortController()
      try {
        await this.#beat()
        if (failures > 0) this.#events.recovered()
        failures = 0
      } catch (error) {
        failures += 1
        afterMs = this.#judge(error, failures)
      }
    }
  }

  #nextAfterMs(): number {
    if (this.#eagerBeats === 0) return this.#intervalMs
    this.#eagerBeats -= 1
    return Math.min(EAGER_AFTER_MS, this.#intervalMs)
  }

  /** One at a time. */
  #beat(): Promise<void> {
    this.#beating ??= this.#sendBeat().finally(() => {
      this.#beating = undefined
    })
    return this.#beating
  }

  async #sendBeat(): Promise<void> {
    const sentAtMs = this.#options.clock.now()
    const owned = [...groupBy(this.#held.values(), ({ topicId }) => topicId)].map(([topicId, held]) => ({
      topicId,
      partitions: held.map(({ partition }) => partition),
    }))
    const answer = await this.#coordinator.beat({ ...this.#self, topics: this.#topics, owned })
    this.#memberEpoch = answer.memberEpoch
    this.#intervalMs = answer.heartbeatIntervalMs
    this.#aliveUntilMs = sentAtMs + (this.#sessionTimeoutMs ?? BEATS_OF_A_SESSION * this.#intervalMs)
    if (answer.assignment === null) return
    this.#target = answer.assignment.topicPartitions
    this.#reconciling ??= this.#reconcile().finally(() => {
      this.#reconciling = undefined
    })
  }

  /** What a beat that failed means. Answers when to try again. */
  #judge(error: unknown, failures: number): number {
    if (this.#closing.signal.aborted) return 0
    if (FENCED.some((name) => says(error, name))) {
      this.#loseAll()
      this.#memberEpoch = 0
      this.#eagerBeats = EAGER_BEATS
      return failures === 1 ? REJOIN_AFTER_MS : reconnectAfterMs(failures, this.#options.clock)
    }
    if (!mayRecover(brokerFailure(error, 'staying in the group'))) {
      this.#loseAll()
      this.#closing.abort()
      this.#events.fatal(error)
      return 0
    }
    const afterMs = reconnectAfterMs(failures, this.#options.clock)
    // While partitions are held, their fetches fail as well and say so.
    if (this.#held.size === 0) this.#events.trouble(error, failures, afterMs)
    return afterMs
  }

  // Partitions.

  /** Lets go and takes over until what is held is what the coordinator wants. */
  async #reconcile(): Promise<void> {
    for (let target = this.#target; ; target = this.#target) {
      const wanted = await this.#resolve(target)
      if (wanted === undefined || this.#closing.signal.aborted) return
      await this.#letGo([...this.#held.values()].filter((held) => !wanted.has(partitionName(held))))
      if (this.#closing.signal.aborted) return
      if (target === this.#target) return this.#takeOver(wanted)
    }
  }

  /** They count as held, for the group, until what was settled of them is committed. */
  async #letGo(lost: readonly Held[]): Promise<void> {
    if (lost.length === 0) return
    for (const partition of lost) this.#fetcher.forget(partition)
    await this.#events.revoked(lost)
    const gone = new Set<Held>(lost)
    this.#held = new Map([...this.#held].filter(([, held]) => !gone.has(held)))
    this.#changed()
  }

  #takeOver(wanted: ReadonlyMap<string, Held>): void {
    const gained = [...wanted].filter(([name]) => !this.#held.has(name))
    if (gained.length === 0) return
    this.#held = new Map([...this.#held, ...gained])
    this.#events.assigned(
      gained.map(([, held]) => held),
      this,
    )
    this.#changed()
  }

  #changed(): void {
    this.#eagerBeats = EAGER_BEATS
    this.#alarm.abort()
  }

  /** A topic whose name cannot be found out now is taken over after a later beat; `undefined` when none can. */
  async #resolve(target: readonly TopicIdPartitions[]): Promise<ReadonlyMap<string, Held> | undefined> {
    if (target.some(({ topicId }) => !this.#names.has(topicId))) {
      try {
        this.#names = await this.#coordinator.topicNames(this.#topics)
      } catch {
        return undefined
      }
    }
    const wanted = target.flatMap(({ topicId, partitions }) => {
      const topic = this.#names.get(topicId)
      return topic === undefined ? [] : partitions.map((partition): Held => ({ topicId, topic, partition }))
    })
    return new Map(wanted.map((held) => [partitionName(held), held]))
  }

  // Fencing.

  /** A process that stood still wakes up with the records of a partition that is somebody else's by now. */
  #handOver(from: TopicPartition, records: readonly FetchedRecord[], next: bigint): void {
    if (this.#loseWhenSilent() || this.#closing.signal.aborted) return
    this.#events.records(from, records, next)
  }

  /** Whether no beat got through for a whole session: the group has given our partitions away. */
  #loseWhenSilent(): boolean {
    if (this.#options.clock.now() <= this.#aliveUntilMs) return false
    this.#loseAll()
    return true
  }

  #loseAll(): void {
    const lost = [...this.#held.values()]
    this.#target = []
    this.#held = new Map()
    if (lost.length === 0) return
    for (const partition of lost) this.#fetcher.forget(partition)
    void this.#events.revoked(lost)
  }
}
