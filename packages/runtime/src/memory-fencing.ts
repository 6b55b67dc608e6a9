import { Failure } from './failure.ts'
import type { Fencing, GroupPartition } from './fencing.ts'

interface Owned {
  epoch: bigint
  uncleanExits: number
  isReleased: boolean
  /** How often each offset was begun since it last ended. */
  readonly begun: Map<bigint, number>
}

/** Who owns which partition, in the memory of this process. Nothing is written under an epoch here, so nobody has to be kept from it. */
export function memoryFencing(): Fencing {
  const partitions = new Map<string, Owned>()
  const owned = (partition: GroupPartition): Owned => {
    const found = partitions.get(nameOf(partition))
    if (found === undefined) throw new Failure('ASSIGNMENT_LOST', 'The partition was never taken over.')
    return found
  }
  return {
    async take(partition) {
      const last = partitions.get(nameOf(partition))
      const uncleanExits = last === undefined || last.isReleased ? 0 : last.uncleanExits + 1
      const begun: Owned['begun'] = uncleanExits === 0 || last === undefined ? new Map() : last.begun
      const epoch = (last?.epoch ?? 0n) + 1n
      partitions.set(nameOf(partition), { epoch, uncleanExits, isReleased: false, begun })
      return { epoch, uncleanExits, begun: [...begun.keys()] }
    },

    async release(fences) {
      for (const fence of fences) if (owned(fence).epoch === fence.epoch) owned(fence).isReleased = true
    },

    async begin(fence, { offset }) {
      const { begun } = owned(fence)
      const times = (begun.get(offset) ?? 0) + 1
      begun.set(offset, times)
      return times
    },

    async end(fence, { offset }) {
      owned(fence).begun.delete(offset)
    },

    async recovered(fence) {
      if (owned(fence).epoch === fence.epoch) owned(fence).uncleanExits = 0
    },
  }
}

function nameOf({ group, topic, partition }: GroupPartition): string {
  return JSON.stringify([group, topic, partition])
}
