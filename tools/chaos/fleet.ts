import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Orders } from './orders.ts'
import type { ChaosSettings } from './settings.ts'

/** The consumer processes of a run: a fixed number of places, each with one process after the other. */
export class Fleet {
  readonly #orders: Omit<Orders, 'name'>
  readonly #places: (ChildProcess | undefined)[]
  readonly #logFolder: string
  readonly #started: Promise<unknown>[] = []
  #count = 0
  #stopping = false
  #unexpectedEnds = 0

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

  /** Processes that ended of themselves. Must stay 0. */
  get unexpectedEnds(): number {
    return this.#unexpectedEnds
  }

  /** Resolves when all consumers have subscribed. */
  async start(): Promise<void> {
    for (const place of this.#places.keys()) this.#launch(place)
    await Promise.all(this.#started)
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
    if (!this.#stopping) this.#launch(place)
  }

  #launch(place: number): void {
    const name = `consumer-${this.#count++}`
    const log = openSync(join(this.#logFolder, `${name}.log`), 'a')
    const child = fork(join(import.meta.dirname, 'consumer.ts'), [JSON.stringify({ ...this.#orders, name })], {
      execArgv: ['--conditions=source'],
      stdio: ['ignore', log, log, 'ipc'],
    })
    this.#places[place] = child
    this.#started.push(Promise.race([once(child, 'message'), once(child, 'exit')]))
    child.once('exit', () => {
      if (this.#places[place] !== child || this.#stopping) return
      this.#unexpectedEnds += 1
      this.#launch(place)
    })
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
