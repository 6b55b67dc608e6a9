import {
  Failure,
  type Fence,
  originOf,
  type ParkedHead,
  type ParkedLane,
  type ParkedMessage,
  type Source,
} from '@longshore/runtime'
import type { Row } from './database.ts'
import { bytesOrNull, count, headersBase64, headersOf, heldId, int8, text, textOrNull } from './rows.ts'

/** A parked message as the `park` function takes it: JSON with bytes in base64, so that no byte of key or value is lost. */
export function parkedJson(message: ParkedMessage, nowMs: number): string {
  const { source, key, headers, body, timestampMs, messageId, history } = message
  const origin = originOf(message)
  return JSON.stringify({
    offset_no: String(source.offset),
    key: key === null ? null : Buffer.from(key).toString('base64'),
    headers: headersBase64(headers),
    value: body === null ? null : Buffer.from(body).toString('base64'),
    timestamp_ms: Math.floor(timestampMs),
    message_id: messageId === undefined ? null : heldId(messageId),
    attempts: history?.attempts ?? 0,
    first_failure_at_ms: history?.firstFailureAtMs ?? null,
    redrive_count: history?.redriveCount ?? 0,
    origin_topic: origin.topic,
    origin_partition: origin.partition,
    origin_offset: String(origin.offset),
    parked_at_ms: nowMs,
  })
}

/** The head of a lane out of a row of `parked_message` and its lock. */
export function headOf(row: Row, fence: Fence, lock: Pick<ParkedHead, 'token' | 'begun'>): ParkedHead {
  return { fence, lane: text(row, 'lane'), seq: int8(row, 'seq'), ...lock, message: messageOf(row) }
}

function messageOf(row: Row): ParkedMessage {
  const body = bytesOrNull(row, 'value')
  const messageId = textOrNull(row, 'message_id')
  return {
    source: sourceOf(row),
    key: keyOf(row),
    headers: headersOf(row),
    body,
    bytes: body?.length ?? 0,
    timestampMs: count(row, 'timestamp_ms'),
    ...(messageId === null ? {} : { messageId }),
    history: {
      attempts: count(row, 'attempts'),
      redriveCount: count(row, 'redrive_count'),
      ...(row.first_failure_at_ms === null ? {} : { firstFailureAtMs: count(row, 'first_failure_at_ms') }),
      origin: {
        topic: text(row, 'origin_topic'),
        partition: count(row, 'origin_partition'),
        offset: int8(row, 'origin_offset'),
      },
    },
  }
}

/** A lane out of its row and what is shown of its first message. */
export function laneIn(row: Row): ParkedLane {
  const heldFor = textOrNull(row, 'held_for')
  return {
    lane: text(row, 'lane'),
    ...(heldFor === null ? {} : { heldFor }),
    ...(row.due_at_ms === null ? {} : { dueAtMs: count(row, 'due_at_ms') }),
    ...(row.seq === null ? {} : { parkedAtMs: count(row, 'parked_at_ms'), head: shownHead(row) }),
  }
}

function shownHead(row: Row): NonNullable<ParkedLane['head']> {
  const source = sourceOf(row)
  return {
    source,
    key: keyOf(row),
    history: { attempts: count(row, 'attempts'), redriveCount: count(row, 'redrive_count'), origin: source },
  }
}

function sourceOf(row: Row): Source {
  return { topic: text(row, 'topic'), partition: count(row, 'partition'), offset: int8(row, 'offset_no') }
}

function keyOf(row: Row): string | null {
  const key = bytesOrNull(row, 'key')
  return key === null ? null : Buffer.from(key).toString()
}

/** The fence a row belongs to, among those that were asked for. */
export function fenceOf(row: Row, fences: readonly Fence[]): Fence {
  const found = fences.find(
    ({ group, topic, partition }) => group === row.group_name && topic === row.topic && partition === row.partition,
  )
  if (found === undefined) throw new Failure('HANDLER_FAILED', 'A parked lane was answered that was not asked for.')
  return found
}
