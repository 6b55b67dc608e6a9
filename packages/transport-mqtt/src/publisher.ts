import { randomUUID } from 'node:crypto'
import { DEAD_LETTER_HEADERS, Failure, type Headers, type OutgoingMessage } from '@longshore/runtime'
import { brokerFailure } from './broker-failure.ts'
import { MQTT_HEADERS } from './incoming.ts'
import type { Link, Publishing } from './link.ts'
import type { ResolvedMqttOptions } from './options.ts'
import type { OpenLink } from './session.ts'
import { toUserProperties } from './user-properties.ts'

/** Longest text that MQTT can carry (section 1.5.4). */
const TEXT_BYTES = 65_535
/** Fixed header, packet id and the lengths of a packet's parts, generously. */
const PACKET_BYTES = 64

export interface Publication {
  readonly topic: string
  readonly value: Uint8Array | null
  readonly headers: Headers
  /** The broker keeps it, for so long where given. */
  readonly retained?: { readonly expirySeconds: number }
}

/**
 * Publishes at QoS 1 over a connection of its own, so that no acknowledgement waits behind a consumer. What is in flight when the
 * connection is lost has failed: whoever asked for it repeats it.
 */
export class Publisher {
  readonly #openLink: OpenLink
  readonly #options: ResolvedMqttOptions
  readonly #clientId: string
  #link: Promise<Link> | undefined
  #inFlight = 0
  readonly #waiting: (() => void)[] = []

  constructor(openLink: OpenLink, options: ResolvedMqttOptions) {
    this.#openLink = openLink
    this.#options = options
    this.#clientId = `${options.clientId}-publisher-${randomUUID()}`
  }

  /** Resolves when the broker has acknowledged all, in order. Rejects with PUBLISH_FAILED, BROKER_REFUSED where trying again is of no use, or what connecting rejects with. */
  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    await this.send(messages.map((message) => this.#toPublication(message)))
  }

  async send(publications: readonly Publication[]): Promise<void> {
    for (const { topic } of publications)
      if (/[+#]/.test(topic)) throw never(`${topic} is a filter: name the one topic it is for`)
    const packets = publications.map((publication) => this.#toPacket(publication))
    const link = await this.connected()
    for (const packet of packets) refuseTooLarge(packet, link)
    await this.#inTime(Promise.all(packets.map((packet) => this.#sendOne(link, packet))))
  }

  /** The open connection, or a new one; one at a time. */
  connected(): Promise<Link> {
    this.#link ??= this.#open()
    return this.#link
  }

  async close(): Promise<void> {
    const link = await this.#link?.catch(() => undefined)
    await link?.close()
  }

  #open(): Promise<Link> {
    const forget = () => {
      this.#link = undefined
    }
    const request = { clientId: this.#clientId, clean: true, sessionExpirySeconds: 0 }
    const opening = this.#openLink(request, { message() {}, ended: forget })
    opening.catch(forget)
    return opening
  }

  async #sendOne(link: Link, packet: Publishing): Promise<void> {
    const limit = Math.min(this.#options.publishWindow, link.receiveMaximum)
    if (this.#inFlight < limit) this.#inFlight += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      if (!link.open) throw refuse('The connection was lost before it was sent')
      await link.publish(packet)
    } catch (error) {
      if (isLoss(error)) throw lost(packet, error)
      throw brokerFailure(error, `publishing to ${packet.topic}`, 'PUBLISH_FAILED')
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#inFlight -= 1
      else next()
    }
  }

  /** The broker may have all and be silent; then nothing is known, and the publish has failed. */
  async #inTime(sent: Promise<unknown>): Promise<void> {
    const { clock, publishTimeoutMs } = this.#options
    const done = new AbortController()
    const late = clock.sleep(publishTimeoutMs, done.signal).then(
      () => {
        throw refuse(`The broker did not confirm within ${publishTimeoutMs / 1_000} s`)
      },
      () => undefined,
    )
    try {
      await Promise.race([sent, late])
    } finally {
      done.abort()
    }
  }

  #toPublication({ topic, key, value, headers = {}, messageId }: OutgoingMessage): Publication {
    const { keyProperty } = this.#options
    return {
      topic,
      value,
      headers: {
        ...headers,
        [keyProperty]: key ?? '',
        ...(messageId === undefined ? {} : { [DEAD_LETTER_HEADERS.messageId]: messageId }),
      },
    }
  }

  #toPacket({ topic, value, headers, retained }: Publication): Publishing {
    const payload = value === null ? Buffer.alloc(0) : Buffer.from(value.buffer, value.byteOffset, value.length)
    const { [MQTT_HEADERS.contentType]: contentType, [MQTT_HEADERS.topic]: _, ...rest } = headers
    const userProperties = toUserProperties(rest)
    for (const [name, text] of Object.entries(userProperties)) {
      if (Buffer.byteLength(name) > TEXT_BYTES || Buffer.byteLength(text) > TEXT_BYTES)
        throw never(
          `The header ${name.slice(0, 64)} is larger than 65,535 bytes, which MQTT cannot carry; leave it out`,
        )
    }
    const properties = {
      userProperties,
      ...(contentType === undefined ? {} : { contentType }),
      ...(retained === undefined ? {} : { messageExpiryInterval: retained.expirySeconds }),
    }
    return { topic, payload, qos: 1, retain: retained !== undefined, properties }
  }
}

/** A broker drops the connection of whoever sends too much, and with it what others have in flight. */
function refuseTooLarge({ topic, payload, properties }: Publishing, { maximumPacketSize }: Link): void {
  if (maximumPacketSize === undefined) return
  const headers = Object.entries(properties?.userProperties ?? {})
  const bytes = headers.reduce(
    (sum, [name, text]) => sum + 5 + Buffer.byteLength(name) + Buffer.byteLength(String(text)),
    0,
  )
  const size = payload.length + Buffer.byteLength(topic) + bytes + PACKET_BYTES
  if (size > maximumPacketSize)
    throw never(
      `A message to ${topic} is ${size} bytes with its headers, over the broker's limit of ${maximumPacketSize}. Raise it, or publish less`,
    )
}

/** Whether the connection ended before the broker had answered: then there is no reason code. */
function isLoss(error: unknown): boolean {
  return error instanceof Error && !Failure.is(error) && !('code' in error)
}

/** Mosquitto says neither that a message is over its `message_size_limit` nor where that lies: it hangs up. */
function lost({ topic, payload }: Publishing, cause: unknown): Failure {
  const size = `${payload.length} bytes to ${topic} were not confirmed`
  const perhaps = 'If that happens each time, they are over its message_size_limit, or may not be published there'
  return new Failure('PUBLISH_FAILED', `The MQTT broker hung up before ${size}. ${perhaps}.`, { cause })
}

/** What trying again does not change. */
function never(reason: string): Failure {
  return new Failure('BROKER_REFUSED', `${reason}.`)
}

function refuse(reason: string): Failure {
  return new Failure('PUBLISH_FAILED', `${reason}.`)
}
