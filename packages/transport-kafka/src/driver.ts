/** What a Kafka client must offer, in plain data. All that carries a promise is written once, above it. */

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Name and value as they travelled; a name may come twice. */
export type RawHeaders = readonly (readonly [name: Uint8Array, value: Uint8Array | null])[]

export interface FetchedRecord {
  readonly offset: bigint
  /** Unix milliseconds. */
  readonly timestampMs: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: RawHeaders
}

export interface RecordToSend extends TopicPartition {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: RawHeaders
}

export interface TopicSpec {
  readonly topic: string
  readonly partitions: number
  /** -1: the broker's default. */
  readonly replicas: number
  readonly config: { readonly [name: string]: string }
}

export interface TopicDescription {
  readonly partitions: number
  readonly replicas: number
}

/** A place in a partition by meaning: its first record, the next one to be written, or the first at or after a time. */
export type OffsetAt = 'earliest' | 'latest' | { readonly timestampMs: number }

/** One Kafka client. What it asks for rejects with a runtime `Failure`; `send` and `commit` reject with what the client threw. Retries nothing but `send`. */
export interface KafkaDriver {
  readonly name: string
  describeCluster(): Promise<{ readonly id: string; readonly brokers: number }>
  /** All that the client may see, without Kafka's internal ones. */
  topics(): Promise<readonly string[]>
  /** `undefined` when the topic does not exist. */
  describeTopic(topic: string): Promise<TopicDescription | undefined>
  /** One setting of a topic; `undefined` when the broker does not tell. */
  topicSetting(topic: string, name: string): Promise<string | undefined>
  /** Answers once the topic can be used. A topic that exists already is fine. */
  createTopic(spec: TopicSpec): Promise<void>
  /** Offsets by partition. A time after the last record answers the end. */
  offsets(topic: string, partitions: readonly number[], at: OffsetAt): Promise<ReadonlyMap<number, bigint>>
  /** What the group committed; a partition it never committed is absent. */
  committed(group: string, topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, bigint>>
  /** Resolves when all in-sync replicas have the records. Those of one partition are stored in the order given. */
  send(records: readonly RecordToSend[]): Promise<void>
  join(request: JoinRequest, events: MembershipEvents): Promise<Membership>
  close(): Promise<void>
}

export interface JoinRequest {
  readonly topics: readonly string[]
  /** Absent: all partitions are assigned and nothing can be committed. */
  readonly group?: string
}

/** One that joins a group. */
export type GroupRequest = JoinRequest & { readonly group: string }

/** Called by the driver, never after `leave` has resolved. None may throw. */
export interface MembershipEvents {
  /** Nothing is fetched from these until `membership.start` says where. May come before `join` has resolved. */
  assigned(partitions: readonly TopicPartition[], membership: Membership): void
  /**
   * Called while a commit still has a chance. Nothing of the partitions is settled any more once it returns; it resolves when what was
   * settled before is committed, or cannot be. A driver whose protocol allows it waits for that before it lets them go.
   */
  revoked(partitions: readonly TopicPartition[]): void | Promise<void>
  /** Records in offset order. `next` is the offset after them, past what is not for consumers (markers, aborted transactions). */
  records(from: TopicPartition, records: readonly FetchedRecord[], next: bigint): void
  /** The position does not exist any more. Nothing is fetched until `start` is called again. */
  outOfRange(from: TopicPartition): void
  /** The driver goes on by itself after `afterMs`. */
  trouble(error: unknown, attempt: number, afterMs: number): void
  /** What was in trouble works again. */
  recovered(): void
  /** The membership is over. */
  fatal(error: unknown): void
}

/** A live member of a group. */
export interface Membership {
  /** How it belongs to the group, in words: protocol, session timeout, heartbeat interval. */
  readonly about: string
  /** Reads other topics from now on. What is held of those that stay flows on, where the client can rebalance so. */
  subscribe(topics: readonly string[]): Promise<void>
  start(from: TopicPartition, offset: bigint): void
  /** Stops fetching from one partition. What is on its way still arrives. */
  pause(from: TopicPartition): void
  resume(from: TopicPartition): void
  commit(offsets: readonly (TopicPartition & { readonly offset: bigint })[]): Promise<void>
  /** Leaves the group at once, so that its partitions move on without waiting for the session to end. Idempotent. */
  leave(): Promise<void>
}
