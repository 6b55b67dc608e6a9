/** The partition Java's default partitioner gives a key, so that both write one key to one partition. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

const SEED = 0x9747b28c
const M = 0x5bd1e995
const R = 24

/** MurmurHash2, 32 bit, as in `org.apache.kafka.common.utils.Utils.murmur2`. */
export function murmur2(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const whole = data.length & ~3
  let hash = SEED ^ data.length
  for (let index = 0; index < whole; index += 4) {
    let k = Math.imul(view.getInt32(index, true), M)
    k = Math.imul(k ^ (k >>> R), M)
    hash = Math.imul(hash, M) ^ k
  }
  if (whole < data.length) hash = Math.imul(hash ^ tail(data, whole), M)
  hash = Math.imul(hash ^ (hash >>> 13), M)
  return hash ^ (hash >>> 15)
}

/** The one to three bytes left over, little-endian. */
function tail(data: Uint8Array, from: number): number {
  let value = 0
  for (let index = data.length - 1; index >= from; index -= 1) value = (value << 8) | (data[index] ?? 0)
  return value
}
