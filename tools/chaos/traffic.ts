import { setTimeout as delay } from 'node:timers/promises'
import type { OutgoingMessage, Transport } from '@longshore/runtime'
import type { Ledger } from './ledger.ts'
import { encode, type Kind, kindFor, type Load } from './load.ts'
import type { Random } from './random.ts'
import type { ChaosSettings } from './settings.ts'

const TICK_MS = 50

export interface TrafficParts {
  readonly transport: Transport
  readonly topic: string
  readonly settings: ChaosSettings
  readonly random: Random
  readonly ledger: Ledger
}

/**
 * Publishes until it is stopped. A batch holds each key at most once and is repeated until the broker confirms it, so the messages of
 * a key reach the log in order, some of them several times. What was confirmed is in the ledger.
 */
export class Traffic {
  readonly #parts: TrafficParts
  readonly #next: number[]
  #turn = 0
  #stopped = false
  #refusals = 0
  #running: Promise<void> | undefined

  constructor(parts: TrafficParts) {
    this.#parts = parts
    this.#next = new Array<number>(parts.settings.keys).fill(0)
  }

  /** Batches that broker or ledger did not confirm at first. */
  get refusals(): number {
    return this.#refusals
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Resolves when the last batch is confirmed. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    const { settings, ledger, transport } = this.#parts
    const perTick = Math.max(1, Math.min(settings.keys, Math.round((settings.perSecond * TICK_MS) / 1_000)))
    while (!this.#stopped) {
      const tick = delay(TICK_MS)
      const loads = Array.from({ length: perTick }, () => this.#load())
      const messages = loads.flatMap((load) => this.#messages(load))
      await this.#untilDone(() => transport.publish(messages))
      await this.#untilDone(() => ledger.noteSent(loads))
      await tick
    }
  }

  #load(): Load {
    const turn = this.#turn++
    const index = turn % this.#parts.settings.keys
    const n = this.#next[index] ?? 0
    this.#next[index] = n + 1
    return { id: `key-${index}#${n}`, key: `key-${index}`, n, kind: this.#kind(turn) }
  }

  /** The deadly ones are spread over the run. */
  #kind(turn: number): Kind {
    const { random, settings } = this.#parts
    const kind = kindFor(random.next())
    const apart = Math.floor((settings.perSecond * settings.seconds) / (settings.deadly + 1))
    const isDeadly = settings.deadly > 0 && turn > 0 && turn % apart === 0
    return isDeadly ? 'deadly' : kind
  }

  #messages(load: Load): readonly OutgoingMessage[] {
    const message = { topic: this.#parts.topic, key: load.key, value: encode(load), messageId: load.id }
    return load.kind === 'twice' ? [message, message] : [message]
  }

  async #untilDone(action: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await action()
      } catch {
        this.#refusals += 1
        await delay(200)
      }
    }
  }
}
