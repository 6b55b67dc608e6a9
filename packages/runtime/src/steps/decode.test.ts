import { describe, expect, it } from 'vitest'
import type { Incoming } from '../delivery.ts'
import { ACK } from '../outcome.ts'
import { decodeJson } from './decode.ts'

function delivered(text: string): Incoming {
  const body = new TextEncoder().encode(text)
  return {
    assignment: { active: true, signal: new AbortController().signal },
    source: { topic: 'users', partition: 0, offset: 0n },
    key: null,
    headers: {},
    body,
    bytes: body.length,
    timestampMs: 0,
  }
}

describe('a value that is not JSON', () => {
  it('is named by its length and never quoted, as the parser would', () => {
    const decode = decodeJson('ack').wrap(() => ACK)
    const failing = () => decode(delivered('ada@example.com'))
    expect(failing).toThrowError(expect.objectContaining({ code: 'DECODE_FAILED' }))
    expect(failing).not.toThrowError(/ada/)
    expect(failing).toThrowError('The value (15 bytes) is not UTF-8 JSON.')
  })
})
