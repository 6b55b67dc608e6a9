import type { KafkaDriver, Membership, MembershipEvents, TopicPartition } from './driver.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { partitionName } from './partition-name.ts'
import { PlatformaticFetcher } from './platformatic-fetcher.ts'

/** Reads every partition of its topics, those added later included, and belongs to no group. */
export class PlatformaticReader implements Membership {
  readonly about = 'no group: reads every partition and commits nothing'
  readonly #driver: Pick<KafkaDriver, 'describeTopic'>
  readonly #fetcher: PlatformaticFetcher
  readonly #events: MembershipEvents
  readonly #stopLooking: () => void
  #topics: readonly string[]
  #held: ReadonlyMap<string, TopicPartition> = new Map()
  #left = false

  constructor(
    topics: readonly string[],
    driver: Pick<KafkaDriver, 'describeTopic'>,
    options: ResolvedKafkaOptions,
    events: MembershipEvents,
  ) {
    this.#topics = topics
    this.#driver = driver
    this.#events = events
    this.#fetcher = new PlatformaticFetcher(topics, options, events)
    // A broker that is away is noticed by fetches; the next look comes soon.
    this.#stopLooking = options.clock.every(options.metadataMaxAgeMs, () => void this.look().catch(() => {}))
  }

  /** Takes up the partitions there are now. */
  async look(): Promise<void> {
    const topics = this.#topics
    const described = await Promise.all(topics.map((topic) => this.#driver.describeTopic(topic)))
    if (this.#left || topics !== this.#topics) return
    const all = topics.flatMap((topic, index): TopicPartition[] =>
      Array.from({ length: described[index]?.partitions ?? 0 }, (_, partition) => ({ topic, partition })),
    )
    this.#adopt(new Map(all.map((place) => [partitionName(place), place])))
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    this.#topics = topics
    this.#fetcher.read(topics)
    await this.look()
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

  async commit(): Promise<void> {}

  async leave(): Promise<void> {
    this.#left = true
    this.#stopLooking()
    await this.#fetcher.close()
  }

  #adopt(all: ReadonlyMap<string, TopicPartition>): void {
    const lost = [...this.#held].filter(([name]) => !all.has(name)).map(([, place]) => place)
    const gained = [...all].filter(([name]) => !this.#held.has(name)).map(([, place]) => place)
    this.#held = all
    for (const place of lost) this.#fetcher.forget(place)
    if (lost.length > 0) void this.#events.revoked(lost)
    if (gained.length > 0) this.#events.assigned(gained, this)
  }
}
