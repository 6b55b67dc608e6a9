import { Admin, ConfigResourceTypes, Consumer, Producer } from '@platformatic/kafka'
import { brokerFailure, says } from './broker-failure.ts'
import type {
  GroupRequest,
  JoinRequest,
  KafkaDriver,
  Membership,
  MembershipEvents,
  OffsetAt,
  RecordToSend,
  TopicDescription,
  TopicSpec,
} from './driver.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { PlatformaticClassicMembership } from './platformatic-classic-membership.ts'
import { connectionOptions } from './platformatic-connection.ts'
import { PlatformaticConsumerMembership } from './platformatic-consumer-membership.ts'
import { PlatformaticReader } from './platformatic-reader.ts'
import { waitForTopic } from './wait-for-topic.ts'

const SEND_RETRY_MS = 250

/** `@platformatic/kafka` as a driver. Each client connects on first use. */
export class PlatformaticDriver implements KafkaDriver {
  readonly name = 'platformatic'
  readonly #options: ResolvedKafkaOptions
  readonly #admin: Admin
  readonly #offsets: Consumer
  readonly #producer: Producer

  constructor(options: ResolvedKafkaOptions) {
    const connection = connectionOptions(options)
    this.#options = options
    this.#admin = new Admin(connection)
    // Asks for offsets only; the group is never joined.
    this.#offsets = new Consumer({ ...connection, groupId: 'longshore-offsets', autocommit: false })
    this.#producer = new Producer({
      ...connection,
      idempotent: true,
      retries: Math.max(2, Math.floor(options.deliveryTimeoutMs / SEND_RETRY_MS)),
      retryDelay: SEND_RETRY_MS,
      compression: options.compression,
    })
  }

  async describeCluster() {
    const { id, brokers } = await this.#ask(
      'asking for the cluster',
      this.#admin.metadata({ topics: [], forceUpdate: true }),
    )
    return { id, brokers: brokers.size }
  }

  topics(): Promise<readonly string[]> {
    return this.#ask('asking for topics', this.#admin.listTopics())
  }

  async describeTopic(topic: string): Promise<TopicDescription | undefined> {
    try {
      const { topics } = await this.#admin.metadata({ topics: [topic], forceUpdate: true })
      const found = topics.get(topic)
      return found && { partitions: found.partitionsCount, replicas: found.partitions[0]?.replicas.length ?? 1 }
    } catch (error) {
      // The client words a missing topic as a mistake of its user, without the protocol's name for it.
      if (error instanceof Error && error.message === `Unknown topic ${topic}.`) return undefined
      throw brokerFailure(error, `asking for topic ${topic}`)
    }
  }

  async topicSetting(topic: string, name: string): Promise<string | undefined> {
    const resources = [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: [name] }]
    try {
      const [found] = await this.#admin.describeConfigs({ resources })
      return found?.configs.find((config) => config.name === name)?.value ?? undefined
    } catch (error) {
      const failure = brokerFailure(error, `reading the settings of topic ${topic}`)
      if (failure.code === 'BROKER_REFUSED') return undefined
      throw failure
    }
  }

  async createTopic({ topic, partitions, replicas, config }: TopicSpec): Promise<void> {
    const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
    try {
      await this.#admin.createTopics({ topics: [topic], partitions, replicas, configs })
    } catch (error) {
      if (!says(error, 'TOPIC_ALREADY_EXISTS')) throw brokerFailure(error, `creating topic ${topic}`)
    }
    await waitForTopic(this, topic, this.#options.clock)
  }

  async offsets(topic: string, partitions: readonly number[], at: OffsetAt): Promise<ReadonlyMap<number, bigint>> {
    const list = (timestamp: bigint) =>
      this.#offsets.listOffsets({ topics: [topic], partitions: { [topic]: [...partitions] }, timestamp })
    const found = (await this.#ask(`asking for offsets of ${topic}`, list(timestampOf(at)))).get(topic) ?? []
    const absent = partitions.some((partition) => (found[partition] ?? -1n) < 0n)
    const ends = absent ? ((await this.#ask(`asking for offsets of ${topic}`, list(LATEST))).get(topic) ?? []) : []
    return new Map(
      partitions.map((partition) => {
        const offset = found[partition] ?? -1n
        return [partition, offset < 0n ? (ends[partition] ?? 0n) : offset]
      }),
    )
  }

  async committed(group: string, topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    const groups = [{ groupId: group, topics: [{ name: topic, partitionIndexes: [...partitions] }] }]
    const [found] = await this.#ask(
      `asking for the offsets of group ${group}`,
      this.#admin.listConsumerGroupOffsets({ groups, requireStable: true }),
    )
    const offsets = found?.topics.find(({ name }) => name === topic)?.partitions ?? []
    const known = offsets.filter(({ committedOffset }) => committedOffset >= 0n)
    return new Map(known.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]))
  }

  async send(records: readonly RecordToSend[]): Promise<void> {
    const messages = records.map(({ topic, partition, key, value, headers }) => ({
      topic,
      partition,
      ...(key === null ? {} : { key: bufferOf(key) }),
      ...(value === null ? {} : { value: bufferOf(value) }),
      headers: new Map(headers.map(([name, text]) => [bufferOf(name), bufferOf(text ?? EMPTY)])),
    }))
    await this.#producer.send({ messages })
  }

  async join({ topics, group }: JoinRequest, events: MembershipEvents): Promise<Membership> {
    if (group === undefined) {
      const reader = new PlatformaticReader(topics, this, this.#options, events)
      return entered(reader, reader.look(), `reading ${topics.join(', ')}`)
    }
    const membership = this.#memberOf({ topics, group }, events)
    return entered(membership, membership.join(), `joining group ${group}`)
  }

  async close(): Promise<void> {
    await Promise.all([this.#producer.close(true), this.#admin.close(), this.#offsets.close(true)])
  }

  #memberOf(request: GroupRequest, events: MembershipEvents) {
    return this.#options.groupProtocol === 'consumer'
      ? new PlatformaticConsumerMembership(request, this.#options, events)
      : new PlatformaticClassicMembership(request, this.#options, events)
  }

  async #ask<Answer>(doing: string, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer
    } catch (error) {
      throw brokerFailure(error, doing)
    }
  }
}

/** The membership once it has begun; one that fails to leaves nothing open. */
async function entered(membership: Membership, begun: Promise<void>, doing: string): Promise<Membership> {
  try {
    await begun
    return membership
  } catch (error) {
    await membership.leave().catch(() => {})
    throw brokerFailure(error, doing)
  }
}

const EMPTY = Buffer.alloc(0)
/** Times with a meaning in ListOffsets. */
const LATEST = -1n
const EARLIEST = -2n

function timestampOf(at: OffsetAt): bigint {
  if (at === 'latest') return LATEST
  return at === 'earliest' ? EARLIEST : BigInt(Math.trunc(at.timestampMs))
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
