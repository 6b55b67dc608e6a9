/**
 * The lowest unfinished offset of one partition assignment. Offsets are taken in delivery order and may have gaps (compaction,
 * transaction markers); they finish in any order. Everything below the position is settled, so it is what may be committed.
 *
 * Cost: constant per message, amortised; memory: one slot per offset between the position and the newest delivered.
 */
export class Watermark {
  /** Offsets delivered and not yet passed, oldest first from `#head`; a finished one is negated minus one. */
  #slots: bigint[] = []
  #head = 0
  #next: bigint
  #unfinished = 0

  /** @param start The offset the assignment starts at: the position until something is taken. */
  constructor(start: bigint) {
    this.#next = start
  }

  /** Offsets taken and not finished. */
  get unfinished(): number {
    return this.#unfinished
  }

  /** Offset to commit: all before it are finished. */
  get position(): bigint {
    return this.#slots[this.#head] ?? this.#next
  }

  /** Notes that `offset` was delivered. Offsets must rise; one that does not was delivered before and answers `false`. */
  take(offset: bigint): boolean {
    if (offset < this.#next) return false
    this.#slots.push(offset)
    this.#next = offset + 1n
    this.#unfinished += 1
    return true
  }

  /** Notes that `offset` is settled. Answers whether the position moved. Finishing twice changes nothing. */
  finish(offset: bigint): boolean {
    const index = this.#indexOf(offset)
    if (index === -1) return false
    this.#slots[index] = -offset - 1n
    this.#unfinished -= 1
    if (index !== this.#head) return false
    this.#advance()
    return true
  }

  #advance(): void {
    while (this.#head < this.#slots.length && (this.#slots[this.#head] ?? 0n) < 0n) this.#head += 1
    if (this.#head === this.#slots.length) this.#slots = []
    else if (this.#head < 1_024 || this.#head * 2 < this.#slots.length) return
    else this.#slots = this.#slots.slice(this.#head)
    this.#head = 0
  }

  /** Binary search among the slots, which rise in absolute value. */
  #indexOf(offset: bigint): number {
    let low = this.#head
    let high = this.#slots.length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const slot = this.#slots[middle] ?? 0n
      const value = slot < 0n ? -slot - 1n : slot
      if (value === offset) return slot < 0n ? -1 : middle
      if (value < offset) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}
