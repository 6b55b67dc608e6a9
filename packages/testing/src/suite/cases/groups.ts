import assert from 'node:assert/strict'
import type { Running } from '@longshore/runtime'
import { ConsumerMessageCapture } from '../../message-capture.ts'
import { Gate } from '../gate.ts'
import type { Numbered, Stage } from '../stage.ts'
import { type TransportCase, transportCase } from '../transport-case.ts'

const KEYS = Object.freeze(['red', 'green', 'blue', 'white', 'black', 'amber'])

/** A consumer that never gets done with what it begins until its gate opens. */
interface Stuck {
  readonly consumer: Running
  readonly capture: ConsumerMessageCapture<Numbered>
  readonly gate: Gate
}

/** Several consumers of one group: partitions that move, owners that die, freeze and come back. */
export const groupCases: readonly TransportCase[] = [
  transportCase({
    name: 'shares the messages of a group among its consumers',
    needs: ['groups'],
    partitions: 6,
    async play(stage) {
      const one = new ConsumerMessageCapture<Numbered>()
      const two = new ConsumerMessageCapture<Numbered>()
      await stage.consume(one.handle)
      await stage.consume(two.handle)
      const bothWork = async () => {
        for (let n = 0; n < 24; n++) await stage.publish(`key-${n}`, n)
        return one.messages.length > 0 && two.messages.length > 0
      }
      await stage.until(bothWork, 'both consumers have work')
    },
  }),

  transportCase({
    name: 'loses nothing when partitions move while handlers run, and a former owner settles nothing',
    needs: ['groups', 'ownsPartitions', 'lag'],
    partitions: 6,
    async play(stage) {
      const former = await stuckConsumer(stage)
      await publishOneEach(stage)
      await former.capture.waitFor(KEYS.length, stage.patienceMs)
      const owner = await stuckConsumer(stage)
      await owner.capture.waitFor(1, stage.patienceMs)
      former.gate.open()
      await stage.until(() => former.gate.waiting === 0, 'the former owner is done')
      await stage.quiet()
      await owner.consumer.stop()
      const moved = owner.capture.events.map(({ key }) => key)
      const isBack = () => moved.every((key) => former.capture.ofKey(key).length > 1)
      await former.capture.waitFor(isBack, stage.patienceMs)
      await stage.until(() => hasSettledAll(former.consumer, stage, 6), 'it has all partitions back, and is not behind')
      await former.consumer.stop()
      assert.deepEqual(await stage.leftovers(), [])
      owner.gate.open()
    },
  }),

  transportCase({
    name: 'hands over again what a consumer worked on when it died',
    needs: ['groups'],
    faults: ['crash'],
    async play(stage) {
      const dead = await stuckConsumer(stage)
      await publishOneEach(stage)
      await dead.capture.waitFor(KEYS.length, stage.patienceMs)
      await stage.fault('crash')(stage.group)
      const heir = new ConsumerMessageCapture<Numbered>()
      const consumer = await stage.consume(heir.handle)
      await heir.waitFor(KEYS.length, stage.patienceMs)
      dead.gate.open()
      await consumer.stop()
      assert.deepEqual(await stage.leftovers(), [])
    },
  }),

  transportCase({
    name: 'lets a frozen owner settle nothing when it wakes up',
    needs: ['groups'],
    faults: ['freeze'],
    async play(stage) {
      const frozen = await stuckConsumer(stage)
      await publishOneEach(stage)
      await frozen.capture.waitFor(KEYS.length, stage.patienceMs)
      const wakeUp = await stage.fault('freeze')(stage.group)
      const owner = await stuckConsumer(stage)
      await owner.capture.waitFor(KEYS.length, stage.patienceMs)
      frozen.gate.open()
      await stage.until(() => frozen.gate.waiting === 0, 'the frozen owner is done')
      frozen.capture.clear()
      await wakeUp()
      await owner.consumer.stop()
      await frozen.capture.waitFor(KEYS.length, stage.patienceMs)
      owner.gate.open()
    },
  }),

  transportCase({
    name: 'commits later what could not be committed at once',
    needs: ['groups'],
    faults: ['commitsFail'],
    async play(stage) {
      const repair = await stage.fault('commitsFail')(stage.group)
      const capture = new ConsumerMessageCapture<Numbered>()
      const consumer = await stage.consume(capture.handle)
      await publishOneEach(stage)
      await capture.waitFor(KEYS.length, stage.patienceMs)
      await stage.until(() => consumer.metrics.commitFailures > 0, 'the failed commit is seen')
      await repair()
      await consumer.stop()
      assert.deepEqual(await stage.leftovers(), [])
    },
  }),
]

async function stuckConsumer(stage: Stage): Promise<Stuck> {
  const gate = new Gate()
  const capture = new ConsumerMessageCapture<Numbered>(() => gate.pass())
  const consumer = await stage.consume(capture.handle, { options: { drainTimeoutMs: 20 } })
  return { consumer, capture, gate }
}

async function publishOneEach(stage: Stage): Promise<void> {
  for (const [n, key] of KEYS.entries()) await stage.publish(key, n)
}

/** Whether it holds every partition of the channel, and is behind in none: what it does not hold yet shows no lag. */
async function hasSettledAll(consumer: Running, { channel }: Stage, partitions: number): Promise<boolean> {
  const lags = (await consumer.lag()).filter(({ topic }) => topic === channel.topic)
  return lags.length === partitions && lags.every(({ messages }) => messages === 0)
}
