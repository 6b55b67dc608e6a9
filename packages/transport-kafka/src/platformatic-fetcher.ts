import { reconnectAfterMs } from '@longshore/runtime'
import { type ClusterMetadata, Consumer } from '@platformatic/kafka'
import { says } from './broker-failure.ts'
import type { MembershipEvents, TopicPartition } from './driver.ts'
import { groupBy } from './group-by.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { partitionName } from './partition-name.ts'
import { connectionOptions } from './platformatic-connection.ts'
import { type FetchResponse, readPartition } from './platformatic-records.ts'

/** Where one partition is read. A new start makes a new cursor, so that an answer to the old one is recognised. */
interface Cursor extends TopicPartition {
  offset: bigint
  paused: boolean
}

/** While a partition is paused the others must not hold a fetch open for long: it could not be resumed before its end. */
const WAIT_WHILE_PAUSED_MS = 50

const OFFSET_OUT_OF_RANGE = 1
const NO_LEADER = -1
/** Answers to a session the broker has forgotten; the next fetch opens a new one. */
const SESSION_LOST = ['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH', 'FETCH_SESSION_TOPIC_ID_ERROR']

/**
 * The fetch loops, one per broker, over partitions that are started, paused and forgotten one by one. A client of its own, because Kafka
 * answers the requests of a connection in turn: a fetch held open would delay heartbeats and commits.
 */
export class PlatformaticFetcher {
  readonly #client: Consumer
  #topics: readonly string[] = []
  readonly #options: ResolvedKafkaOptions
  readonly #events: Pick<MembershipEvents, 'records' | 'outOfRange' | 'trouble' | 'recovered'>
  readonly #cursors = new Map<string, Cursor>()
  readonly #loops = new Map<number, Promise<void>>()
  readonly #closing = new AbortController()
  #metadata: ClusterMetadata | undefined
  #failures = 0
  #placing: Promise<void> | undefined

  constructor(
    topics: readonly string[],
    options: ResolvedKafkaOptions,
    events: Pick<MembershipEvents, 'records' | 'outOfRange' | 'trouble' | 'recovered'>,
  ) {
    this.#options = options
    this.#events = events
    // The group is never joined; the constructor asks for a name.
    this.#client = new Consumer({ ...connectionOptions(options), groupId: 'longshore-fetcher', autocommit: false })
    this.read(topics)
  }

  /** The topics that partitions may be started of. What is started of others is to be forgotten. */
  read(topics: readonly string[]): void {
    this.#topics = topics
    this.#client.topics.clear()
    this.#client.topics.trackAll(...topics)
  }

  start({ topic, partition }: TopicPartition, offset: bigint): void {
    this.#cursors.set(partitionName({ topic, partition }), { topic, partition, offset, paused: false })
    this.#place()
  }

  pause(from: TopicPartition): void {
    const cursor = this.#cursors.get(partitionName(from))
    if (cursor !== undefined) cursor.paused = true
  }

  resume(from: TopicPartition): void {
    const cursor = this.#cursors.get(partitionName(from))
    if (cursor === undefined) return
    cursor.paused = false
    this.#place()
  }

  forget(from: TopicPartition): void {
    this.#cursors.delete(partitionName(from))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#cursors.clear()
    await this.#client.close(true)
    await Promise.all(this.#loops.values())
  }

  /** Runs a loop on every broker that leads one of our partitions. */
  #place(): void {
    if (this.#closing.signal.aborted) return
    for (const cursor of this.#cursors.values()) {
      const node = this.#leaderOf(cursor)
      if (node === undefined) this.#placing ??= this.#learn()
      else if (!cursor.paused && !this.#loops.has(node)) this.#loops.set(node, this.#run(node))
    }
  }

  /** Learns who leads which partition, for as long as it takes. */
  async #learn(): Promise<void> {
    while (!this.#closing.signal.aborted && this.#cursors.size > 0) {
      try {
        this.#metadata = await this.#client.metadata({ topics: [...this.#topics], forceUpdate: true })
        const led = [...this.#cursors.values()].every((cursor) => this.#leaderOf(cursor) !== undefined)
        if (led) break
        throw new Error('A partition has no leader.')
      } catch (error) {
        await this.#waitOut(error)
      }
    }
    this.#placing = undefined
    this.#place()
  }

  async #run(node: number): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const cursors = [...this.#cursors.values()].filter((cursor) => this.#leaderOf(cursor) === node)
      const flowing = cursors.filter(({ paused }) => !paused)
      if (flowing.length === 0) break
      await this.#fetch(node, flowing, flowing.length < cursors.length)
    }
    this.#loops.delete(node)
  }

