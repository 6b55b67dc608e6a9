import type { Headers, Incoming } from '../delivery.ts'
import { Failure } from '../failure.ts'
import { ACK } from '../outcome.ts'
import type { Step } from '../step.ts'

/**
 * Bytes to the value that the contract describes: Avro, Protobuf, a registry's framing. What it throws makes the message a dead letter,
 * except a failure of the runtime: with `DependencyDown` the consumer waits for the registry.
 */
export type Decode = (bytes: Uint8Array, headers: Headers) => unknown

type Tombstone = 'ack' | 'handle' | 'dead-letter'

/** JSON bytes to a value. Fails with DECODE_FAILED, which is never retried. An empty value is a tombstone and treated as told. */
export function decodeJson(tombstone: Tombstone): Step<Incoming['body'], unknown> {
  return {
    name: 'decode',
    about: `UTF-8 JSON (RFC 8259) to a value; an empty value: ${tombstone}`,
    wrap: (next) => (delivery) => {
      const { body } = delivery
      if (body !== null && body.length > 0) return next({ ...delivery, body: parse(body), raw: body })
      return empty(tombstone, () => next({ ...delivery, body: null }))
    },
  }
}

/** The same through a decoder of the user's. Fails with DECODE_FAILED, with what it threw as the cause. */
export function decodeWith(decode: Decode, tombstone: Tombstone): Step<Incoming['body'], unknown> {
  return {
    name: 'decode',
    about: `bytes to a value through options.decode; an empty value: ${tombstone}`,
    wrap: (next) => async (delivery) => {
      const { body, headers } = delivery
      if (body !== null && body.length > 0)
        return next({ ...delivery, body: await decoded(decode, body, headers), raw: body })
      return empty(tombstone, () => next({ ...delivery, body: null }))
    },
  }
}

function empty<Result>(tombstone: Tombstone, handle: () => Result): Result | typeof ACK {
  if (tombstone === 'ack') return ACK
  if (tombstone === 'handle') return handle()
  throw new Failure('TOMBSTONE')
}

/** A decoder's words may quote the payload, so they are not passed on. */
async function decoded(decode: Decode, bytes: Uint8Array, headers: Headers): Promise<unknown> {
  try {
    return await decode(bytes, headers)
  } catch (error) {
    if (Failure.is(error)) throw error
    throw new Failure('DECODE_FAILED', `options.decode could not read the value (${bytes.length} bytes).`, {
      cause: error,
    })
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
