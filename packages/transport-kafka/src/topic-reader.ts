import { brokerFailure } from './broker-failure.ts'
import type { FetchedRecord, KafkaDriver, Membership, MembershipEvents, TopicPartition } from './driver.ts'

/** A record and where it lies. */
export interface PlacedRecord extends TopicPartition {
  readonly record: FetchedRecord
}

/** What of one partition is read, and how far that has come. */
interface Lane {
  readonly partition: number
  /** Offset after what was fetched. */
  next: bigint
  /** Read up to, and without, this offset. */
  readonly end: bigint
  readonly waiting: FetchedRecord[]
  paused: boolean
}

/** Records fetched and not yet read per partition before its fetching pauses. */
const AHEAD = 500
/** Failed fetches in a row before reading gives up: someone waits in front of it. */
const GIVE_UP_AFTER = 5

/**
 * Reads a topic from its first record to its end as it was at the call, without a group, oldest first by the records' time; the order of
 * a partition is kept. Stopping early frees everything. A topic that does not exist is empty.
 */
export async function* readTopic(driver: KafkaDriver, topic: string): AsyncGenerator<PlacedRecord> {
  const description = await driver.describeTopic(topic)
  if (description === undefined) return
  const partitions = Array.from({ length: description.partitions }, (_, partition) => partition)
  const starts = await driver.offsets(topic, partitions, 'earliest')
  const ends = await driver.offsets(topic, partitions, 'latest')
  const lanes = partitions.map((partition) => laneOf(partition, starts.get(partition) ?? 0n, ends.get(partition) ?? 0n))
  yield* readLanes(driver, topic, lanes)
}

/** One record; `undefined` when it is gone. */
export async function readRecord(
  driver: KafkaDriver,
  { topic, partition }: TopicPartition,
  offset: bigint,
): Promise<FetchedRecord | undefined> {
  const first = (await driver.offsets(topic, [partition], 'earliest')).get(partition) ?? 0n
  if (offset < first) return undefined
  for await (const { record } of readLanes(driver, topic, [laneOf(partition, offset, offset + 1n)])) return record
  return undefined
}

function laneOf(partition: number, start: bigint, end: bigint): Lane {
  return { partition, next: start, end, waiting: [], paused: false }
}

async function* readLanes(driver: KafkaDriver, topic: string, all: readonly Lane[]): AsyncGenerator<PlacedRecord> {
  const lanes = all.filter(({ next, end }) => next < end)
  if (lanes.length === 0) return
  const reading = new Reading(topic, lanes)
  const membership = await driver.join({ topics: [topic] }, reading)
  try {
    for (;;) {
      await reading.filled()
      const lane = oldest(lanes)
      const record = lane?.waiting.shift()
      if (lane === undefined || record === undefined) return
      yield { topic, partition: lane.partition, record }
    }
  } finally {
    await membership.leave()
  }
}

function oldest(lanes: readonly Lane[]): Lane | undefined {
  const time = ({ waiting }: Lane) => waiting[0]?.timestampMs ?? Number.POSITIVE_INFINITY
  return lanes.reduce<Lane | undefined>((best, lane) => {
    if (lane.waiting.length === 0) return best
    return best === undefined || time(lane) < time(best) ? lane : best
  }, undefined)
}

/** Fills the lanes from what the driver fetches. */
class Reading implements MembershipEvents {
  readonly #topic: string
  readonly #lanes: readonly Lane[]
  #membership: Membership | undefined
  #wake: () => void = () => {}
  #error: unknown

  constructor(topic: string, lanes: readonly Lane[]) {
    this.#topic = topic
    this.#lanes = lanes
  }

  /** Resolves when every lane has a record or is read to its end. */
  async filled(): Promise<void> {
    while (this.#lanes.some(({ waiting, next, end }) => waiting.length === 0 && next < end)) {
      if (this.#error !== undefined) throw brokerFailure(this.#error, `reading ${this.#topic}`)
      this.#resumeEmpty()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #resumeEmpty(): void {
    for (const lane of this.#lanes) {
      if (!lane.paused || lane.waiting.length > 0) continue
      lane.paused = false
      this.#membership?.resume({ topic: this.#topic, partition: lane.partition })
    }
  }

  assigned(_: readonly TopicPartition[], membership: Membership): void {
    this.#membership = membership
    for (const { partition, next } of this.#lanes) membership.start({ topic: this.#topic, partition }, next)
  }

  revoked(): void {}

  records(from: TopicPartition, records: readonly FetchedRecord[], next: bigint): void {
    const lane = this.#lanes.find(({ partition }) => partition === from.partition)
    if (lane === undefined) return
    for (const record of records) if (record.offset < lane.end) lane.waiting.push(record)
    lane.next = next
    lane.paused = lane.waiting.length >= AHEAD || next >= lane.end
    if (lane.paused) this.#membership?.pause(from)
    this.#wake()
  }

  outOfRange(from: TopicPartition): void {
    this.fatal(new Error(`Records of ${from.topic}/${from.partition} were deleted while they were read.`))
  }

  trouble(error: unknown, attempt: number): void {
    if (attempt >= GIVE_UP_AFTER) this.fatal(error)
  }

  recovered(): void {}

  fatal(error: unknown): void {
    this.#error = error
    this.#wake()
  }
}
