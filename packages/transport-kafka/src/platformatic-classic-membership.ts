import { reconnectAfterMs } from '@longshore/runtime'
import { Consumer, type GroupAssignment } from '@platformatic/kafka'
import { brokerFailure, mayRecover, says } from './broker-failure.ts'
import type { FetchedRecord, GroupRequest, Membership, MembershipEvents, TopicPartition } from './driver.ts'
import { classicAbout, type ResolvedKafkaOptions } from './options.ts'
import { partitionName } from './partition-name.ts'
import { connectionOptions } from './platformatic-connection.ts'
import { PlatformaticFetcher } from './platformatic-fetcher.ts'
import { stickyAssigner } from './sticky-assigner.ts'

/**
 * Membership of a group on the classic protocol with cooperative rebalances: a partition that stays with this member flows on. The
 * client joins, beats and commits; what is fetched is decided here, because its stream can neither pause a partition nor forget the
 * records of a revoked one.
 */
export class PlatformaticClassicMembership implements Membership {
  readonly #client: Consumer
  readonly #fetcher: PlatformaticFetcher
  readonly #options: ResolvedKafkaOptions
  readonly #events: MembershipEvents
  readonly #closing = new AbortController()
  #held: readonly TopicPartition[] = []
  #memberId: string | null = null
  /** No beat got through for a whole session: the group has given our partitions away, whatever the client believes. */
  #expired = false
  /** When the group will have done so, unless a beat gets through before. */
  #aliveUntilMs = 0
  #missedBeats = 0
  #rejoining = false
  /** The topics have changed since the group was told last. */
  #subscribedAnew = false
  #topics: readonly string[]
  #partitions: number | undefined
  readonly #stopCounting: () => void
  #left: Promise<void> | undefined

