import { Failure } from '@longshore/runtime'
import {
  Admin,
  ConfigResourceTypes,
  type Connection,
  consumerGroupHeartbeatV1,
  FindCoordinatorKeyTypes,
  findCoordinatorV4,
  offsetCommitV9,
} from '@platformatic/kafka'
import { brokerFailure } from './broker-failure.ts'
import type { TopicPartition } from './driver.ts'
import { groupBy } from './group-by.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { connectionOptions } from './platformatic-connection.ts'

/** Partitions of a topic by its id, as the consumer protocol names them. */
export interface TopicIdPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

/** What the coordinator answers to a beat. */
export type BeatAnswer = Awaited<ReturnType<typeof consumerGroupHeartbeatV1.api.async>>

/** What a member says of itself with every beat. All of it each time: the answer then holds the whole assignment. */
export interface Beat {
  readonly memberId: string
  /** 0 joins, -1 leaves. */
  readonly memberEpoch: number
  readonly topics: readonly string[]
  /** What it holds; what is not named any more is free for others. */
  readonly owned: readonly TopicIdPartitions[]
}

/** A coordinator that does not answer must leave time for a second try within the session. */
const REQUEST_TIMEOUT_MS = 10 * 1_000

/** Even per topic. The broker's default counts all topics together: it may give one member all the work and another the empty retry lane. */
const ASSIGNOR = 'range'

/**
 * The broker that coordinates one group, spoken to in the consumer protocol (KIP-848) through the client's protocol calls: its own
 * consumer joins that way only with its stream, and confirms that a partition is let go before anything could be committed.
 */
export class PlatformaticCoordinator {
  readonly #client: Admin
  readonly #group: string
  readonly #rebalanceTimeoutMs: number
  #node: number | undefined

  constructor(group: string, options: ResolvedKafkaOptions) {
    this.#client = new Admin({ ...connectionOptions(options), requestTimeout: REQUEST_TIMEOUT_MS })
    this.#group = group
    this.#rebalanceTimeoutMs = options.rebalanceTimeoutMs
  }

  /** Fails with BROKER_REFUSED where the cluster does not know the protocol. */
  async requireProtocol(): Promise<void> {
    const apis = await this.#client.listApis()
    const { key, version } = consumerGroupHeartbeatV1.api
    if (apis.some(({ apiKey, maxVersion }) => apiKey === key && maxVersion >= version)) return
    const advice = "It takes Kafka 4.0 with group.version 1; else set groupProtocol to 'classic'."
    throw new Failure('BROKER_REFUSED', `The broker does not speak the consumer group protocol. ${advice}`)
  }

  /** Silence after which the group takes a member for dead; `undefined` when we may not ask. */
  async sessionTimeoutMs(): Promise<number | undefined> {
    const name = 'consumer.session.timeout.ms'
    const asked = { resourceType: ConfigResourceTypes.GROUP, resourceName: this.#group, configurationKeys: [name] }
    try {
      const [found] = await this.#client.describeConfigs({ resources: [asked] })
      const value = Number(found?.configs.find((config) => config.name === name)?.value)
      return value > 0 ? value : undefined
    } catch (error) {
      if (brokerFailure(error, '').code === 'BROKER_REFUSED') return undefined
      throw error
    }
  }

  beat({ memberId, memberEpoch, topics, owned }: Beat): Promise<BeatAnswer> {
    const held = owned.map(({ topicId, partitions }) => ({ topicId, partitions: [...partitions] }))
    return this.#ask((connection) =>
      consumerGroupHeartbeatV1.api.async(
        connection,
        this.#group,
        memberId,
        memberEpoch,
        null,
        null,
        this.#rebalanceTimeoutMs,
        [...topics],
        null,
        ASSIGNOR,
        held,
      ),
    )
  }

  async commit(
    { memberId, memberEpoch }: Pick<Beat, 'memberId' | 'memberEpoch'>,
    offsets: readonly (TopicPartition & { readonly offset: bigint })[],
  ): Promise<void> {
    const topics = [...groupBy(offsets, ({ topic }) => topic)].map(([name, ofTopic]) => ({
      name,
      partitions: ofTopic.map(({ partition, offset }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: -1,
        committedMetadata: null,
      })),
    }))
    await this.#ask((connection) =>
      offsetCommitV9.api.async(connection, this.#group, memberEpoch, memberId, null, topics),
    )
  }

  /** Names by topic id. Rejects when one of the topics does not exist. */
  async topicNames(topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const metadata = await this.#client.metadata({ topics: [...topics], forceUpdate: true })
    return new Map([...metadata.topics].map(([name, { id }]) => [id, name]))
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async #ask<Answer>(question: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    this.#node ??= await this.#find()
    try {
      return await question(await this.#connectTo(this.#node))
    } catch (error) {
      // It may be another broker by now; to ask who is costs one small request.
      this.#node = undefined
      throw error
    }
  }

  /** Asks one broker after the other: one that is away must not hide the rest. */
  async #find(): Promise<number> {
    const { brokers } = await this.#client.metadata({ topics: [], forceUpdate: true })
    let away: unknown
    for (const node of brokers.keys()) {
      try {
        const connection = await this.#connectTo(node)
        const { coordinators } = await findCoordinatorV4.api.async(connection, FindCoordinatorKeyTypes.GROUP, [
          this.#group,
        ])
        const found = coordinators.find(({ key }) => key === this.#group)
        if (found !== undefined) return found.nodeId
      } catch (error) {
        away = error
      }
    }
    throw away ?? new Error('No broker names a coordinator.')
  }

  async #connectTo(node: number): Promise<Connection> {
    const connection = (await this.#client.connectToBrokers([node])).get(node)
    if (connection === undefined) throw new Error(`Broker ${node} is not in the cluster.`)
    return connection
  }
}
