import {
  type Assignment,
  type Incoming,
  type Outcome,
  type PartitionLag,
  type Receiver,
  reconnectAfterMs,
  type StartPosition,
  type Subscribed,
  type Subscription,
} from '@longshore/runtime'
import { brokerFailure } from './broker-failure.ts'
import { Committer } from './committer.ts'
import type { FetchedRecord, KafkaDriver, Membership, MembershipEvents, TopicPartition } from './driver.ts'
import { groupBy } from './group-by.ts'
import { LetterBox } from './letter-box.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { type FlowRules, PartitionFlow } from './partition-flow.ts'
import { partitionName } from './partition-name.ts'
import type { Publisher } from './publisher.ts'
import { startOffsets } from './start-offsets.ts'
import { TopicWatch } from './topic-watch.ts'

/** What a subscription works with; they belong to the transport. */
export interface SubscriptionParts {
  readonly driver: KafkaDriver
  readonly publisher: Publisher
  readonly options: ResolvedKafkaOptions
  /** Called once when the subscription is closed. */
  readonly onClosed: (subscription: KafkaSubscription) => void
}

/** A partition from its assignment to its revocation; `flow` comes once it is known where to begin. */
interface Holding extends TopicPartition {
  flow?: PartitionFlow
}

/** Where a retry lane, a partition added later and one whose position was lost begin: what is there was meant for this group. */
const EARLIEST: StartPosition = Object.freeze({ kind: 'earliest' })

/** A member of a consumer group and the partitions it holds. */
export class KafkaSubscription implements Subscribed, MembershipEvents {
  readonly #wanted: Subscription
  readonly #receiver: Receiver
  readonly #parts: SubscriptionParts
  readonly #rules: FlowRules
  readonly #letters: LetterBox
  readonly #watch: TopicWatch
  readonly #committer: Committer
  readonly #holdings = new Map<string, Holding>()
  readonly #flows = new Map<Assignment, PartitionFlow>()
  /** Without a group: how far each partition was read when it was let go, which no broker remembers. */
  readonly #positions = new Map<string, bigint>()
  readonly #closing = new AbortController()
  /** How many partitions each topic had at the start. */
  #widths: ReadonlyMap<string, number> = new Map()
  readonly #topics: readonly string[]
  #membership: Membership | undefined
  #stopWatching = () => {}
  #stopped = false
  #closed: Promise<void> | undefined

