import { type Failure, reconnectAfterMs } from '@longshore/runtime'
import { commitFailure } from './broker-failure.ts'
import type { Membership, TopicPartition } from './driver.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import type { PartitionFlow } from './partition-flow.ts'

export interface CommitterParts {
  /** Absent: nothing is ever committed. */
  readonly group: string | undefined
  readonly options: Pick<ResolvedKafkaOptions, 'clock' | 'commitIntervalMs'>
  /** What is held now. */
  readonly flows: () => Iterable<PartitionFlow>
  readonly onFailed: (failure: Failure) => void
}

const FINAL_TRIES = 3

/** Commits what is settled: now and then, when partitions go, and at the end. */
export class Committer {
  readonly #parts: CommitterParts
  #membership: Membership | undefined
  #stop = () => {}
  #committing: Promise<boolean> | undefined
  #failures = 0
  #nextAtMs = 0

  constructor(parts: CommitterParts) {
    this.#parts = parts
  }

  /** Begins to commit now and then. */
  begin(membership: Membership): void {
    const { group, options } = this.#parts
    if (group === undefined) return
    this.#membership = membership
    this.#stop = options.clock.every(options.commitIntervalMs, () => void this.#commitWhenDue())
  }

  /** Of partitions that go, through the membership they go from. Their next owner works again on what this fails to commit. */
  async commitLast(flows: readonly PartitionFlow[], membership: Membership | undefined): Promise<void> {
    const settled = flows.filter(hasMoved)
    if (settled.length === 0 || this.#parts.group === undefined) return
    await membership?.commit(offsetsOf(settled)).catch(() => {})
  }

  /** Commits what is left, and no more after that. */
  async end(): Promise<void> {
    this.#stop()
    await this.#committing
    for (let tries = 0; tries < FINAL_TRIES; tries += 1) if (await this.#commit()) break
  }

  async #commitWhenDue(): Promise<void> {
    if (this.#committing !== undefined || this.#parts.options.clock.now() < this.#nextAtMs) return
    this.#committing = this.#commit()
    await this.#committing
    this.#committing = undefined
  }

  /** Commits what is settled beyond the last commit. Answers false when the broker did not confirm; it is reported then. */
  async #commit(): Promise<boolean> {
    const flows = [...this.#parts.flows()].filter(hasMoved)
    if (flows.length === 0 || this.#membership === undefined) return true
    const offsets = offsetsOf(flows)
    try {
      await this.#membership.commit(offsets)
    } catch (error) {
      this.#failures += 1
      const { group = '', onFailed, options } = this.#parts
      this.#nextAtMs = options.clock.now() + reconnectAfterMs(this.#failures, options.clock)
      onFailed(commitFailure(error, group))
      return false
    }
    for (const [index, flow] of flows.entries()) flow.committed = offsets[index]?.offset
    this.#failures = 0
    return true
  }
}

function hasMoved({ committed, position }: PartitionFlow): boolean {
  return position !== committed
}

function offsetsOf(flows: readonly PartitionFlow[]): readonly (TopicPartition & { readonly offset: bigint })[] {
  return flows.map(({ topic, partition, position }) => ({ topic, partition, offset: position }))
}
