/** Header name to text. A transport decodes header bytes as UTF-8 and keeps the raw bytes to itself for the dead letter. */
export type Headers = { readonly [name: string]: string }

/** Where a message was taken from. */
export interface Source {
  /** Topic, queue, or the concrete MQTT topic. */
  readonly topic: string
  /** 0 where the transport has no partitions. */
  readonly partition: number
  /** Offset in the partition; a per-assignment sequence number where the transport has no offsets. */
  readonly offset: bigint
}

/**
 * The right to work on what one broker assignment delivered: a Kafka partition's generation, an AMQP channel, an MQTT session. The
 * transport turns it off when the assignment ends; from then on deliveries not yet begun are dropped and settling them does nothing.
 */
export interface Assignment {
  readonly active: boolean
  /** Aborted when `active` turns false. */
  readonly signal: AbortSignal
  /**
   * What a store keeps all of it under, however often it ends and begins again: as the transport reports it assigned, partition 0 of the
   * retry lane where nobody owns partitions. Absent: the source of each delivery, which a Kafka partition is.
   */
  readonly place?: Pick<Source, 'topic' | 'partition'>
}

/** One try of one delivery. */
export interface Attempt {
  /** 1-based, counted over the message's whole life: a parked or redriven message goes on where it stopped. */
  readonly number: number
  readonly startedAtMs: number
  /** Aborted on attempt timeout, lost assignment and the end of the drain deadline. */
  readonly signal: AbortSignal
}

/** What earlier tries left behind: read from the headers of a message that comes back from a retry lane or was redriven. */
export interface History {
  /** Failed attempts before this delivery. */
  readonly attempts: number
  readonly firstFailureAtMs?: number
  readonly redriveCount: number
  /** The message's first coordinates: its identity, wherever it travels. */
  readonly origin: Source
}

/** One message on its way through the pipeline. `Body` is what the previous step made of it. */
export interface Delivery<Body = Uint8Array | null> {
  readonly assignment: Assignment
  readonly source: Source
  readonly key: string | null
  readonly headers: Headers
  readonly body: Body
  /** Length of the raw value in bytes. */
  readonly bytes: number
  /** The broker's time, else the producer's, in Unix milliseconds. */
  readonly timestampMs: number
  /** The id its publisher gave it, when the protocol or a header carries one. */
  readonly messageId?: string
  /** Absent on a first delivery. */
  readonly history?: History
  /** Absent until the retry step began a try. */
  readonly attempt?: Attempt
  /** Name of the channel's message it is, once validated on a channel that has several. */
  readonly message?: string
  /** The raw value, once decoded: tells two payloads apart. */
  readonly raw?: Uint8Array
  /** The transaction its effect belongs to, inside the dedupe step. */
  readonly tx?: unknown
}

/** A delivery as a transport hands it over: raw bytes, `null` for a tombstone. */
export type Incoming = Delivery<Uint8Array | null>

/** The coordinates a message was first taken from, wherever it travels. */
export function originOf({ history, source }: Pick<Delivery<unknown>, 'history' | 'source'>): Source {
  return history?.origin ?? source
}

/** Identity for dedupe and dead letters: the publisher's id, else the coordinates it was first taken from. */
export function identityOf(delivery: Delivery<unknown>): string {
  if (delivery.messageId !== undefined) return delivery.messageId
  const { topic, partition, offset } = originOf(delivery)
  return `${topic}/${partition}/${offset}`
}