  constructor(request: GroupRequest, options: ResolvedKafkaOptions, events: MembershipEvents) {
    this.#options = options
    this.#events = events
    this.#fetcher = new PlatformaticFetcher(request.topics, options, {
      records: (from, records, next) => this.#handOver(from, records, next),
      outOfRange: (from) => events.outOfRange(from),
      trouble: (error, attempt, afterMs) => events.trouble(error, attempt, afterMs),
      recovered: () => events.recovered(),
    })
    this.#client = new Consumer({
      ...connectionOptions(options),
      groupId: request.group,
      autocommit: false,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: options.heartbeatIntervalMs,
      heartbeatStallTimeout: options.sessionTimeoutMs,
      rebalanceTimeout: options.rebalanceTimeoutMs,
      protocols: [{ name: 'cooperative-sticky', version: 3 }],
      partitionAssigner: stickyAssigner,
    })
    this.#topics = request.topics
    this.#client.topics.trackAll(...request.topics)
    this.#listen()
    this.#stopCounting = options.clock.every(options.metadataMaxAgeMs, () => void this.#countPartitions())
  }

  get about(): string {
    return classicAbout(this.#options)
  }

  async join(): Promise<void> {
    // Before joining: what is added meanwhile is then noticed as a change.
    await this.#countPartitions()
    try {
      await this.#client.joinGroup({})
    } catch (error) {
      if (!isRebalancing(error)) throw error
      await this.#rejoin()
    }
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    this.#topics = topics
    this.#fetcher.read(topics)
    this.#client.topics.clear()
    this.#client.topics.trackAll(...topics)
    this.#subscribedAnew = true
    await this.#rejoin()
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

  commit(offsets: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void> {
    return this.#client.commit({ offsets: offsets.map((offset) => ({ ...offset, leaderEpoch: -1 })) })
  }

  leave(): Promise<void> {
    this.#left ??= this.#leave()
    return this.#left
  }

  async #leave(): Promise<void> {
    this.#closing.abort()
    this.#stopCounting()
    await this.#fetcher.close()
    await this.#client.close(true)
  }

  #listen(): void {
    // Both events come with the new assignment in place; the second also at the start of a rebalance, when nothing has changed yet.
    this.#client.on('consumer:group:join', () => this.#adopt())
    this.#client.on('consumer:group:rebalance', () => {
      if (!this.#expired) this.#adopt()
      this.#stayAlive(this.#options.rebalanceTimeoutMs)
    })
    this.#client.on('consumer:heartbeat:stalled', () => this.#expire())
    this.#client.on('consumer:heartbeat:end', () => {
      if (this.#missedBeats > 0) this.#events.recovered()
      this.#missedBeats = 0
      this.#stayAlive()
      if (this.#expired) void this.#rejoin()
    })
    this.#client.on('consumer:heartbeat:error', ({ error }) => this.#miss(error))
    // The client could not rejoin after a rebalance, and beats no more.
    this.#client.on('error', () => void this.#rejoin())
  }

  /** Compares what the group gave us with what we hold. A new member id means that all was lost in between. */
  #adopt(): void {
    if (this.#closing.signal.aborted) return
    const assigned = flatten(this.#client.assignments ?? [])
    const kept =
      this.#client.memberId === this.#memberId && !this.#expired ? new Set(assigned.map(partitionName)) : new Set()
    this.#memberId = this.#client.memberId
    this.#expired = false
    this.#stayAlive()
    const held = new Set(this.#held.map(partitionName))
    const lost = this.#held.filter((partition) => !kept.has(partitionName(partition)))
    const gained = assigned.filter(
      (partition) => !held.has(partitionName(partition)) || !kept.has(partitionName(partition)),
    )
    this.#held = assigned
    this.#drop(lost)
    if (gained.length > 0) this.#events.assigned(gained, this)
  }

  /** A process that stood still wakes up with the records of a partition that is somebody else's by now. */
  #handOver(from: TopicPartition, records: readonly FetchedRecord[], next: bigint): void {
    if (this.#options.clock.now() > this.#aliveUntilMs) this.#expire()
    else this.#events.records(from, records, next)
  }

  /** While partitions are held, their fetches fail as well and say so. */
  #miss(error: unknown): void {
    this.#missedBeats += 1
    if (this.#held.length === 0) this.#events.trouble(error, this.#missedBeats, this.#options.heartbeatIntervalMs)
  }

  /** Partitions added to a topic belong to nobody until the leader of the group joins again. */
  async #countPartitions(): Promise<void> {
    try {
      const { topics } = await this.#client.metadata({ topics: [...this.#topics], forceUpdate: true })
      const before = this.#partitions
      this.#partitions = [...topics.values()].reduce((sum, { partitionsCount }) => sum + partitionsCount, 0)
      if (before !== undefined && before !== this.#partitions) await this.#rejoin()
    } catch {
      // A broker that is away is noticed by fetches and beats; the next count comes soon.
    }
  }

  /** A beat got through, or a rebalance began, during which the group waits longer. */
  #stayAlive(longerMs = 0): void {
    this.#aliveUntilMs = this.#options.clock.now() + this.#options.sessionTimeoutMs + longerMs
  }

  #expire(): void {
    this.#expired = true
    const lost = this.#held
    this.#held = []
    this.#drop(lost)
  }

  #drop(lost: readonly TopicPartition[]): void {
    if (lost.length === 0) return
    for (const partition of lost) this.#fetcher.forget(partition)
    void this.#events.revoked(lost)
  }

  /** Joins again until it succeeds, the membership is left, or the broker refuses. */
  async #rejoin(): Promise<void> {
    if (this.#rejoining) return
    this.#rejoining = true
    for (let attempt = 1; !this.#closing.signal.aborted; attempt += 1) {
      this.#subscribedAnew = false
      try {
        await this.#client.joinGroup({})
        if (attempt > 1) this.#events.recovered()
        if (!this.#subscribedAnew) break
      } catch (error) {
        if (!(await this.#waitOut(error, attempt))) break
      }
    }
    this.#rejoining = false
  }

  async #waitOut(error: unknown, attempt: number): Promise<boolean> {
    if (this.#closing.signal.aborted) return false
    if (!isRebalancing(error) && !mayRecover(brokerFailure(error, 'joining the group'))) {
      this.#events.fatal(error)
      return false
    }
    const { clock } = this.#options
    const afterMs = isRebalancing(error) ? REJOIN_AFTER_MS : reconnectAfterMs(attempt, clock)
    if (!isRebalancing(error)) this.#events.trouble(error, attempt, afterMs)
    await clock.sleep(afterMs, this.#closing.signal).catch(() => {})
    return true
  }
}

const REJOIN_AFTER_MS = 50

/** Answers of a group in motion: joining again is the whole cure. */
const REBALANCING = ['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'MEMBER_ID_REQUIRED']

function isRebalancing(error: unknown): boolean {
  return REBALANCING.some((name) => says(error, name))
}

function flatten(assignments: readonly GroupAssignment[]): readonly TopicPartition[] {
  return assignments.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}