  /** `topics`: those it reads at first; a pattern may bring others. */
  constructor(wanted: Subscription, topics: readonly string[], receiver: Receiver, parts: SubscriptionParts) {
    this.#wanted = wanted
    this.#topics = topics
    this.#receiver = receiver
    this.#parts = parts
    const { maxAhead, clock, messageIdHeaders } = parts.options
    const deliver = (delivery: Incoming) => receiver.deliver(delivery)
    this.#rules = { window: wanted.window, maxAhead, clock, messageIdHeaders, retryTopic: wanted.retryTopic, deliver }
    this.#letters = new LetterBox(parts.driver, parts.publisher, wanted)
    this.#committer = new Committer({
      group: wanted.group,
      options: parts.options,
      flows: () => this.#flows.values(),
      onFailed: (failure) => receiver.report({ kind: 'commit-failed', failure }),
    })
    this.#watch = new TopicWatch(topics, {
      driver: parts.driver,
      options: parts.options,
      wanted,
      onTrouble: (error, attempt, afterMs) => this.trouble(error, attempt, afterMs),
      onRecovered: () => this.recovered(),
    })
  }

  /** Joins the group and begins to deliver. */
  async join(): Promise<void> {
    const { group } = this.#wanted
    const topics = [...new Set([...this.#topics, this.#wanted.retryTopic])]
    const widths = topics.map(async (topic) => [topic, await this.#parts.publisher.partitions(topic)] as const)
    this.#widths = new Map(await Promise.all(widths))
    const request = { topics, ...(group === undefined ? {} : { group }) }
    this.#membership = await this.#parts.driver.join(request, this)
    this.recovered()
    this.#stopWatching = this.#watch.begin(this.#membership)
    this.#committer.begin(this.#membership)
  }

  get #reading(): string {
    const { topics, pattern } = this.#wanted
    return [...topics, ...(pattern === undefined ? [] : [`topics like ${pattern}`])].join(', ')
  }

  settle(delivery: Incoming, outcome: Outcome): void | Promise<void> {
    const flow = this.#flows.get(delivery.assignment)
    if (flow === undefined) return
    if (outcome.kind === 'ack') return flow.finish(delivery.source.offset)
    const nowMs = this.#parts.options.clock.now()
    return this.#letters.post(delivery, outcome, nowMs).then(() => flow.finish(delivery.source.offset))
  }

  deadLetter(delivery: Incoming, outcome: Extract<Outcome, { kind: 'dead-letter' }>): Promise<void> {
    return this.#letters.post(delivery, outcome, this.#parts.options.clock.now())
  }

  async lag(): Promise<readonly PartitionLag[]> {
    const byTopic = groupBy(this.#flows.values(), ({ topic }) => topic)
    const lags = [...byTopic].map(async ([topic, flows]) => {
      const partitions = flows.map(({ partition }) => partition)
      const ends = await this.#parts.driver.offsets(topic, partitions, 'latest')
      return flows.map((flow) => this.#lagOf(flow, ends.get(flow.partition) ?? flow.position))
    })
    return (await Promise.all(lags)).flat()
  }

  #lagOf(flow: PartitionFlow, end: bigint): PartitionLag {
    const { topic, partition } = flow
    const messages = Math.max(0, Number(end - flow.position))
    if (messages === 0) return { topic, partition, messages, seconds: 0 }
    const oldestMs = flow.oldestUnsettledMs()
    if (oldestMs === undefined) return { topic, partition, messages }
    return { topic, partition, messages, seconds: Math.max(0, this.#parts.options.clock.now() - oldestMs) / 1_000 }
  }

  async stopFetching(): Promise<void> {
    this.#stopped = true
    for (const flow of this.#flows.values()) flow.stop()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.stopFetching()
    this.#closing.abort()
    this.#stopWatching()
    await this.#committer.end()
    // A broker that is away cannot be told; the session's end tells it.
    await this.#membership?.leave().catch(() => {})
    this.#drop([...this.#holdings.values()])
    this.#parts.onClosed(this)
  }

  // What the driver reports.

  assigned(partitions: readonly TopicPartition[], membership: Membership): void {
    this.#membership = membership
    const holdings = partitions.map(({ topic, partition }): Holding => ({ topic, partition }))
    for (const holding of holdings) this.#holdings.set(partitionName(holding), holding)
    this.#receiver.report({ kind: 'assigned', partitions })
    for (const [topic, held] of groupBy(holdings, (holding) => holding.topic)) {
      const width = topic === this.#wanted.retryTopic ? 0 : (this.#widths.get(topic) ?? 0)
      void this.#start(
        topic,
        held.filter(({ partition }) => partition < width),
        this.#wanted.from,
      )
      void this.#start(
        topic,
        held.filter(({ partition }) => partition >= width),
        EARLIEST,
      )
    }
  }

  revoked(partitions: readonly TopicPartition[]): void | Promise<void> {
    const holdings = partitions
      .map((partition) => this.#holdings.get(partitionName(partition)))
      .filter((held) => held !== undefined)
    if (holdings.length === 0) return
    const flows = holdings.flatMap(({ flow }) => (flow === undefined ? [] : [flow]))
    const committed = this.#committer.commitLast(flows, this.#membership)
    this.#drop(holdings)
    this.#receiver.report({
      kind: 'revoked',
      partitions: holdings.map(({ topic, partition }) => ({ topic, partition })),
    })
    return committed
  }

  records(from: TopicPartition, records: readonly FetchedRecord[], next: bigint): void {
    this.#holdings.get(partitionName(from))?.flow?.accept(records, next)
  }

  /** What was retained no longer reaches back to our position, or the topic is a new one: nothing that is there may be skipped. */
  outOfRange(from: TopicPartition): void {
    const holding = this.#holdings.get(partitionName(from))
    if (holding === undefined) return
    this.#drop([holding])
    const anew: Holding = { topic: from.topic, partition: from.partition }
    this.#holdings.set(partitionName(from), anew)
    void this.#start(from.topic, [anew], EARLIEST, false)
  }

  trouble(error: unknown, attempt: number, afterMs: number): void {
    const failure = brokerFailure(error, `reading ${this.#reading}`)
    this.#receiver.report({ kind: 'reconnecting', attempt, afterMs, failure })
  }

  recovered(): void {
    const { about } = this.#membership ?? {}
    this.#receiver.report({ kind: 'connected', ...(about === undefined ? {} : { about }) })
  }

  fatal(error: unknown): void {
    this.#drop([...this.#holdings.values()])
    this.#receiver.report({ kind: 'fatal', failure: brokerFailure(error, `reading ${this.#reading}`) })
  }

  /** Finds where the partitions begin, for as long as it takes, and lets them flow unless they were revoked meanwhile. */
  async #start(topic: string, holdings: readonly Holding[], from: StartPosition, resume = true): Promise<void> {
    if (holdings.length === 0) return
    const group = resume ? this.#wanted.group : undefined
    for (let attempt = 1; ; attempt += 1) {
      try {
        const partitions = holdings.map(({ partition }) => partition)
        const starts = await startOffsets(this.#parts.driver, group, topic, partitions, from)
        for (const holding of holdings) {
          const start = starts.get(holding.partition)
          const left = resume ? this.#positions.get(partitionName(holding)) : undefined
          if (start !== undefined) this.#begin(holding, left ?? start.offset, start.committed)
        }
        return
      } catch (error) {
        if (!holdings.some((holding) => this.#holds(holding))) return
        if (!(await this.#waitOut(error, attempt))) return
      }
    }
  }

  #begin(holding: Holding, offset: bigint, committed: bigint | undefined): void {
    const membership = this.#membership
    if (membership === undefined || this.#stopped || !this.#holds(holding)) return
    const flow = new PartitionFlow(holding, offset, committed, membership, this.#rules)
    holding.flow = flow
    this.#flows.set(flow, flow)
    membership.start(holding, offset)
  }

  #holds(holding: Holding): boolean {
    return this.#holdings.get(partitionName(holding)) === holding
  }

  /** Answers false when the subscription was closed while waiting. */
  async #waitOut(error: unknown, attempt: number): Promise<boolean> {
    const { clock } = this.#parts.options
    const afterMs = reconnectAfterMs(attempt, clock)
    this.trouble(error, attempt, afterMs)
    return clock.sleep(afterMs, this.#closing.signal).then(
      () => true,
      () => false,
    )
  }

  #drop(holdings: readonly Holding[]): void {
    for (const holding of holdings) {
      this.#holdings.delete(partitionName(holding))
      if (holding.flow === undefined) continue
      this.#flows.delete(holding.flow)
      if (this.#wanted.group === undefined) this.#positions.set(partitionName(holding), holding.flow.position)
      holding.flow.end()
    }
  }
}
