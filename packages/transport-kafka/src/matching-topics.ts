import type { Subscription } from '@longshore/runtime'
import type { KafkaDriver } from './driver.ts'

/** Names of what consumers write for themselves: a pattern that matches them would feed a group its own failures. */
const LANES = /\.(dlq|dlq\.status|retry)$/

/** The topics a subscription reads as of now: those it names, and those that its pattern matches as a whole. */
export async function matchingTopics(
  driver: Pick<KafkaDriver, 'topics'>,
  { topics, pattern }: Pick<Subscription, 'topics' | 'pattern'>,
): Promise<readonly string[]> {
  if (pattern === undefined) return topics
  const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ''))
  const found = (await driver.topics()).filter((topic) => whole.test(topic) && !LANES.test(topic))
  return [...new Set([...topics, ...found.sort()])]
}
