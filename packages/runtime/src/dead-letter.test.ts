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
import type { Delivery, Headers } from './delivery.ts'
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

describe('the headers of a dead letter whose message has many of its own', () => {
  const LIMIT = 60 * 1_024
  const bytes = (headers: Headers) =>
    Object.entries(headers).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value) + 8, 0)
  const letterWith = (own: Headers, about: Partial<Delivery> = {}) => {
    const cause = new TypeError('x')
    cause.stack = `TypeError: x\n${'    at deep (file.ts:1:1)\n'.repeat(1_000)}`
    const failure = new Failure('HANDLER_FAILED', 'ü'.repeat(50_000), { cause })
    return deadLetterHeaders({ ...delivery(), headers: own, ...about }, failure, record, 'billing')
  }

  it.each([
    ['300 of 1 KiB', Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`own-${n}`, 'x'.repeat(1_024)]))],
    ['20,000 small ones', Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`own-${n}`, 'x']))],
    ['one of 1 MiB', { huge: 'x'.repeat(2 ** 20) }],
    ['names of 10 KiB', Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}`.padEnd(10_240, 'x'), 'x']))],
    ['text of 3 bytes a character', { huge: '€'.repeat(30_000) }],
  ])('stay below the limit with %s, and name what is missing', (_, own) => {
    const headers = letterWith({ ...own, traceparent: '00-1-2-01' })
    expect(bytes(headers)).toBeLessThanOrEqual(LIMIT)
    expect(headers).toMatchObject({ traceparent: '00-1-2-01', [h.originalTopic]: 'order.placed', [h.attempts]: '3' })
    const kept = Object.keys(ownHeaders(headers))
    const trimmed = readDeadLetterDetails(headers, found).trimmedHeaders ?? []
    const unnamed = Number(/^and (\d+) more$/.exec(trimmed.at(-1) ?? '')?.[1] ?? 0)
    expect(kept.length + trimmed.length + unnamed - (unnamed > 0 ? 1 : 0)).toBe(Object.keys(own).length + 1)
    expect(trimmed.filter((name) => kept.includes(name))).toEqual([])
  })

  it('lose the largest first, and no more than they must', () => {
    const own = { small: 'a', large: 'x'.repeat(50_000), medium: 'y'.repeat(20_000) }
    const headers = letterWith(own)
    expect(readDeadLetterDetails(headers, found).trimmedHeaders).toEqual(['large'])
    expect(ownHeaders(headers)).toEqual({ small: own.small, medium: own.medium })
  })

  it('say nothing of it when all fit', () => {
    const own = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`own-${n}`, 'x'.repeat(1_000)]))
    expect(ownHeaders(letterWith(own))).toEqual(own)
    expect(letterWith(own)).not.toHaveProperty(h.trimmedHeaders)
  })

  it('hold neither a key nor an id that is longer than all the rest', () => {
    const headers = letterWith({}, { key: 'k'.repeat(100_000), messageId: 'm'.repeat(100_000) })
    expect(headers).not.toHaveProperty(h.originalKey)
    expect(headers).not.toHaveProperty(h.messageId)
    expect(bytes(headers)).toBeLessThan(LIMIT)
  })

  it('remember what an earlier copy had lost, redriven or not', () => {
    const lost = { [h.trimmedHeaders]: '["large"]', more: 'x'.repeat(70_000) }
    expect(readDeadLetterDetails(letterWith(lost), found).trimmedHeaders).toEqual(['large', 'more'])
    const details = readDeadLetterDetails(lost, found)
    const redriven = redriveHeaders({ id: '', key: null, value: null, headers: lost, details, status: 'waiting' })
    expect(redriven[h.trimmedHeaders]).toBe('["large"]')
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
