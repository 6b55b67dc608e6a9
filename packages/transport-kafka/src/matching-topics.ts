import { LETTER_TOPIC, type Subscription } from '@longshore/runtime'
import type { KafkaDriver } from './driver.ts'

/** Names of what consumers write for themselves: a pattern that matches them would feed a group its own failures. */
const LANES = /\.(dlq|dlq\.status|retry)$/

/** The topics a subscription reads as of now: those it names, and those that its pattern matches as a whole, but for lanes. */
export async function matchingTopics(
  driver: Pick<KafkaDriver, 'topics'>,
  { topics, pattern, dlq }: Pick<Subscription, 'topics' | 'pattern' | 'dlq'>,
): Promise<readonly string[]> {
  if (pattern === undefined) return topics
  const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ''))
  const found = (await driver.topics()).filter((topic) => whole.test(topic) && !LANES.test(topic) && !isOf(dlq, topic))
  return [...new Set([...topics, ...found.sort()])]
}

/** Whether it is a dead letter queue of that name, for whatever topic, or what became of the letters in it. */
function isOf(dlq: string, topic: string): boolean {
  const name = topic.replace(/\.status$/, '')
  const [before = '', ...rest] = dlq.split(LETTER_TOPIC)
  const after = rest.at(-1)
  return after === undefined ? name === dlq : name.startsWith(before) && name.endsWith(after)
}
