import { describe, expect, it } from 'vitest'
import {
  type DeadLetter,
  deadLetterHeaders,
  DEAD_LETTER_HEADERS as h,
  ownHeaders,
  readDeadLetterDetails,
  readHistory,
  redriveHeaders,
} from './dead-letter.ts'
import type { Delivery } from './delivery.ts'
import { Failure } from './failure.ts'

const found = { topic: 'order.placed.dlq', partition: 0, offset: 5n }
const record = { attempts: 3, firstFailureAtMs: Date.UTC(2026, 0, 1), lastFailureAtMs: Date.UTC(2026, 0, 2) }

describe('the headers of a dead letter', () => {
  it('tell where it came from, what happened and when', () => {
    expect(readDeadLetterDetails(lettered(), found)).toMatchObject({
      origin: { topic: 'order.placed', partition: 3, offset: 17n },
      originalTimestampMs: 1_000,
      group: 'billing',
      attempts: 3,
      firstFailureAt: '2026-01-01T00:00:00.000Z',
      lastFailureAt: '2026-01-02T00:00:00.000Z',
      errorCode: 'HANDLER_FAILED',
      errorClass: 'transient',
      errorType: 'TypeError',
      messageId: 'order.placed/3/17',
      redriveCount: 0,
      traceparent: '00-1-2-01',
    })
  })

  it('keep the message’s own and can be taken off again', () => {
    expect(ownHeaders(lettered())).toEqual({ traceparent: '00-1-2-01' })
  })

  it('quote neither the message of what was thrown nor the first line of its stack', () => {
    expect(JSON.stringify(lettered())).not.toContain('card 4111')
    expect(lettered()[h.errorStack]).toMatch(/^\s+at /)
  })

  it('cut the stack at 4 KiB', () => {
    const cause = new Error('deep')
    cause.stack = `Error\n${'    at deep (file.ts:1:1)\n'.repeat(1_000)}`
    expect(lettered(cause)[h.errorStack]).toHaveLength(4_096)
  })

  it('count as absent where they are missing or odd', () => {
    const odd = { [h.originalTopic]: 'a', [h.originalPartition]: '-1', [h.originalOffset]: 'x', [h.attempts]: '1e9' }
    expect(readDeadLetterDetails(odd, found)).toEqual({ origin: found, attempts: 0, redriveCount: 0 })
    expect(readHistory(odd)).toBeUndefined()
  })
})

describe('a redriven letter', () => {
  it('keeps its identity and coordinates, forgets its failure, and counts the redrive', () => {
    const headers = redriveHeaders(letter())
    expect(readHistory(headers)).toEqual({
      origin: { topic: 'order.placed', partition: 3, offset: 17n },
      attempts: 0,
      redriveCount: 1,
    })
    expect(headers).toMatchObject({ [h.messageId]: 'order.placed/3/17', traceparent: '00-1-2-01' })
    expect(headers).not.toHaveProperty(h.errorCode)
  })
})

function lettered(cause: Error = new TypeError('card 4111 is no number')) {
  return deadLetterHeaders(
    delivery(),
    new Failure('HANDLER_FAILED', 'The handler threw.', { cause }),
    record,
    'billing',
  )
}

function letter(): DeadLetter {
  const headers = lettered()
  const details = readDeadLetterDetails(headers, found)
  return { id: 'order.placed.dlq/0/5', key: 'k', value: null, headers, details, status: 'waiting' }
}

function delivery(): Delivery {
  return {
    assignment: { active: true, signal: new AbortController().signal },
    source: { topic: 'order.placed', partition: 3, offset: 17n },
    key: 'k',
    headers: { traceparent: '00-1-2-01' },
    body: null,
    bytes: 0,
    timestampMs: 1_000,
  }
}
