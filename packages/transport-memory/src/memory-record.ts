import type { Headers } from '@longshore/runtime'

/** One stored message. */
export interface MemoryRecord {
  readonly offset: bigint
  readonly key: string | null
  readonly value: Uint8Array | null
  readonly headers: Headers
  readonly timestampMs: number
}
