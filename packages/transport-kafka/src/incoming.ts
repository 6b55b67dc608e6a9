import { type Assignment, type Headers, type Incoming, readHistory } from '@longshore/runtime'
import type { FetchedRecord, TopicPartition } from './driver.ts'
import { decodeHeaders, decodeKey } from './headers.ts'

/** Where a delivery keeps the record it was made of, whose bytes a dead letter must repeat. A symbol, so that spreading copies it. */
const RECORD = Symbol('longshore.kafka.record')

interface KafkaIncoming extends Incoming {
  readonly [RECORD]: FetchedRecord
}

/** How the records of one subscription are read. */
export interface ReadingRules {
  /** The lane whose headers tell what happened to a message before. */
  readonly retryTopic: string
  readonly messageIdHeaders: readonly string[]
}

/** A record as the runtime wants it. Own properties only: the pipeline copies deliveries by spreading. */
export function toIncoming(
  record: FetchedRecord,
  { topic, partition }: TopicPartition,
  assignment: Assignment,
  rules: ReadingRules,
): Incoming {
  const headers = decodeHeaders(record.headers)
  const messageId = record.headers.length === 0 ? undefined : idAmong(headers, rules.messageIdHeaders)
  const history = topic === rules.retryTopic ? readHistory(headers) : undefined
  const incoming: KafkaIncoming = {
    source: { topic, partition, offset: record.offset },
    key: decodeKey(record.key),
    headers,
    body: record.value,
    bytes: record.value?.length ?? 0,
    timestampMs: record.timestampMs,
    assignment,
    [RECORD]: record,
  }
  if (messageId === undefined && history === undefined) return incoming
  return {
    ...incoming,
    ...(messageId === undefined ? {} : { messageId }),
    ...(history === undefined ? {} : { history }),
  }
}

/** The record a delivery was made of; `undefined` for one that did not come from here. */
export function recordOf(delivery: Incoming): FetchedRecord | undefined {
  return RECORD in delivery ? (delivery as KafkaIncoming)[RECORD] : undefined
}

function idAmong(headers: Headers, names: readonly string[]): string | undefined {
  for (const name of names) {
    const id = headers[name]
    if (id !== undefined && id !== '') return id
  }
  return undefined
}
