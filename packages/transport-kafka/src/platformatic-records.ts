import type { Consumer, RecordsBatch } from '@platformatic/kafka'
import type { FetchedRecord } from './driver.ts'

/** Bits of a record batch's attributes. */
const TRANSACTIONAL = 1 << 4
const CONTROL = 1 << 5
/** A control record's key is version (int16), type (int16). */
const ABORT = 0

/** The client does not export the name of what `fetch` answers. */
export type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>

type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]

/**
 * The records of a fetched partition from `from` on, without markers and aborted transactions, and the offset to fetch next. The client
 * leaves out an aborted transaction only when its end lies in the same answer and its producer aborted one alone, so it is done here, as
 * Java's consumer does it: a transaction is aborted from the offset the broker names to the producer's next marker.
 */
export function readPartition(
  { records, abortedTransactions }: FetchedPartition,
  from: bigint,
): { readonly records: readonly FetchedRecord[]; readonly next: bigint } {
  const found: FetchedRecord[] = []
  let next = from
  const upcoming = [...(abortedTransactions ?? [])].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  const aborting = new Set<bigint>()
  for (const batch of records ?? []) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta)
    while (upcoming[0] !== undefined && upcoming[0].firstOffset <= last)
      aborting.add(upcoming.shift()?.producerId ?? -1n)
    if (batch.attributes & CONTROL) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) aborting.delete(batch.producerId)
    } else if (!(batch.attributes & TRANSACTIONAL && aborting.has(batch.producerId))) readBatch(batch, from, found)
    if (last >= next) next = last + 1n
  }
  return { records: found, next }
}

/** A batch may begin before the offset that was asked for. */
function readBatch({ records, firstOffset, firstTimestamp }: RecordsBatch, from: bigint, into: FetchedRecord[]): void {
  const firstTimestampMs = Number(firstTimestamp)
  for (const { offsetDelta, timestampDelta, key, value, headers } of records) {
    const offset = firstOffset + BigInt(offsetDelta)
    if (offset < from) continue
    into.push({
      offset,
      timestampMs: firstTimestampMs + Number(timestampDelta),
      key,
      value,
      headers: headers.map(([name, text]) => [name ?? EMPTY, text] as const),
    })
  }
}

const EMPTY = Buffer.alloc(0)
