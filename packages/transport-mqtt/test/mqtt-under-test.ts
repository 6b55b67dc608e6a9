import { randomUUID } from 'node:crypto'
import { Failure, type Subscription, type TransportBindings } from '@longshore/runtime'
import type { Channel } from '@longshore/testing'
import { Link, type LinkEvents, type LinkRequest } from '../src/link.ts'
import { type MqttOptions, type ResolvedMqttOptions, resolveMqttOptions } from '../src/options.ts'
import type { MqttSpool } from '../src/spool.ts'
import { MqttTransport } from '../src/transport.ts'

/** Takes the place of a process's ordinal in its client ids. */
const ORDINAL = 'ordinal'

/** A real broker with faults, and the processes that use it. Create one per test. */
export class MqttUnderTest {
  readonly #given: MqttOptions
  readonly #name = `test-${randomUUID().slice(0, 8)}`
  readonly #processes = new Set<Process>()
  readonly #refused = new Set<string>()

  constructor(given: MqttOptions) {
    this.#given = given
  }

  /** Another process. It has the lowest ordinal that is free from its first session until that is closed, as in a StatefulSet. */
  open(given: Partial<MqttOptions> = {}): MqttTransport {
    const process = new Process(this.#refused)
    const options = resolveMqttOptions({ ...this.#given, clientId: ORDINAL, ...given })
    const { spool } = options
    const spooled = spool === undefined ? options : { ...options, spool: process.spool(spool) }
    return new MqttTransport(spooled, (request, events) => {
      if (request.sessionExpirySeconds === 0) return process.link(options, request, events)
      if (!this.#processes.has(process)) process.ordinal = this.#freeOrdinal()
      this.#processes.add(process)
      const clientId = request.clientId.replace(ORDINAL, `${this.#name}-${process.ordinal}`)
      const ended: LinkEvents['ended'] = (link, error) => {
        if (error === undefined) this.#processes.delete(process)
        events.ended(link, error)
      }
      return process.link(options, { ...request, clientId }, { ...events, ended })
    })
  }

  /** A channel whose group was there before: what is published from now on waits for it. */
  async createChannel(): Promise<Channel> {
    const topic = `${this.#name}-numbers`
    const bindings: TransportBindings = { mqtt: { qos: 1 } }
    const transport = this.open()
    await transport.subscribe(wantedOf(topic, { bindings }), { deliver() {}, report() {} })
    await transport.close()
    return { topic, bindings }
  }

  /** Publishes to the topic, or below it, are refused until the answer is called; so are dead letters and completions of the spool. */
  refuse(what: string): () => void {
    this.#refused.add(what)
    return () => this.#refused.delete(what)
  }

  /** The oldest process of all that have a session is killed; the next one takes its ordinal. */
  crash(): void {
    const [oldest] = this.#processes
    oldest?.die()
    if (oldest !== undefined) this.#processes.delete(oldest)
  }

  /** Cuts the connections of all processes, as a network does. */
  cut(): void {
    for (const process of this.#processes) process.cut()
  }

  #freeOrdinal(): number {
    const taken = new Set([...this.#processes].map(({ ordinal }) => ordinal))
    let ordinal = 0
    while (taken.has(ordinal)) ordinal += 1
    return ordinal
  }
}

/** What dies together. */
class Process {
  ordinal = 0
  readonly #refused: ReadonlySet<string>
  readonly #links = new Set<Link>()
  #isDead = false

  constructor(refused: ReadonlySet<string>) {
    this.#refused = refused
  }

  async link(options: ResolvedMqttOptions, request: LinkRequest, events: LinkEvents): Promise<Link> {
    this.#refuseDead()
    const link = await Link.open(options, request, {
      ...events,
      ended: (ended, error) => {
        this.#links.delete(ended)
        if (!this.#isDead) events.ended(ended, error)
      },
    })
    const publish = link.publish.bind(link)
    link.publish = async (packet) => {
      if ([...this.#refused].some((topic) => packet.topic.startsWith(topic))) throw new Error('refused')
      return publish(packet)
    }
    this.#links.add(link)
    return link
  }

  spool(spool: MqttSpool): MqttSpool {
    const unless = <Parameters extends readonly unknown[], Result>(
      what: string,
      action: (...parameters: Parameters) => Promise<Result>,
    ) => {
      return async (...parameters: Parameters): Promise<Result> => {
        this.#refuseDead()
        if (this.#refused.has(what)) throw new Failure('DEPENDENCY_DOWN', `The spool refused ${what}.`)
        return action(...parameters)
      }
    }
    return {
      ...spool,
      renew: unless('renew', spool.renew),
      leave: unless('leave', spool.leave),
      add: unless('add', spool.add),
      claim: unless('claim', spool.claim),
      complete: unless('complete', spool.complete),
      postpone: unless('postpone', spool.postpone),
      bury: unless('bury', spool.bury),
    }
  }

  cut(): void {
    for (const link of this.#links) link.cut()
  }

  die(): void {
    this.#isDead = true
    this.cut()
  }

  #refuseDead(): void {
    if (this.#isDead) throw new Failure('STOPPED', 'The process is dead.')
  }
}

/** What a consumer of the topic asks for. */
export function wantedOf(topic: string, given: Partial<Subscription> = {}): Subscription {
  const group = given.group ?? `${topic}-readers`
  const names = {
    address: topic,
    topics: [topic],
    group,
    dlq: `${topic}.${group}.dlq`,
    retryTopic: `${topic}.${group}.retry`,
  }
  return { ...names, from: { kind: 'earliest' }, window: 1_000, bindings: {}, ...given }
}
