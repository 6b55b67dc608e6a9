/** Takes what is settled out of the spool, in batches: what is settled meanwhile makes the next. */
export class Removals {
  readonly #remove: (seqs: readonly bigint[]) => Promise<boolean>
  #settled: bigint[] = []
  #removing: Promise<void> = Promise.resolve()
  #isRemoving = false

  /** @param remove Answers `false` when it was stopped before it succeeded. */
  constructor(remove: (seqs: readonly bigint[]) => Promise<boolean>) {
    this.#remove = remove
  }

  /** Settled, and in the spool still. */
  get waiting(): readonly bigint[] {
    return this.#settled
  }

  add(seq: bigint): void {
    this.#settled.push(seq)
    if (this.#isRemoving) return
    this.#isRemoving = true
    this.#removing = this.#run().finally(() => {
      this.#isRemoving = false
    })
  }

  /** Resolves when all that was added is removed, or will not be any more. */
  done(): Promise<void> {
    return this.#removing
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#settled.length > 0) {
      const seqs = [...this.#settled]
      if (!(await this.#remove(seqs))) return
      this.#settled = this.#settled.slice(seqs.length)
    }
  }
}
