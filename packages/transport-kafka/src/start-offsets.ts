import type { StartPosition } from '@longshore/runtime'
import type { KafkaDriver, OffsetAt } from './driver.ts'

/** Where one partition begins. */
export interface StartOffset {
  readonly offset: bigint
  /** `undefined`: the group never committed here. */
  readonly committed: bigint | undefined
}

/** Where a group begins in partitions of one topic: where it stopped, or where `from` says when it is new there. */
export async function startOffsets(
  driver: KafkaDriver,
  group: string | undefined,
  topic: string,
  partitions: readonly number[],
  from: StartPosition,
): Promise<ReadonlyMap<number, StartOffset>> {
  const committed = group === undefined ? new Map() : await driver.committed(group, topic, partitions)
  const unknown = partitions.filter((partition) => !committed.has(partition))
  const initial = unknown.length === 0 ? new Map() : await initialOffsets(driver, topic, unknown, from)
  return new Map(
    partitions.map((partition) => {
      const known = committed.get(partition)
      return [partition, { committed: known, offset: known ?? initial.get(partition) ?? 0n }]
    }),
  )
}

async function initialOffsets(
  driver: KafkaDriver,
  topic: string,
  partitions: readonly number[],
  from: StartPosition,
): Promise<ReadonlyMap<number, bigint>> {
  const offsets = await driver.offsets(topic, partitions, meaningOf(from))
  if (from.kind !== 'offset' || from.topic !== topic || !partitions.includes(from.partition)) return offsets
  return new Map(offsets).set(from.partition, from.offset)
}

function meaningOf(from: StartPosition): OffsetAt {
  switch (from.kind) {
    case 'timestamp':
      return { timestampMs: from.timestampMs }
    case 'latest':
      return 'latest'
    // Of a start at one partition's offset, all others begin at their first record.
    case 'offset':
    case 'earliest':
      return 'earliest'
  }
}
