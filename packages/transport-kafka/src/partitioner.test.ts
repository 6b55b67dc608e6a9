import { describe, expect, it } from 'vitest'
import { murmur2, partitionOf } from './partitioner.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('the partitioner', () => {
  // The values of Kafka's own UtilsTest.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ])('hashes %s as Java does', (key, hash) => {
    expect(murmur2(bytes(key))).toBe(hash)
  })

  it('clears the sign of the hash rather than its amount', () => {
    expect(partitionOf(bytes('21'), 12)).toBe((-973932308 & 0x7fffffff) % 12)
  })
})
