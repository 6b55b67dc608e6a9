import { randomUUID } from 'node:crypto'
import { KeyWindows, type WindowRules } from './key-windows.ts'
import type { WindowChange, WindowKey, WindowPlace, WindowState } from './window-state.ts'

export interface WindowKeeperParts<Tx> {
  readonly state: WindowState<Tx>
  readonly rules: WindowRules
  readonly group: string
  readonly name: string
  /** Keys whose windows are held in memory, so that an event needs not read them. */
  readonly cachedKeys: number
}

/** What was kept, and how to take it back where no transaction does. */
export interface Kept<Result> {
  readonly result: Result
  undo(): void
}

/**
 * Changes windows inside transactions. A key's windows stay in memory after a change, though nothing here knows whether the transaction
 * was committed, nor who else has written since: the next change proves it by its stamp, and begins again from what is stored otherwise.
 */
export class WindowKeeper<Tx> {
  readonly #parts: WindowKeeperParts<Tx>
  /** Least recently used first. */
  readonly #cached = new Map<string, KeyWindows>()

  constructor(parts: WindowKeeperParts<Tx>) {
    this.#parts = parts
  }

  /** Runs `work` on a key's windows and writes what it changed, even if that is nothing: what it read was right only if this is. */
  async change<Result>(
    tx: Tx,
    key: string,
    at: WindowPlace,
    work: (windows: KeyWindows) => Result,
  ): Promise<Kept<Result>> {
    const { state } = this.#parts
    const of = this.#of(key)
    for (;;) {
      const windows = this.#cached.get(key) ?? (await this.#load(tx, of))
      // Away while it is being changed: a failure leaves nothing half done behind.
      this.#cached.delete(key)
      const result = work(windows)
      const change = windows.takeChange(randomUUID())
      if ((await state.write(tx, of, at, change)) === 'stale') continue
      this.#remember(key, windows)
      return { result, undo: () => this.#undo(of, change) }
    }
  }

  /** The same on what is stored, leaving memory alone. Writes nothing when `work` says that nothing was to be done. */
  async changeStored(
    tx: Tx,
    key: string,
    at: WindowPlace,
    work: (windows: KeyWindows) => boolean,
  ): Promise<Kept<boolean>> {
    const of = this.#of(key)
    const windows = await this.#load(tx, of)
    if (!work(windows)) return { result: false, undo: () => undefined }
    const change = windows.takeChange(randomUUID())
    const answer = await this.#parts.state.write(tx, of, at, change)
    return { result: answer === 'written', undo: () => this.#undo(of, change) }
  }

  #of(key: string): WindowKey {
    const { group, name } = this.#parts
    return { group, name, key }
  }

  async #load(tx: Tx, of: WindowKey): Promise<KeyWindows> {
    return new KeyWindows(this.#parts.rules, of.key, await this.#parts.state.load(tx, of))
  }

  #remember(key: string, windows: KeyWindows): void {
    this.#cached.set(key, windows)
    if (this.#cached.size <= this.#parts.cachedKeys) return
    const [oldest] = this.#cached.keys()
    if (oldest !== undefined) this.#cached.delete(oldest)
  }

  #undo(of: WindowKey, change: WindowChange): void {
    this.#cached.delete(of.key)
    this.#parts.state.undo?.(of, change)
  }
}
