import { type Clock, Failure } from '@longshore/runtime'
import { brokerFailure, mayRecover } from './broker-failure.ts'
import type { KafkaDriver } from './driver.ts'

type Asked = Pick<KafkaDriver, 'describeTopic' | 'offsets'>

const CHECK_MS = 50
const GIVE_UP_AFTER_MS = 10 * 1_000

/** A topic just created is unknown or without leaders for a moment on the brokers that hear of it later. */
export async function waitForTopic(driver: Asked, topic: string, clock: Clock): Promise<void> {
  const giveUpAtMs = clock.now() + GIVE_UP_AFTER_MS
  while (!(await isReady(driver, topic))) {
    if (clock.now() > giveUpAtMs)
      throw new Failure('BROKER_UNREACHABLE', `Topic ${topic} was created, and no broker leads it yet.`)
    await clock.sleep(CHECK_MS)
  }
}

async function isReady(driver: Asked, topic: string): Promise<boolean> {
  try {
    const found = await driver.describeTopic(topic)
    if (found === undefined) return false
    await driver.offsets(topic, [...Array(found.partitions).keys()], 'latest')
    return true
  } catch (error) {
    const failure = brokerFailure(error, `creating topic ${topic}`)
    if (!mayRecover(failure)) throw failure
    return false
  }
}
