import { randomUUID } from 'node:crypto'
import type { KafkaDriver, Membership, MembershipEvents } from '../src/driver.ts'
import { KafkajsDriver } from '../src/kafkajs-driver.ts'
import type { KafkaOptions, ResolvedKafkaOptions } from '../src/options.ts'
import { PlatformaticDriver } from '../src/platformatic-driver.ts'
import { KafkaTransport } from '../src/transport.ts'
import { optionsForTests } from './broker-options.ts'
import { deleteTopics } from './raw-kafka.ts'

/** All drivers, and both protocols of the one that knows both, for tests that hold them to the same promises. */
export const DRIVERS = [
  { name: 'platformatic', driverOf: (options: ResolvedKafkaOptions): KafkaDriver => new PlatformaticDriver(options) },
  {
    name: 'platformatic on the consumer protocol',
    driverOf: (options: ResolvedKafkaOptions): KafkaDriver =>
      new PlatformaticDriver({ ...options, groupProtocol: 'consumer' }),
  },
  { name: 'kafkajs', driverOf: (options: ResolvedKafkaOptions): KafkaDriver => new KafkajsDriver(options) },
] as const

export type DriverOf = (typeof DRIVERS)[number]['driverOf']

/** A real broker with faults: a driver whose members can be made to fail. Create one per test. */
export class BrokerUnderTest {
  readonly #driverOf: DriverOf
  readonly #members: Member[] = []
  readonly #failing = new Set<string>()
  readonly #topics: string[] = []

  constructor(driverOf: DriverOf) {
    this.#driverOf = driverOf
  }

  open(given: Partial<KafkaOptions> = {}): KafkaTransport {
    const options = optionsForTests(given)
    return new KafkaTransport(this.#withFaults(this.#driverOf(options)), options)
  }

  /** A topic nobody used before. */
  async createTopic(
    partitions: number,
    config: { readonly [name: string]: string } = {},
    topic = `test-${randomUUID()}`,
  ): Promise<string> {
    this.#topics.push(topic)
    await this.#once((driver) => driver.createTopic({ topic, partitions, replicas: 1, config }))
    return topic
  }

  /** Deletes the topics created, and those named after them. */
  cleanUp(): Promise<void> {
    return deleteTopics(this.#topics)
  }

  /** What the group committed for a topic, as the broker knows it. */
  committed(group: string, topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>> {
    return this.#once((driver) => driver.committed(group, topic, partitions))
  }

  /** Commits of the group are refused until the answer is called. */
  commitsFail(group: string): () => void {
    this.#failing.add(group)
    return () => this.#failing.delete(group)
  }

  describe(topic: string): Promise<{ readonly partitions: number | undefined; readonly maxBytes: string | undefined }> {
    return this.#once(async (driver) => ({
      partitions: (await driver.describeTopic(topic))?.partitions,
      maxBytes: await driver.topicSetting(topic, 'max.message.bytes'),
    }))
  }

  /** The oldest member of the group is gone: it commits nothing, hears nothing, and its partitions move on. */
  async crash(group: string): Promise<void> {
    const index = this.#members.findIndex((member) => member.group === group)
    const [member] = this.#members.splice(index, 1)
    await member?.die()
  }

  async #once<Answer>(question: (driver: KafkaDriver) => Promise<Answer>): Promise<Answer> {
    const driver = this.#driverOf(optionsForTests())
    try {
      return await question(driver)
    } finally {
      await driver.close()
    }
  }

  #withFaults(driver: KafkaDriver): KafkaDriver {
    return {
      name: driver.name,
      describeCluster: () => driver.describeCluster(),
      topics: () => driver.topics(),
      describeTopic: (topic) => driver.describeTopic(topic),
      topicSetting: (topic, name) => driver.topicSetting(topic, name),
      createTopic: (spec) => driver.createTopic(spec),
      offsets: (topic, partitions, at) => driver.offsets(topic, partitions, at),
      committed: (group, topic, partitions) => driver.committed(group, topic, partitions),
      send: (records) => driver.send(records),
      close: () => driver.close(),
      join: async (request, events) => {
        const { group } = request
        if (group === undefined) return driver.join(request, events)
        const member = new Member(group, events, () => this.#failing.has(group))
        this.#members.push(member)
        return member.wrap(await driver.join(request, member.events))
      },
    }
  }
}

/** One member of a group between the driver and the transport. */
class Member {
  readonly group: string
  readonly events: MembershipEvents
  readonly #commitsFail: () => boolean
  #membership: Membership | undefined
  #dead = false

  constructor(group: string, events: MembershipEvents, commitsFail: () => boolean) {
    this.group = group
    this.#commitsFail = commitsFail
    const alive = (tell: () => void) => {
      if (!this.#dead) tell()
    }
    this.events = {
      assigned: (partitions, membership) => alive(() => events.assigned(partitions, this.wrap(membership))),
      revoked: (partitions) => (this.#dead ? undefined : events.revoked(partitions)),
      records: (from, records, next) => alive(() => events.records(from, records, next)),
      outOfRange: (from) => alive(() => events.outOfRange(from)),
      trouble: (error, attempt, afterMs) => alive(() => events.trouble(error, attempt, afterMs)),
      recovered: () => alive(() => events.recovered()),
      fatal: (error) => alive(() => events.fatal(error)),
    }
  }

  wrap(membership: Membership): Membership {
    this.#membership = membership
    return {
      about: membership.about,
      subscribe: (topics) => membership.subscribe(topics),
      start: (from, offset) => membership.start(from, offset),
      pause: (from) => membership.pause(from),
      resume: (from) => membership.resume(from),
      commit: async (offsets) => {
        if (this.#dead || this.#commitsFail()) throw new Error('The broker took no commit.')
        await membership.commit(offsets)
      },
      leave: () => membership.leave(),
    }
  }

  async die(): Promise<void> {
    this.#dead = true
    await this.#membership?.leave()
  }
}
