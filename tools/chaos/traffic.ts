import { setTimeout as delay } from 'node:timers/promises'
import type { OutgoingMessage, Transport } from '@longshore/runtime'
import type { Ledger } from './ledger.ts'
import { encode, type Load, loadOf } from './load.ts'
import type { ChaosSettings } from './settings.ts'

const TICK_MS = 50
const AGAIN_AFTER_MS = 200

export interface TrafficParts {
  readonly transport: Transport
  readonly address: Pick<OutgoingMessage, 'topic' | 'exchange'>
  readonly settings: ChaosSettings
  /** Which producer this is: the keys are dealt out among them. */
  readonly place: number
  readonly ledger: Ledger
  /** Called when broker or ledger did not confirm something; it is repeated. */
  readonly onRefusal: () => void
}

/**
 * Publishes until it is stopped. A batch holds each key at most once and is repeated until the broker confirms it, so the messages of
 * a key reach the log in order, some of them several times. The ledger knows them before they are published, and that they are confirmed
 * afterwards. What a killed predecessor left unconfirmed is left at that: it may or may not have arrived.
 */
export class Traffic {
  readonly #parts: TrafficParts
  readonly #keys: readonly number[]
  #next: readonly number[] = []
  #turn = 0
  #stopped = false
  #running: Promise<void> | undefined

  constructor(parts: TrafficParts) {
    const { keys, producers } = parts.settings
    this.#parts = parts
    this.#keys = Array.from({ length: keys }, (_, key) => key).filter((key) => key % producers === parts.place)
  }

  /** Goes on where the ledger says that a predecessor ended. */
  async start(): Promise<void> {
    const next = await this.#untilDone(() => this.#parts.ledger.nextOf(this.#keys.map((key) => `key-${key}`)))
    this.#next = next
    this.#running = this.#run()
  }

  /** Resolves when the last batch is confirmed. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    const { settings, ledger, transport } = this.#parts
    const wanted = Math.round((settings.perSecond * TICK_MS) / 1_000 / settings.producers)
    const perTick = Math.max(1, Math.min(this.#keys.length, wanted))
    while (!this.#stopped) {
      const tick = delay(TICK_MS)
      const loads = Array.from({ length: perTick }, () => this.#load())
      const messages = loads.flatMap((load) => this.#messages(load))
      await this.#untilDone(() => ledger.announce(loads))
      await this.#untilDone(() => transport.publish(messages))
      await this.#untilDone(() => ledger.confirm(loads))
      await tick
    }
  }

  #load(): Load {
    const place = this.#turn++ % this.#keys.length
    const n = this.#next[place] ?? 0
    this.#next = this.#next.with(place, n + 1)
    return loadOf(this.#parts.settings, this.#keys[place] ?? 0, n)
  }

  #messages(load: Load): readonly OutgoingMessage[] {
    const message = { ...this.#parts.address, key: load.key, value: encode(load), messageId: load.id }
    return load.kind === 'twice' ? [message, message] : [message]
  }

  async #untilDone<Result>(action: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await action()
      } catch {
        this.#parts.onRefusal()
        await delay(AGAIN_AFTER_MS)
      }
    }
  }
}
