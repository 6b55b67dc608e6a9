import type { TopicPartition } from './driver.ts'

/** A partition as a key of maps, and for people: `user.created/3`. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
