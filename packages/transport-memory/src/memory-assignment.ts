import {
  type Assignment,
  DEAD_LETTER_HEADERS,
  Failure,
  type Incoming,
  readHistory,
  Watermark,
} from '@longshore/runtime'
import type { MemoryRecord } from './memory-record.ts'

export interface AssignedPartition {
  readonly topic: string
  readonly partition: number
  readonly generation: number
  /** Offset of the first record to deliver. */
  readonly start: bigint
}

/** One partition while one member holds it. */
export class MemoryAssignment implements Assignment {
  readonly topic: string
  readonly partition: number
  readonly watermark: Watermark
  /** The group's, when it was dealt out. */
  readonly generation: number
  /** The offset that is stored. */
  committed: bigint
  /** Its next record waits for its time. */
  isHeld = false
  readonly #abort = new AbortController()
  #next: bigint

  constructor({ topic, partition, generation, start }: AssignedPartition) {
    this.topic = topic
    this.partition = partition
    this.generation = generation
    this.committed = start
    this.watermark = new Watermark(start)
    this.#next = start
  }

  get active(): boolean {
    return !this.#abort.signal.aborted
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  end(): void {
    this.#abort.abort(new Failure('ASSIGNMENT_LOST'))
  }

  /** The next record, were it to be delivered now. */
  peek(log: readonly MemoryRecord[]): MemoryRecord | undefined {
    return log[Number(this.#next)]
  }

  /** Takes what {@link peek} showed. */
  take(record: MemoryRecord): Incoming {
    this.#next = record.offset + 1n
    this.watermark.take(record.offset)
    return toDelivery(record, this)
  }
}

/** When a delayed record may be handed over, in Unix milliseconds; 0 for all others. */
export function notBefore({ headers }: MemoryRecord): number {
  return Number(headers[DEAD_LETTER_HEADERS.notBefore] ?? 0)
}

function toDelivery(record: MemoryRecord, assignment: MemoryAssignment): Incoming {
  const { topic, partition } = assignment
  const messageId = record.headers[DEAD_LETTER_HEADERS.messageId]
  const history = readHistory(record.headers)
  return {
    assignment,
    source: { topic, partition, offset: record.offset },
    key: record.key,
    headers: record.headers,
    body: record.value,
    bytes: record.value?.length ?? 0,
    timestampMs: record.timestampMs,
    ...(messageId === undefined ? {} : { messageId }),
    ...(history === undefined ? {} : { history }),
  }
}
