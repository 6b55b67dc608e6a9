/** How values become one: `merge` has to be associative and is given its parts in order of time, so that any stretch can be read. */
export interface Fold<Partial> {
  readonly of: (value: number) => Partial
  readonly merge: (earlier: Partial, later: Partial) => Partial
  readonly result: (merged: Partial) => number
}

/** One event as windows see it. */
export interface Sample {
  readonly id: string
  /** Event time in whole Unix milliseconds. */
  readonly timeMs: number
  readonly value: number
}

/** What the events of a stretch of time come to. */
export interface Folded {
  readonly value: number
  readonly count: number
}

/** Events in order of time, of which any stretch can be folded at once. */
export interface TimeFold {
  /** Time of the newest event. */
  readonly newestMs: number | undefined
  add(sample: Sample): void
  /** What the events from `fromMs` to before `untilMs` come to; `undefined` when there are none. */
  read(fromMs: number, untilMs: number): Folded | undefined
  /** Lets go of what is older than `beforeMs` once it is half of all, and answers it. */
  forget(beforeMs: number): readonly Sample[]
}

/**
 * Keeps, beside the events themselves, what each aligned block of 2, 4, 8, … of them comes to.
 *
 * Cost, with `n` events held and `d` of them later than the one that comes in: adding takes time in O(d + log n), so one in order takes
 * O(1) amortised; reading a stretch takes O(log n); forgetting is O(1) amortised. Memory: `n` events and `2n` partial results.
 */
export class BlockFold<Partial> implements TimeFold {
  readonly #fold: Fold<Partial>
  #samples: Sample[] = []
  /** `#blocks[level][i]` is the merge of the samples from `i * 2 ** level` to before `(i + 1) * 2 ** level`. */
  #blocks: Partial[][] = [[]]

  constructor(fold: Fold<Partial>) {
    this.#fold = fold
  }

  get newestMs(): number | undefined {
    return this.#samples.at(-1)?.timeMs
  }

  add(sample: Sample): void {
    const place = firstAt(this.#samples, sample.timeMs + 1)
    this.#samples.splice(place, 0, sample)
    this.#blocks[0]?.splice(place, 0, this.#fold.of(sample.value))
    this.#mergeFrom(place)
  }

  read(fromMs: number, untilMs: number): Folded | undefined {
    let first = firstAt(this.#samples, fromMs)
    const end = firstAt(this.#samples, untilMs)
    const count = end - first
    let merged: Partial | undefined
    while (first < end) {
      const level = largestBlock(first, end - first)
      const block = this.#blocks[level]?.[first >>> level]
      if (block === undefined) break
      merged = merged === undefined ? block : this.#fold.merge(merged, block)
      first += 2 ** level
    }
    return merged === undefined ? undefined : { value: this.#fold.result(merged), count }
  }

  forget(beforeMs: number): readonly Sample[] {
    const old = firstAt(this.#samples, beforeMs)
    if (old === 0 || old * 2 < this.#samples.length) return []
    const forgotten = this.#samples.splice(0, old)
    this.#blocks = [(this.#blocks[0] ?? []).slice(old)]
    this.#mergeFrom(0)
    return forgotten
  }

  /** Merges again what lies at or behind a place. */
  #mergeFrom(place: number): void {
    for (let level = 1; 2 ** level <= this.#samples.length; level++) {
      const below = this.#blocks[level - 1] ?? []
      const blocks = this.#blocks[level] ?? []
      this.#blocks[level] = blocks
      blocks.length = Math.min(blocks.length, place >>> level)
      for (let i = blocks.length; i * 2 + 1 < below.length; i++) {
        const [earlier, later] = [below[i * 2], below[i * 2 + 1]]
        if (earlier !== undefined && later !== undefined) blocks.push(this.#fold.merge(earlier, later))
      }
    }
  }
}

/** The level of the largest block that begins at `first` and is no longer than `length`. */
function largestBlock(first: number, length: number): number {
  const fitting = 31 - Math.clz32(length)
  return first === 0 ? fitting : Math.min(fitting, 31 - Math.clz32(first & -first))
}

/** Index of the first sample that is not before `timeMs`. Looks at the end first, where most of what comes belongs. */
function firstAt(samples: readonly Sample[], timeMs: number): number {
  if ((samples.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY) < timeMs) return samples.length
  let low = 0
  let high = samples.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((samples[middle]?.timeMs ?? 0) < timeMs) low = middle + 1
    else high = middle
  }
  return low
}