  async #fetch(node: number, cursors: readonly Cursor[], somePaused: boolean): Promise<void> {
    const { fetchWaitMs, fetchBytes } = this.#options
    const asked = new Map(cursors.map((cursor) => [cursor, cursor.offset]))
    try {
      const response = await this.#client.fetch({
        node,
        topics: this.#requestOf(cursors),
        maxWaitTime: somePaused ? Math.min(WAIT_WHILE_PAUSED_MS, fetchWaitMs) : fetchWaitMs,
        minBytes: 1,
        maxBytes: fetchBytes,
      })
      if (this.#failures > 0) this.#events.recovered()
      this.#failures = 0
      this.#accept(response, asked)
    } catch (error) {
      await this.#recover(error, asked)
    }
  }

  #requestOf(cursors: readonly Cursor[]) {
    return [...groupBy(cursors, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topicId: this.#metadata?.topics.get(topic)?.id ?? '',
      partitions: ofTopic.map(({ partition, offset }) => ({
        partition,
        fetchOffset: offset,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
        partitionMaxBytes: this.#options.fetchPartitionBytes,
      })),
    }))
  }

  /** Hands over what was asked for and is still wanted. */
  #accept(response: FetchResponse, asked: ReadonlyMap<Cursor, bigint>): void {
    for (const { cursor, fetched } of this.#match(response, asked)) {
      const { records, next } = readPartition(fetched, cursor.offset)
      if (next === cursor.offset) continue
      cursor.offset = next
      this.#events.records(cursor, records, next)
    }
  }

  *#match(response: FetchResponse, asked: ReadonlyMap<Cursor, bigint>) {
    for (const { topicId, partitions } of response.responses) {
      for (const fetched of partitions) {
        for (const topic of this.#topics) {
          if (this.#metadata?.topics.get(topic)?.id !== topicId) continue
          const cursor = this.#cursors.get(partitionName({ topic, partition: fetched.partitionIndex }))
          if (cursor !== undefined && asked.get(cursor) === cursor.offset) yield { cursor, fetched }
        }
      }
    }
  }

  async #recover(error: unknown, asked: ReadonlyMap<Cursor, bigint>): Promise<void> {
    if (this.#closing.signal.aborted || SESSION_LOST.some((name) => says(error, name))) return
    if (!says(error, 'OFFSET_OUT_OF_RANGE')) {
      this.#metadata = undefined
      await this.#waitOut(error)
      this.#place()
      return
    }
    for (const { cursor, fetched } of this.#match(responseOf(error), asked)) {
      if (fetched.errorCode !== OFFSET_OUT_OF_RANGE) continue
      this.forget(cursor)
      this.#events.outOfRange(cursor)
    }
  }

  async #waitOut(error: unknown): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#failures += 1
    const { clock } = this.#options
    const afterMs = reconnectAfterMs(this.#failures, clock)
    this.#events.trouble(error, this.#failures, afterMs)
    await clock.sleep(afterMs, this.#closing.signal).catch(() => {})
  }

  #leaderOf({ topic, partition }: TopicPartition): number | undefined {
    const leader = this.#metadata?.topics.get(topic)?.partitions[partition]?.leader
    return leader === NO_LEADER ? undefined : leader
  }
}

const NOTHING: FetchResponse = { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses: [] }

/** What the broker answered beside the error: the client attaches it. */
function responseOf(error: unknown): FetchResponse {
  const known = typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined
  return isFetchResponse(known) ? known : NOTHING
}

function isFetchResponse(value: unknown): value is FetchResponse {
  return typeof value === 'object' && value !== null && 'responses' in value && Array.isArray(value.responses)
}
