import type { Fence, Fencing } from '../fencing.ts'
import type { Store } from '../store.ts'
import type { WindowPlace } from './window-state.ts'

/** Which partitions this consumer has taken over, and under which epoch: seen by watching what its store is asked. */
export class OwnedPartitions {
  readonly #epochs = new Map<string, bigint>()

  /** The same store, watched. */
  watch<Tx>(store: Store<Tx>): Store<Tx> {
    const { fencing, inbox, name, parking } = store
    return {
      name,
      open: () => store.open(),
      tidy: () => store.tidy(),
      inbox,
      fencing: this.#watched(fencing),
      ...(parking === undefined ? {} : { parking }),
    }
  }

  epochOf(place: WindowPlace): bigint | undefined {
    return this.#epochs.get(nameOf(place))
  }

  /** Nothing when it has been taken again since. */
  lost(fence: Fence): void {
    if (this.#epochs.get(nameOf(fence)) === fence.epoch) this.#epochs.delete(nameOf(fence))
  }

  #watched(fencing: Fencing): Fencing {
    return {
      take: async (partition) => {
        const takeover = await fencing.take(partition)
        this.#epochs.set(nameOf(partition), takeover.epoch)
        return takeover
      },
      release: (fences) => {
        for (const fence of fences) this.lost(fence)
        return fencing.release(fences)
      },
      begin: (fence, source) => fencing.begin(fence, source),
      end: (fence, source) => fencing.end(fence, source),
      recovered: (fence) => fencing.recovered(fence),
    }
  }
}

function nameOf({ topic, partition }: WindowPlace): string {
  return JSON.stringify([topic, partition])
}
