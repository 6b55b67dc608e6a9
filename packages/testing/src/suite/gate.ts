/** Holds whoever waits at it until it is opened, and counts who does. */
export class Gate {
  readonly #opened = Promise.withResolvers<void>()
  #waiting = 0
  #mostWaiting = 0

  get waiting(): number {
    return this.#waiting
  }

  /** The most that ever waited at once. */
  get mostWaiting(): number {
    return this.#mostWaiting
  }

  async pass(): Promise<void> {
    this.#waiting += 1
    this.#mostWaiting = Math.max(this.#mostWaiting, this.#waiting)
    await this.#opened.promise
    this.#waiting -= 1
  }

  open(): void {
    this.#opened.resolve()
  }
}
