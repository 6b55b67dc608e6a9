/**
 * Lets work run that may kill the process, so that it is clear afterwards who did: what is suspected of it alone, all else together. Who
 * waits to run alone goes before those who may share, and waits for those who run.
 */
export class Isolation {
  #together = 0
  #isAlone = false
  readonly #waitingAlone: (() => void)[] = []
  readonly #waitingTogether: (() => void)[] = []

  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isAlone || this.#together > 0) await new Promise<void>((go) => this.#waitingAlone.push(go))
    // Whoever let it go on has taken the place for it, so that nobody slips in between.
    else this.#isAlone = true
    try {
      return await work()
    } finally {
      this.#isAlone = false
      this.#next()
    }
  }

  async together<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isAlone || this.#waitingAlone.length > 0) await new Promise<void>((go) => this.#waitingTogether.push(go))
    else this.#together += 1
    try {
      return await work()
    } finally {
      this.#together -= 1
      this.#next()
    }
  }

  #next(): void {
    if (this.#isAlone || this.#together > 0) return
    const alone = this.#waitingAlone.shift()
    if (alone !== undefined) {
      this.#isAlone = true
      alone()
      return
    }
    for (const go of this.#waitingTogether.splice(0)) {
      this.#together += 1
      go()
    }
  }
}

const ofStores = new WeakMap<object, Isolation>()

/** The one that all consumers of a store in this process share, by a part of the store: it is the process that dies. */
export function isolationOf(part: object): Isolation {
  const known = ofStores.get(part) ?? new Isolation()
  ofStores.set(part, known)
  return known
}

/** Who wraps that part of a store says so: whoever has the wrapped one shares with those who have the part itself. */
export function shareIsolation(wrapped: object, part: object): void {
  ofStores.set(wrapped, isolationOf(part))
}
