import { describe, expect, it } from 'vitest'
import type { Incoming } from '../delivery.ts'
import { DependencyDown } from '../failure.ts'
import { ACK } from '../outcome.ts'
import { type Decode, decodeJson, decodeWith } from './decode.ts'

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

describe('a decoder of the user', () => {
  const through = (decode: Decode) => {
    const values: unknown[] = []
    const step = decodeWith(decode, 'ack').wrap(({ body }) => {
      values.push(body)
      return ACK
    })
    return { step, values }
  }

  it('hands on what it makes of bytes and headers, at once or later', async () => {
    const { step, values } = through(async (bytes, headers) => [bytes.length, headers])
    expect(await step(delivered('abc'))).toBe(ACK)
    expect(values).toEqual([[3, {}]])
  })

  it('fails a message that it cannot read, without quoting it', async () => {
    const { step } = through((bytes) => {
      throw new Error(`bad ${new TextDecoder().decode(bytes)}`)
    })
    const failure = await Promise.resolve(step(delivered('ada@example.com'))).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'DECODE_FAILED',
      message: 'options.decode could not read the value (15 bytes).',
    })
  })

  it('lets the consumer wait while its registry is away', async () => {
    const { step } = through(() => Promise.reject(new DependencyDown('registry')))
    await expect(step(delivered('abc'))).rejects.toMatchObject({ code: 'DEPENDENCY_DOWN' })
  })

  it('never sees a tombstone', async () => {
    const { step, values } = through(() => 'decoded')
    expect(await step(delivered(''))).toBe(ACK)
    expect(values).toEqual([])
  })
})
