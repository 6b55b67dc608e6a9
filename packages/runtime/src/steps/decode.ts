import type { Incoming } from '../delivery.ts'
import { Failure } from '../failure.ts'
import { ACK } from '../outcome.ts'
import type { Step } from '../step.ts'

/** JSON bytes to a value. Fails with DECODE_FAILED, which is never retried. An empty value is a tombstone and treated as told. */
export function decodeJson(tombstone: 'ack' | 'handle' | 'dead-letter'): Step<Incoming['body'], unknown> {
  return {
    name: 'decode',
    about: `UTF-8 JSON (RFC 8259) to a value; an empty value: ${tombstone}`,
    wrap: (next) => (delivery) => {
      const { body } = delivery
      if (body !== null && body.length > 0) return next({ ...delivery, body: parse(body), raw: body })
      if (tombstone === 'ack') return ACK
      if (tombstone === 'handle') return next({ ...delivery, body: null })
      throw new Failure('TOMBSTONE')
    },
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The parser's own message quotes the text, so it is not passed on. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw new Failure('DECODE_FAILED', `The value (${bytes.length} bytes) is not UTF-8 JSON.`)
  }
}
