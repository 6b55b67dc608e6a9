import type { Clock } from './clock.ts'
import type { Incoming } from './delivery.ts'

/** A message that was delivered before and never settled: it may have killed whoever worked on it, or lain beside the one that did. */
export interface Suspect {
  readonly delivery: Incoming
  readonly deliveries: number
}

export interface SuspectRules {
  /** Delivered so often and never settled, a message is condemned: one at a time, the one that was being worked on. */
  readonly deliveryLimit: number
  /** Messages of one line are handed over in the order they came; of different lines in any. The same at each delivery. */
  readonly lineOf: (delivery: Incoming) => string
  readonly deliver: (delivery: Incoming) => void
  /** Resolves when it is a dead letter. */
  readonly condemn: (suspect: Suspect) => Promise<void>
  /** Resolves when the broker has what was settled: nobody may take one for the killer because its acknowledgement died with it. */
  readonly acknowledged: () => Promise<void>
  readonly clock: Clock
  /** Aborted when the right to all of them has ended. */
  readonly signal: AbortSignal
}

/** What was in hand together comes again within this. */
const GATHER_MS = 250

/**
 * Finds the message that kills the process among those that were in hand with it. All of them are counted at each crash, so they are
 * handed over one at a time, in an order that turns round at each crash: from one end all innocent ones up to the killer are settled,
 * from the other end the rest. What is left at the limit is known by its place: the one begun last was the first in line.
 */
export class Suspects {
  readonly #rules: SuspectRules
  readonly #suspiciousFrom: number
  /** Not handed over yet, by line. A line whose first is in hand stays, if only empty. */
  readonly #lines = new Map<string, Suspect[]>()
  #inHand: Incoming | undefined
  #lineInHand: string | undefined
  /** Crashes that those before us have seen: odd and even ones go from different ends. Known once all are gathered. */
  #round: number | undefined
  /** Gathering, or letting the broker know what was settled: the next one has to wait. */
  #isBusy = false

  constructor(rules: SuspectRules) {
    this.#rules = rules
    this.#suspiciousFrom = Math.max(1, Math.ceil(rules.deliveryLimit / 4))
  }

  /** Whether it is held to be handed over alone; otherwise it may go its way. */
  holds(delivery: Incoming, deliveries: number): boolean {
    if (deliveries < this.#suspiciousFrom && this.#lines.size === 0) return false
    const line = this.#rules.lineOf(delivery)
    const known = this.#lines.get(line)
    if (deliveries < this.#suspiciousFrom && known === undefined) return false
    const suspect = { delivery, deliveries }
    if (known === undefined) this.#lines.set(line, [suspect])
    else known.push(suspect)
    if (this.#inHand === undefined && !this.#isBusy) void this.#gather()
    return true
  }

  /** The next one may begin once the one before is settled. */
  settled({ source }: Incoming): void {
    if (this.#inHand?.source.offset !== source.offset || this.#lineInHand === undefined) return
    if (this.#lines.get(this.#lineInHand)?.length === 0) this.#lines.delete(this.#lineInHand)
    this.#inHand = undefined
    this.#isBusy = true
    this.#rules.acknowledged().then(
      () => this.#next(),
      // The channel has ended, and this with it.
      () => undefined,
    )
  }

  async #gather(): Promise<void> {
    this.#isBusy = true
    const { clock, signal } = this.#rules
    await clock.sleep(GATHER_MS, signal).catch(() => undefined)
    if (signal.aborted) return
    if (this.#round === undefined) {
      this.#round = Math.max(...[...this.#lines.values()].flat().map(({ deliveries }) => deliveries))
      await this.#condemnLast(this.#round - 1)
    }
    this.#next()
  }

  /** Whoever died last had begun the first in line of that round. */
  async #condemnLast(round: number): Promise<void> {
    const { condemn, deliveryLimit } = this.#rules
    for (const line of this.#inOrder(round)) {
      const [first, ...others] = this.#lines.get(line) ?? []
      if (first === undefined || first.deliveries < deliveryLimit) continue
      if (others.length === 0) this.#lines.delete(line)
      else this.#lines.set(line, others)
      return condemn(first)
    }
  }

  #next(): void {
    this.#isBusy = false
    for (const line of this.#inOrder(this.#round ?? 0)) {
      const waiting = this.#lines.get(line) ?? []
      // What was taken back meanwhile comes again.
      const next = waiting.findIndex(({ delivery }) => delivery.assignment.active)
      const [suspect] = next === -1 ? [] : waiting.splice(0, next + 1).slice(next)
      if (suspect === undefined) {
        this.#lines.delete(line)
        continue
      }
      this.#lineInHand = line
      this.#inHand = suspect.delivery
      this.#rules.deliver(suspect.delivery)
      return
    }
  }

  #inOrder(round: number): readonly string[] {
    const lines = [...this.#lines.keys()].sort()
    return round % 2 === 0 ? lines : lines.reverse()
  }
}
