/** Asks PostgreSQL for a session: ready means that it takes queries, or that it only wants a password. */
import type { Answer } from './answer.ts'
import { type Address, ask } from './ask.ts'

/** Who asks, and for which database. */
export interface PostgresAddress extends Address {
  readonly user: string
  readonly database: string
  readonly hasPassword: boolean
}

/**
 * Resolves when the server takes sessions. The question is a StartupMessage (protocol 3.0); the answer is a row of messages,
 *
 *     type:u8 length:i32 body      R authentication, S parameter, Z ready for query, E error
 */
export function probePostgres(address: PostgresAddress): Promise<Answer | undefined> {
  return ask(address, startupMessage(address), (received) => {
    let version: string | undefined
    for (const { type, body } of splitMessages(received)) {
      if (type === 'R' && body.readInt32BE(0) !== 0) {
        return address.hasPassword ? {} : { problem: 'asks for a password: set DATABASE_URL' }
      }
      if (type === 'E') return refusal(body)
      if (type === 'S') version = parameter(body, 'server_version') ?? version
      if (type === 'Z') return version === undefined ? {} : { version }
    }
    return undefined
  })
}

function startupMessage({ user, database }: PostgresAddress): Buffer {
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`)
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([length, body])
}

interface Message {
  readonly type: string
  readonly body: Buffer
}

/** No message of a greeting is anywhere near this long; a number beyond it is text of another protocol. */
const MAX_MESSAGE_BYTES = 16 * 1024

/** The complete messages received. */
function* splitMessages(received: Buffer): Generator<Message> {
  for (let at = 0; at + 5 <= received.length; ) {
    const length = received.readInt32BE(at + 1)
    if (length < 4 || length > MAX_MESSAGE_BYTES) throw new Error('not PostgreSQL')
    const end = at + 1 + length
    if (end > received.length) return
    yield { type: String.fromCharCode(received.readUInt8(at)), body: received.subarray(at + 5, end) }
    at = end
  }
}

/** A server that still starts up (57P03) counts as silent; any other refusal is for a person to solve. */
function refusal(body: Buffer): Answer {
  const fields = body.toString('utf8').split('\0')
  const field = (letter: string) => fields.find((text) => text.startsWith(letter))?.slice(1)
  if (field('C') === '57P03') throw new Error('starting up')
  return { problem: `refuses: ${field('M') ?? 'no reason given'}. Set DATABASE_URL` }
}

function parameter(body: Buffer, name: string): string | undefined {
  const [key, value] = body.toString('utf8').split('\0')
  return key === name ? value?.split(' ')[0] : undefined
}
