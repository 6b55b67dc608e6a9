/** Asks a Kafka broker for its cluster: ready means that it names a live broker and a controller, not that a port is open. */
import type { Answer } from './answer.ts'
import { type Address, ask } from './ask.ts'

/**
 * Resolves when the broker serves clients. The question is one Metadata request (key 3, version 1, no topics); the answer is
 *
 *     size:i32 correlation:i32 brokers:[node:i32 host:str port:i32 rack:str?] controller:i32 topics:[]
 */
export function probeKafka(address: Address): Promise<Answer | undefined> {
  return ask(address, METADATA_REQUEST, (received) => {
    if (received.length < 8) return undefined
    if (received.readInt32BE(4) !== CORRELATION) throw new Error('not a Kafka broker')
    if (received.length < 4 + received.readInt32BE(0)) return undefined
    const brokers = received.readInt32BE(8)
    if (brokers < 1) throw new Error('no live broker yet')
    return {}
  })
}

const CORRELATION = 0x6c6f6e67

const METADATA_REQUEST = frame(
  Buffer.concat([int16(3), int16(1), int32(CORRELATION), text('longshore-probe'), int32(0)]),
)

function frame(body: Buffer): Buffer {
  return Buffer.concat([int32(body.length), body])
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}
