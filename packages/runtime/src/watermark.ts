/**
 * The lowest unfinished offset of one partition assignment. Offsets are taken in delivery order and may have gaps (compaction,
 * transaction markers); they finish in any order. Everything below the position is settled, so it is what may be committed.
 *
 * Cost: constant per message, amortised, and logarithmic where offsets have gaps; memory: one number per offset between the position
 * and the newest delivered. Inside, offsets are numbers: exact up to 2^53, which a partition never reaches.
 */
export class Watermark {
  /** Offsets delivered and not yet passed, rising from `#head`; a finished one is negated minus one. */
  #slots: number[] = []
  #head = 0
  #next: number
  #unfinished = 0

  /** @param start The offset the assignment starts at: the position until something is taken. */
  constructor(start: bigint) {
    this.#next = Number(start)
  }

  /** Offsets taken and not finished. */
  get unfinished(): number {
    return this.#unfinished
  }

  /** Offset to commit: all before it are finished. */
  get position(): bigint {
    return BigInt(this.#slots[this.#head] ?? this.#next)
  }

  /** Offsets from the position to the newest that was taken, gaps included; 0 when all is finished. */
  get ahead(): number {
    return this.#next - (this.#slots[this.#head] ?? this.#next)
  }

  /** Notes that `offset` was delivered. Offsets must rise; one that does not was delivered before and answers `false`. */
  take(offset: bigint): boolean {
    const taken = Number(offset)
    if (taken < this.#next) return false
    this.#slots.push(taken)
    this.#next = taken + 1
    this.#unfinished += 1
    return true
  }

  /** Notes that `offset` is settled. Answers whether the position moved. Finishing twice changes nothing. */
  finish(offset: bigint): boolean {
    const finished = Number(offset)
    const index = this.#indexOf(finished)
    if (index === -1) return false
    this.#slots[index] = -finished - 1
    this.#unfinished -= 1
    if (index !== this.#head) return false
    this.#advance()
    return true
  }

  #advance(): void {
    while (this.#head < this.#slots.length && this.#slotAt(this.#head) < 0) this.#head += 1
    if (this.#head === this.#slots.length) this.#slots.length = 0
    else if (this.#head < 1_024 || this.#head * 2 < this.#slots.length) return
    else this.#slots = this.#slots.slice(this.#head)
    this.#head = 0
  }

  /** Where an unfinished offset stands, else -1. Without gaps its place follows from the first one's. */
  #indexOf(offset: number): number {
    const guess = this.#head + offset - this.#slotAt(this.#head)
    if (this.#slots[guess] === offset) return guess
    let low = this.#head
    let high = this.#slots.length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const slot = this.#slotAt(middle)
      const value = slot < 0 ? -slot - 1 : slot
      if (value === offset) return slot < 0 ? -1 : middle
      if (value < offset) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  #slotAt(index: number): number {
    return this.#slots[index] ?? 0
  }
}
