/** Asks an AMQP 0-9-1 broker for its greeting, which RabbitMQ sends once it has booted. */
import type { Answer } from './answer.ts'
import { type Address, ask } from './ask.ts'

/**
 * Resolves when the broker greets. The client opens with the protocol header, the server answers with Connection.Start:
 *
 *     frame:u8=1 channel:u16=0 size:u32 class:u16=10 method:u16=10 major:u8 minor:u8 properties:table …
 */
export function probeAmqp(address: Address): Promise<Answer | undefined> {
  return ask(address, PROTOCOL_HEADER, (received) => {
    if (received.length < 11) return undefined
    if (received.readUInt8(0) !== 1 || received.readUInt32BE(7) !== CONNECTION_START) throw new Error('not AMQP 0-9-1')
    if (received.length < 7 + received.readUInt32BE(3)) return undefined
    const version = serverVersion(received)
    return version === undefined ? {} : { version }
  })
}

const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1')

/** Class 10, method 10. */
const CONNECTION_START = 0x000a000a

/** The entry `version` of the server's properties: name:shortstr 'S' value:longstr. */
function serverVersion(frame: Buffer): string | undefined {
  const entry = '\x07versionS'
  const at = frame.indexOf(entry, 0, 'latin1')
  if (at < 0) return undefined
  const length = frame.readUInt32BE(at + entry.length)
  const start = at + entry.length + 4
  return frame.toString('utf8', start, start + length)
}
