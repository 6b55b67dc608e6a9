import type { Headers } from '@longshore/runtime'
import { heldId } from './rows.ts'

/** What the MQTT transport stores of a message: its `SpoolMessage`. */
export interface MqttSpoolMessage {
  readonly topic: string
  readonly key: string | null
  readonly headers: Headers
  readonly value: Uint8Array | null
  readonly timestampMs: number
  readonly messageId?: string
}

/**
 * Messages as `mqtt_add` takes them: the bytes of all in one parameter, which travels as it is; then where each begins, how long its topic,
 * headers, key, id and value are, and its time. An array of bytea would travel as text and take the server twice as long.
 */
export function packed(messages: readonly MqttSpoolMessage[]): readonly unknown[] {
  const bytes = new Bytes()
  const before: number[] = []
  const topics: number[] = []
  const headers: number[] = []
  const keys: (number | null)[] = []
  const ids: (number | null)[] = []
  const values: (number | null)[] = []
  for (const message of messages) {
    before.push(bytes.end)
    topics.push(bytes.text(message.topic))
    headers.push(bytes.text(JSON.stringify(message.headers)))
    keys.push(message.key === null ? null : bytes.text(message.key))
    ids.push(message.messageId === undefined ? null : bytes.text(heldId(message.messageId)))
    values.push(message.value === null ? null : bytes.add(message.value))
  }
  const timesMs = messages.map(({ timestampMs }) => Math.floor(timestampMs))
  return [bytes.written, ...[before, topics, headers, keys, ids, values, timesMs].map(arrayText)]
}

/** An array of numbers as PostgreSQL writes it: a driver takes each for something that may need quotes. */
function arrayText(numbers: readonly (number | null)[]): string {
  return `{${numbers.map(String).join()}}`
}

/** Room for what is written one after the other; each write answers its length. */
class Bytes {
  end = 0
  #room = Buffer.allocUnsafe(64 * 1_024)

  get written(): Uint8Array {
    return this.#room.subarray(0, this.end)
  }

  text(text: string): number {
    // UTF-8 has at most three bytes for a unit of UTF-16.
    this.#reserve(3 * text.length)
    const length = this.#room.write(text, this.end)
    this.end += length
    return length
  }

  add(bytes: Uint8Array): number {
    this.#reserve(bytes.length)
    this.#room.set(bytes, this.end)
    this.end += bytes.length
    return bytes.length
  }

  #reserve(length: number): void {
    if (this.end + length <= this.#room.length) return
    const larger = Buffer.allocUnsafe(2 * (this.end + length))
    larger.set(this.written)
    this.#room = larger
  }
}
