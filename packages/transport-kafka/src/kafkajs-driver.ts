import { randomUUID } from 'node:crypto'
import { type Admin, Kafka } from 'kafkajs'
import { brokerFailure, says } from './broker-failure.ts'
import type {
  JoinRequest,
  KafkaDriver,
  Membership,
  MembershipEvents,
  OffsetAt,
  RecordToSend,
  TopicDescription,
  TopicSpec,
} from './driver.ts'
import { clientConfig } from './kafkajs-connection.ts'
import { KafkajsMembership } from './kafkajs-membership.ts'
import { KafkajsProducer } from './kafkajs-producer.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { waitForTopic } from './wait-for-topic.ts'

/** `ConfigResourceTypes.TOPIC`, which Node cannot import by name from a CommonJS module. */
const TOPIC_RESOURCE = 2
const MOVED = ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH']

/** kafkajs as a driver. Each client connects on first use. */
export class KafkajsDriver implements KafkaDriver {
  readonly name = 'kafkajs'
  readonly #options: ResolvedKafkaOptions
  readonly #kafka: Kafka
  readonly #producer: KafkajsProducer
  #admin: Promise<Admin> | undefined
  #lastAnswer: Promise<unknown> = Promise.resolve()

  constructor(options: ResolvedKafkaOptions) {
    this.#options = options
    this.#kafka = new Kafka(clientConfig(options))
    this.#producer = new KafkajsProducer(this.#kafka, options)
  }

  describeCluster() {
    return this.#ask('asking for the cluster', async (admin) => {
      const { clusterId, brokers } = await admin.describeCluster()
      return { id: clusterId, brokers: brokers.length }
    })
  }

  async topics(): Promise<readonly string[]> {
    const topics = await this.#ask('asking for topics', (admin) => admin.listTopics())
    return topics.filter((topic) => !topic.startsWith('__'))
  }

  describeTopic(topic: string): Promise<TopicDescription | undefined> {
    return this.#ask(`asking for topic ${topic}`, async (admin) => {
      try {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
        const partitions = topics[0]?.partitions ?? []
        return { partitions: partitions.length, replicas: partitions[0]?.replicas.length ?? 1 }
      } catch (error) {
        if (says(error, 'UNKNOWN_TOPIC_OR_PARTITION')) return undefined
        throw error
      }
    })
  }

  async topicSetting(topic: string, name: string): Promise<string | undefined> {
    const resources = [{ type: TOPIC_RESOURCE, name: topic, configNames: [name] }]
    try {
      return await this.#ask(`reading the settings of topic ${topic}`, async (admin) => {
        const answer = await admin.describeConfigs({ resources, includeSynonyms: false })
        return answer.resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue
      })
    } catch (error) {
      if (brokerFailure(error, '').code === 'BROKER_REFUSED') return undefined
      throw error
    }
  }

  async createTopic({ topic, partitions, replicas, config }: TopicSpec): Promise<void> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    const spec = { topic, numPartitions: partitions, replicationFactor: replicas, configEntries }
    // Its own waiting for leaders takes a topic not yet known to the broker that is asked for a missing one.
    await this.#ask(`creating topic ${topic}`, (admin) => admin.createTopics({ topics: [spec], waitForLeaders: false }))
    await waitForTopic(this, topic, this.#options.clock)
  }

  offsets(topic: string, partitions: readonly number[], at: OffsetAt): Promise<ReadonlyMap<number, bigint>> {
    return this.#ask(`asking for offsets of ${topic}`, async (admin) => {
      const found =
        typeof at === 'object'
          ? await admin.fetchTopicOffsetsByTimestamp(topic, Math.trunc(at.timestampMs))
          : (await admin.fetchTopicOffsets(topic)).map(({ partition, high, low }) => ({
              partition,
              offset: at === 'latest' ? high : low,
            }))
      const wanted = found.filter(({ partition }) => partitions.includes(partition))
      return new Map(wanted.map(({ partition, offset }) => [partition, BigInt(offset)]))
    })
  }

  committed(group: string, topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    return this.#ask(`asking for the offsets of group ${group}`, async (admin) => {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      const offsets = (found?.partitions ?? []).map(({ partition, offset }) => [partition, BigInt(offset)] as const)
      return new Map(offsets.filter(([partition, offset]) => offset >= 0n && partitions.includes(partition)))
    })
  }

  send(records: readonly RecordToSend[]): Promise<void> {
    return this.#producer.send(records)
  }

  async join({ topics, group }: JoinRequest, events: MembershipEvents): Promise<Membership> {
    // The client reads in a group only. One of its own, never committed for, gives all partitions, and the broker forgets it.
    const request = { topics, group: group ?? `longshore-reader-${randomUUID()}` }
    const membership = new KafkajsMembership(this.#kafka, request, this.#options, events)
    try {
      await membership.join()
      return group === undefined ? withoutCommits(membership) : membership
    } catch (error) {
      await membership.leave().catch(() => {})
      throw brokerFailure(error, `joining group ${request.group}`)
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#producer.close(), this.#endAdmin()])
  }

  /** One question after the other: asked at once for two topics, the client may find that it has loaded neither. */
  #ask<Answer>(doing: string, question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    const answer = this.#lastAnswer
      .then(() => this.#askAgain(question))
      .catch((error: unknown) => {
        throw brokerFailure(error, doing)
      })
    this.#lastAnswer = answer.catch(() => {})
    return answer
  }

  /** Asks a second time, with a new client, where the old one would not learn that a leader moved before its metadata has aged. */
  async #askAgain<Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    try {
      return await question(await this.#connectedAdmin())
    } catch (error) {
      if (!MOVED.some((name) => says(error, name))) throw error
      await this.#endAdmin()
      return question(await this.#connectedAdmin())
    }
  }

  async #endAdmin(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined)
    this.#admin = undefined
    await admin?.disconnect()
  }

  #connectedAdmin(): Promise<Admin> {
    if (this.#admin !== undefined) return this.#admin
    const admin = this.#kafka.admin()
    const connected = admin.connect().then(() => admin)
    this.#admin = connected
    connected.catch(() => {
      this.#admin = undefined
      void admin.disconnect().catch(() => {})
    })
    return connected
  }
}

function withoutCommits(membership: Membership): Membership {
  return {
    about: 'no group: reads every partition and commits nothing',
    subscribe: (topics) => membership.subscribe(topics),
    start: (from, offset) => membership.start(from, offset),
    pause: (from) => membership.pause(from),
    resume: (from) => membership.resume(from),
    commit: async () => {},
    leave: () => membership.leave(),
  }
}
