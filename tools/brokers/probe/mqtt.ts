/** Asks an MQTT 5 broker to accept a connection and for its version, which Mosquitto keeps in a retained message. */
import type { Answer } from './answer.ts'
import { type Address, ask } from './ask.ts'

/** Resolves when the broker has accepted the connection and answered the ping that follows. */
export function probeMqtt(address: Address): Promise<Answer | undefined> {
  return ask(address, Buffer.concat([CONNECT, SUBSCRIBE_TO_VERSION, PINGREQ]), (received) => {
    const packets = splitPackets(received)
    const [connack] = packets
    if (connack === undefined) return undefined
    if (connack.type !== Type.connack) throw new Error('not an MQTT broker')
    const reason = connack.body[1] ?? 0
    if (reason !== 0) return { problem: `refuses a connection without credentials (reason ${reason}): set MQTT_URL` }
    if (!packets.some(({ type }) => type === Type.pingresp)) return undefined
    const version = packets.filter(({ type }) => type === Type.publish).map(versionOf)[0]
    return version === undefined ? {} : { version }
  })
}

const Type = { connack: 2, publish: 3, pingresp: 13 } as const

const VERSION_TOPIC = '$SYS/broker/version'

/** Protocol MQTT 5, clean start, keep-alive 10 s, no properties, no client id. */
const CONNECT = packet(0x10, Buffer.from([0, 4, ...Buffer.from('MQTT'), 5, 0x02, 0, 10, 0, 0, 0]))

/** Packet id 1, no properties, QoS 0. */
const SUBSCRIBE_TO_VERSION = packet(
  0x82,
  Buffer.from([0, 1, 0, 0, VERSION_TOPIC.length, ...Buffer.from(VERSION_TOPIC), 0]),
)

const PINGREQ = packet(0xc0, Buffer.alloc(0))

/** A control packet with a body of less than 128 bytes. */
function packet(header: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([header, body.length]), body])
}

interface Packet {
  readonly type: number
  readonly body: Buffer
}

/** The complete packets received: header:u8 remaining-length:varint body. */
function splitPackets(received: Buffer): readonly Packet[] {
  const packets: Packet[] = []
  for (let at = 0; at < received.length; ) {
    const { length, size } = remainingLength(received, at + 1)
    const start = at + 1 + size
    if (size === 0 || start + length > received.length) break
    packets.push({ type: received.readUInt8(at) >> 4, body: received.subarray(start, start + length) })
    at = start + length
  }
  return packets
}

/** A variable byte integer; size 0 when it is not complete yet. */
function remainingLength(bytes: Buffer, at: number): { readonly length: number; readonly size: number } {
  let length = 0
  for (let size = 0; size < 4 && at + size < bytes.length; size += 1) {
    const byte = bytes.readUInt8(at + size)
    length += (byte & 0x7f) * 128 ** size
    if (byte < 0x80) return { length, size: size + 1 }
  }
  return { length: 0, size: 0 }
}

/** Of a PUBLISH of QoS 0 (topic:str properties:varint… payload): the number in "mosquitto version 2.0.11". */
function versionOf({ body }: Packet): string | undefined {
  return /version (\S+)/.exec(body.toString('utf8', 2 + VERSION_TOPIC.length))?.[1]
}
