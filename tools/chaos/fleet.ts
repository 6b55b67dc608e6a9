import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Orders } from './orders.ts'
import type { ChaosSettings } from './settings.ts'

/** How the processes of a run ended that nobody asked to. */
export interface Ends {
  /** Before they had subscribed: what they need was away. They are started again, as any supervisor does. */
  readonly failedStarts: number
  /** Killed by what they worked on. */
  readonly selfKills: number
  /** Any other way. Must stay 0. */
  readonly unexpected: number
}

const RELAUNCH_AFTER_MS = 500

/** The consumer processes of a run: a fixed number of places, each with one process after the other. */
export class Fleet {
  readonly #orders: Omit<Orders, 'name'>
  readonly #places: (ChildProcess | undefined)[]
  readonly #logFolder: string
  readonly #ends = { failedStarts: 0, selfKills: 0, unexpected: 0 }
  #count = 0
  #stopping = false

  constructor(
    settings: ChaosSettings,
    whereabouts: Pick<Orders, 'brokers' | 'connectionString' | 'topic'>,
    logFolder: string,
  ) {
    const { consumers, driver, inbox, partitions } = settings
    this.#places = new Array<undefined>(consumers).fill(undefined)
    this.#orders = { driver, inbox, partitions, ...whereabouts }
    this.#logFolder = logFolder
  }

  get ends(): Ends {
    return this.#ends
  }

  /** Resolves when all consumers have subscribed. */
  async start(): Promise<void> {
    await Promise.all([...this.#places.keys()].map((place) => this.#launch(place)))
  }

  /** SIGKILL, and a new process in its place. */
  async kill(place: number): Promise<void> {
    await this.#replace(place, 'SIGKILL')
  }

  /** SIGTERM, and a new process in its place once the old one has stopped. */
  async leave(place: number): Promise<void> {
    await this.#replace(place, 'SIGTERM')
  }

  /** SIGSTOP, and SIGCONT after `lastsMs`. */
  async freeze(place: number, lastsMs: number): Promise<void> {
    const child = this.#places[place]
    if (child === undefined) return
    child.kill('SIGSTOP')
    await delay(lastsMs)
    child.kill('SIGCONT')
  }

  /** Stops all in order; kills what does not stop within `withinMs`. */
  async stop(withinMs = 20_000): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#places.map((child) => (child === undefined ? undefined : end(child, 'SIGTERM', withinMs))))
  }

  async #replace(place: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#places[place]
    if (child === undefined || this.#stopping) return
    this.#places[place] = undefined
    child.kill('SIGCONT')
    await end(child, signal, 20_000)
    if (!this.#stopping) void this.#launch(place)
  }

  /** Resolves when the process has subscribed, or ended. */
  async #launch(place: number): Promise<void> {
    const name = `consumer-${this.#count++}`
    const log = openSync(join(this.#logFolder, `${name}.log`), 'a')
    const child = fork(join(import.meta.dirname, 'consumer.ts'), [JSON.stringify({ ...this.#orders, name })], {
      execArgv: ['--conditions=source'],
      stdio: ['ignore', log, log, 'ipc'],
    })
    this.#places[place] = child
    const ready = once(child, 'message').then(() => true)
    const ended = once(child, 'exit').then(() => false)
    const isReady = Promise.race([ready, ended])
    void ended.then(async () => this.#ended(place, child, await isReady))
    await isReady
  }

  async #ended(place: number, child: ChildProcess, wasReady: boolean): Promise<void> {
    if (this.#places[place] !== child || this.#stopping) return
    if (child.signalCode === 'SIGKILL') this.#ends.selfKills += 1
    else if (wasReady) this.#ends.unexpected += 1
    else this.#ends.failedStarts += 1
    await delay(RELAUNCH_AFTER_MS)
    if (this.#places[place] === child && !this.#stopping) void this.#launch(place)
  }
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM', withinMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const late = delay(withinMs, undefined, { ref: false }).then(() => child.kill('SIGKILL'))
  await Promise.race([ended, late])
  await ended
}
