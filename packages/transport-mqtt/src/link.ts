import { connect, type IClientOptions, type IPublishPacket, type MqttClient, type Packet } from 'mqtt'
import { brokerFailure, refusedWith } from './broker-failure.ts'
import type { ResolvedMqttOptions } from './options.ts'

export type Qos = 0 | 1 | 2

/** A PUBLISH as it came. */
export interface Received {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  /** 0 where `qos` is. */
  readonly packetId: number
  /** The broker kept it from before the subscription. */
  readonly retained: boolean
  readonly properties: IPublishPacket['properties']
}

export interface LinkRequest {
  readonly clientId: string
  readonly clean: boolean
  readonly sessionExpirySeconds: number
  /** Unacknowledged messages the broker may have out. A wish: Mosquitto 2.0 exceeds it. */
  readonly receiveMaximum?: number
  readonly will?: ResolvedMqttOptions['will']
}

export interface LinkEvents {
  message(link: Link, message: Received): void
  /** A message of QoS 2 was acknowledged: until its packet id is released it may come again, and is the same one. */
  confirmed?(link: Link, packetId: number): void
  released?(link: Link, packetId: number): void
  /** Once, after the link was opened. `undefined`: it was closed from this side. */
  ended(link: Link, error: unknown): void
}

export interface Publishing {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain?: boolean
  readonly properties?: IPublishPacket['properties']
}

/** First bytes of the acknowledgements (MQTT 5, sections 3.4 and 3.5); a packet id follows, and success needs no more. */
const PUBACK = 0x40
const PUBREC = 0x50

/** A broker that does not confirm what is on its way by then is left without a word. */
const GOODBYE_MS = 2_000

/**
 * One connection, open until it ends once. MQTT.js hands over one message at a time and acknowledges it before the next, so each
 * message is shown to it as one of QoS 0, and what is to be acknowledged is written here, when its time has come.
 */
export class Link {
  readonly #client: MqttClient
  readonly #events: LinkEvents
  #error: unknown
  #open = false
  #closing = false
  /** Largest packet the broker takes; `undefined`: no limit. */
  maximumPacketSize: number | undefined
  receiveMaximum = 65_535
  retainAvailable = true
  sessionPresent = false

  private constructor(client: MqttClient, events: LinkEvents) {
    this.#client = client
    this.#events = events
    client.on('packetreceive', (packet) => this.#receive(packet))
    client.on('error', (error) => {
      this.#error = error
    })
  }

  /** Connects. Rejects with BROKER_REFUSED_CREDENTIALS, BROKER_REFUSED or BROKER_UNREACHABLE. */
  static open(options: ResolvedMqttOptions, request: LinkRequest, events: LinkEvents): Promise<Link> {
    const client = connect(options.url, clientOptions(options, request))
    const link = new Link(client, events)
    return new Promise((resolve, reject) => {
      client.once('connect', ({ sessionPresent, properties }) => {
        link.#open = true
        link.sessionPresent = sessionPresent
        link.maximumPacketSize = properties?.maximumPacketSize
        link.receiveMaximum = properties?.receiveMaximum ?? 65_535
        link.retainAvailable = properties?.retainAvailable ?? true
        resolve(link)
      })
      client.once('close', () => {
        client.end(true)
        if (link.#open) return link.#end()
        reject(brokerFailure(link.#error, `connecting to ${new URL(options.url).host}`))
      })
      client.once('error', () => {
        client.end(true)
        // From here on the client refuses what it is given, though it takes a moment to close.
        link.#end()
      })
    })
  }

  get open(): boolean {
    return this.#open
  }

  /** Rejects with BROKER_REFUSED where a filter is refused, or granted with less than what was asked. */
  async subscribe(filters: readonly string[], qos: Qos, retainHandling: 0 | 1 | 2): Promise<void> {
    const doing = `subscribing to ${filters.join(', ')}`
    const granted = await this.#client
      .subscribeAsync([...filters], { qos, rh: retainHandling })
      .catch((error: unknown) => {
        throw brokerFailure(error, doing)
      })
    for (const grant of granted) {
      if (grant.qos >= 128 || grant.qos < qos)
        throw refusedWith(grant.qos >= 128 ? grant.qos : 155, doing, 'BROKER_REFUSED')
    }
  }

  /** Resolves when the broker has acknowledged it. */
  publish({ topic, payload, qos, retain = false, properties = {} }: Publishing): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.publish(topic, payload, { qos, retain, properties }, (error) => {
        if (error === undefined || error === null) resolve()
        else reject(error)
      })
    })
  }

  /** Acknowledges in the order given, in one write. Nothing once the link has ended. */
  acknowledge(messages: readonly Pick<Received, 'packetId' | 'qos'>[]): void {
    if (!this.#open || this.#closing || messages.length === 0) return
    const bytes = Buffer.allocUnsafe(4 * messages.length)
    for (const [index, { packetId, qos }] of messages.entries()) {
      bytes[4 * index] = qos === 1 ? PUBACK : PUBREC
      bytes[4 * index + 1] = 2
      bytes.writeUInt16BE(packetId, 4 * index + 2)
      if (qos === 2) this.#events.confirmed?.(this, packetId)
    }
    this.#client.stream.write(bytes)
  }

  /** Ends at once, as a cut cable does. */
  cut(): void {
    this.#client.stream.destroy()
  }

  /** Says goodbye; the session stays for as long as it was asked for. */
  async close(): Promise<void> {
    if (!this.#open) return
    this.#closing = true
    const closed = new Promise<void>((resolve) => this.#client.once('close', () => resolve()))
    const late = setTimeout(() => this.cut(), GOODBYE_MS)
    this.#client.end()
    await closed
    clearTimeout(late)
    this.#end()
  }

  #receive(packet: Packet): void {
    if (packet.cmd === 'publish') {
      const { topic, payload, qos, messageId = 0, retain, properties } = packet
      packet.qos = 0
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
      this.#events.message(this, { topic, payload: bytes, qos, packetId: messageId, retained: retain, properties })
    } else if (packet.cmd === 'pubrel') this.#events.released?.(this, packet.messageId ?? 0)
    else if (packet.cmd === 'disconnect') this.#error = { code: packet.reasonCode }
  }

  #end(): void {
    if (!this.#open) return
    this.#open = false
    this.#events.ended(this, this.#closing ? undefined : (this.#error ?? new Error('The connection was lost.')))
  }
}

function clientOptions(options: ResolvedMqttOptions, request: LinkRequest): IClientOptions {
  const { protocolVersion, username, password, tls, keepaliveSeconds, connectTimeoutMs } = options
  const { clientId, clean, sessionExpirySeconds, receiveMaximum, will } = request
  const properties = {
    sessionExpiryInterval: sessionExpirySeconds,
    ...(receiveMaximum === undefined ? {} : { receiveMaximum: Math.min(65_535, receiveMaximum) }),
  }
  return {
    protocolVersion,
    clientId,
    clean,
    keepalive: keepaliveSeconds,
    connectTimeout: Math.min(10_000, connectTimeoutMs),
    reconnectPeriod: 0,
    resubscribe: false,
    ...(protocolVersion === 5 ? { properties } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...tls,
    ...(will === undefined ? {} : { will: willOf(will) }),
  }
}

function willOf({ topic, payload, qos = 1, retain = false, delaySeconds }: NonNullable<LinkRequest['will']>) {
  const properties = delaySeconds === undefined ? {} : { properties: { willDelayInterval: delaySeconds } }
  return { topic, payload: Buffer.from(payload), qos, retain, ...properties }
}
