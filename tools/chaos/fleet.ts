import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Orders } from './orders.ts'

/** How the processes of a run ended that nobody asked to. */
export interface Ends {
  /** Before they were ready: what they need was away. They are started again, as any supervisor does. */
  readonly failedStarts: number
  /** Killed by what they worked on. */
  readonly selfKills: number
  /** Any other way. Must stay 0. */
  readonly unexpected: number
}

const RELAUNCH_AFTER_MS = 500

export interface FleetParts {
  /** The program beside this file, without its ending: `consumer`. */
  readonly program: 'consumer' | 'producer'
  readonly size: number
  readonly orders: Omit<Orders, 'name' | 'place'>
  /** Each process writes `<program>-<n>.log` there. */
  readonly logFolder: string
  /** What a process says after it was ready. */
  readonly onMessage?: (message: unknown) => void
}

/** Processes of one kind: a fixed number of places, each with one process after the other. */
export class Fleet {
  readonly #parts: FleetParts
  readonly #places: (ChildProcess | undefined)[]
  readonly #ends = { failedStarts: 0, selfKills: 0, unexpected: 0 }
  readonly #ready = new Set<ChildProcess>()
  #count = 0
  #stopping = false

  constructor(parts: FleetParts) {
    this.#parts = parts
    this.#places = new Array<undefined>(parts.size).fill(undefined)
  }

  get ends(): Ends {
    return this.#ends
  }

  /** Whether in every place there is a process that works. */
  get isComplete(): boolean {
    return this.#places.every((child) => child !== undefined && this.#ready.has(child))
  }

  /** Resolves when all are ready, or ended. */
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
    await this.#endAll('SIGTERM', withinMs)
  }

  /** Ends all at once, frozen ones too. */
  abandon(): Promise<void> {
    this.#stopping = true
    return this.#endAll('SIGKILL', 0)
  }

  async #endAll(signal: 'SIGTERM' | 'SIGKILL', withinMs: number): Promise<void> {
    await Promise.all(this.#places.map((child) => (child === undefined ? undefined : end(child, signal, withinMs))))
  }

  async #replace(place: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#places[place]
    if (child === undefined || this.#stopping) return
    this.#places[place] = undefined
    child.kill('SIGCONT')
    await end(child, signal, 20_000)
    if (!this.#stopping) void this.#launch(place)
  }

  /** Resolves when the process is ready, or ended. */
  async #launch(place: number): Promise<void> {
    const { program, orders, logFolder, onMessage } = this.#parts
    const name = `${program}-${this.#count++}`
    const log = openSync(join(logFolder, `${name}.log`), 'a')
    const child = fork(join(import.meta.dirname, `${program}.ts`), [JSON.stringify({ ...orders, name, place })], {
      execArgv: ['--conditions=source'],
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    this.#places[place] = child
    if (onMessage !== undefined) child.on('message', onMessage)
    const ready = isReady(child)
    const ended = once(child, 'exit').then(() => false)
    const wasReady = Promise.race([ready, ended])
    void ready.then(() => this.#ready.add(child))
    void ended.then(async () => this.#ended(place, child, await wasReady))
    await wasReady
  }

  async #ended(place: number, child: ChildProcess, wasReady: boolean): Promise<void> {
    this.#ready.delete(child)
    if (this.#places[place] !== child || this.#stopping) return
    if (child.signalCode === 'SIGKILL') this.#ends.selfKills += 1
    else if (wasReady) this.#ends.unexpected += 1
    else this.#ends.failedStarts += 1
    await delay(RELAUNCH_AFTER_MS)
    if (this.#places[place] === child && !this.#stopping) void this.#launch(place)
  }
}

/** Other messages may come before, of what it had to repeat. */
function isReady(child: ChildProcess): Promise<true> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (message === 'ready') resolve(true)
    })
  })
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM', withinMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const late = delay(withinMs, undefined, { ref: false }).then(() => child.kill('SIGKILL'))
  await Promise.race([ended, late])
  await ended
}
