/** A group of consumers in memory, on a clock turned by hand, to whom anything may happen: the same seed, the same story. */
import {
  type Assignment,
  type ConsumerContract,
  type Context,
  consume,
  Failure,
  PermanentFailure,
  type Running,
  type Store,
} from '@longshore/runtime'
import { ManualClock, silentLog } from '@longshore/testing'
import { MemoryBroker } from '../src/memory-broker.ts'
import type { Repair } from '../src/memory-faults.ts'
import { memoryTransport } from '../src/memory-transport.ts'

/** `flaky` succeeds on its second attempt, `refused` never. */
interface Parcel {
  readonly kind: 'good' | 'flaky' | 'refused'
}

/** A message in the log: `place` is its offset in the partition of its key. */
export interface Sent extends Parcel {
  readonly key: string
  readonly place: bigint
}

/** What a consumer did, and by which right. */
export interface Effect {
  readonly key: string
  readonly place: bigint
  readonly assignment: Assignment
}

export interface Story {
  readonly sent: readonly Sent[]
  readonly effects: readonly Effect[]
  /** `key@place` of each. */
  readonly deadLetters: ReadonlySet<string>
}

interface Process {
  readonly consumer: Running
  isDead: boolean
}

const PARCELS: ConsumerContract<Parcel> = {
  urn: 'urn:events:simulation:parcel:sent',
  topic: 'parcels',
  group: 'dockers',
  retry: { kind: 'fixed', attempts: 3, firstAfterMs: 50 },
  pii: [],
  validate: () => [],
}

const TICKS = 400
const TICK_MS = 50
const PEACE_MS = 10 * 60 * 1_000

export function nameOf({ key, place }: Pick<Sent, 'key' | 'place'>): string {
  return `${key}@${place}`
}

export class Simulation {
  readonly #clock = new ManualClock()
  readonly #broker = new MemoryBroker({ partitions: 3 })
  readonly #transport = memoryTransport({ broker: this.#broker, clock: this.#clock })
  readonly #random: () => number
  readonly #store: Store<undefined> | undefined
  /** Alive and known to the broker, longest in the group first. */
  readonly #processes: Process[] = []
  readonly #effects: Effect[] = []
  #repairs: { readonly atMs: number; readonly repair: Repair }[] = []

  /** @param store Where the consumers remember what they did. Default: nowhere. */
  constructor(seed: number, store?: (clock: ManualClock) => Store<undefined>) {
    this.#random = seeded(seed)
    this.#store = store?.(this.#clock)
  }

  /** Twenty seconds of messages and mishaps, then ten minutes of peace. */
  async play(): Promise<Story> {
    for (let n = 0; n < 3; n++) await this.#launch()
    for (let tick = 0; tick < TICKS; tick++) {
      await this.#publish()
      if (this.#random() < 0.05 && this.#processes.length > 2) await this.#mishap()
      await this.#clock.turn(TICK_MS)
      this.#repair(this.#clock.now())
    }
    this.#repair(Number.POSITIVE_INFINITY)
    await this.#clock.turn(PEACE_MS)
    return { sent: this.#sent(), effects: this.#effects, deadLetters: await this.#deadLetters() }
  }

  async #publish(): Promise<void> {
    const chance = this.#random()
    const kind = chance < 0.03 ? 'refused' : chance < 0.08 ? 'flaky' : 'good'
    const key = `key-${Math.floor(this.#random() * 12)}`
    await this.#transport.publish([{ topic: PARCELS.topic, key, value: Buffer.from(JSON.stringify({ kind })) }])
  }

  async #launch(): Promise<void> {
    const store = this.#store === undefined ? {} : { store: this.#store }
    const options = { clock: this.#clock, log: silentLog, drainTimeoutMs: 500, ...store }
    const handle = (parcel: Parcel, context: Context) => this.#work(launched, parcel, context)
    const launched: Process = { isDead: false, consumer: consume(PARCELS, this.#transport, handle, options) }
    this.#processes.push(launched)
    await launched.consumer.start()
  }

  async #work(worker: Process, { kind }: Parcel, { attempt, delivery, key, source }: Context): Promise<void> {
    await this.#clock.sleep(Math.floor(this.#random() * 40))
    if (worker.isDead) throw new Failure('ASSIGNMENT_LOST')
    if (kind === 'refused') throw new PermanentFailure('refused')
    if (kind === 'flaky' && attempt === 1) throw new Error('not yet')
    this.#effects.push({ key: key ?? '', place: source.offset, assignment: delivery.assignment })
  }

  async #mishap(): Promise<void> {
    const { faults } = this.#broker
    const mishaps = [
      () => faults.rebalance('dockers'),
      () => faults.duplicate('parcels'),
      () => this.#later(faults.topicAway('parcels.dockers.dlq')),
      () => this.#later(faults.commitsFail('dockers')),
      () => this.#later(faults.slow('parcels', 300)),
      () => this.#crash(),
      () => this.#freeze(),
      () => this.#pause(),
      () => this.#replace(),
    ]
    await mishaps[Math.floor(this.#random() * mishaps.length)]?.()
  }

  async #crash(): Promise<void> {
    const [oldest] = this.#processes.splice(0, 1)
    if (oldest !== undefined) oldest.isDead = true
    this.#broker.faults.crash('dockers')
    await this.#launch()
  }

  #freeze(): void {
    const oldest = this.#processes.splice(0, 1)
    const wakeUp = this.#broker.faults.freeze('dockers')
    this.#later(() => {
      wakeUp()
      this.#processes.push(...oldest)
    })
  }

  #pause(): void {
    const paused = this.#processes[Math.floor(this.#random() * this.#processes.length)]
    paused?.consumer.pause()
    this.#later(() => paused?.consumer.resume())
  }

  async #replace(): Promise<void> {
    const [leaving] = this.#processes.splice(1, 1)
    const stopped = leaving?.consumer.stop()
    await this.#clock.turn(600)
    await stopped
    await this.#launch()
  }

  #later(repair: Repair): void {
    this.#repairs.push({ atMs: this.#clock.now() + this.#random() * 4_000, repair })
  }

  #repair(untilMs: number): void {
    const due = this.#repairs.filter(({ atMs }) => atMs <= untilMs)
    this.#repairs = this.#repairs.filter(({ atMs }) => atMs > untilMs)
    for (const { repair } of due) repair()
  }

  #sent(): readonly Sent[] {
    return this.#broker.topic(PARCELS.topic).flatMap((log) =>
      log.map(({ key, offset, value }) => {
        const { kind }: Parcel = JSON.parse(Buffer.from(value ?? []).toString())
        return { key: key ?? '', place: offset, kind }
      }),
    )
  }

  async #deadLetters(): Promise<ReadonlySet<string>> {
    const { subscription } = consume(PARCELS, this.#transport, () => undefined)
    const queue = await this.#transport.deadLetters(subscription)
    const found = new Set<string>()
    for await (const { key, details } of queue.read()) {
      found.add(nameOf({ key: key ?? '', place: details.origin.offset }))
    }
    return found
  }
}

/** Numerical Recipes' linear congruential generator. */
function seeded(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
