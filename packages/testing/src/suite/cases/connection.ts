import assert from 'node:assert/strict'
import { Failure } from '@longshore/runtime'
import { ConsumerMessageCapture } from '../../message-capture.ts'
import type { Numbered, Stage } from '../stage.ts'
import { type TransportCase, transportCase } from '../transport-case.ts'

/** The way to the broker, refused or lost. */
export const connectionCases: readonly TransportCase[] = [
  transportCase({
    name: 'says at once that its credentials are refused',
    faults: ['wrongCredentials'],
    async play(stage) {
      const transport = await stage.fault('wrongCredentials')()
      const refused = await stage
        .consume(() => undefined, { transport })
        .then(
          () => undefined,
          (thrown: unknown) => Failure.from(thrown),
        )
      await transport.close()
      assert.equal(refused?.code, 'BROKER_REFUSED_CREDENTIALS')
    },
  }),

  transportCase({
    name: 'goes on by itself when the broker was away, and loses nothing',
    faults: ['restartBroker'],
    async play(stage) {
      const capture = new ConsumerMessageCapture<Numbered>()
      const consumer = await stage.consume(capture.handle)
      await stage.publish('key', 0, 1, 2)
      await capture.waitFor(3, stage.patienceMs)
      await stage.fault('restartBroker')()
      await publishUntilTaken(stage, 3)
      await capture.waitFor(() => capture.events.some(({ n }) => n === 3), stage.patienceMs)
      await consumer.stop()
      assert.deepEqual(await stage.leftovers(), [])
    },
  }),

  transportCase({
    name: 'answers a probe without a consumer',
    async play(stage) {
      assert.notEqual((await stage.probe()).about, '')
    },
  }),
]

/** A publisher that lost its connection may refuse a while; what it confirmed counts. */
async function publishUntilTaken(stage: Stage, n: number): Promise<void> {
  const isTaken = () =>
    stage.publish('key', n).then(
      () => true,
      () => false,
    )
  await stage.until(isTaken, 'the broker takes messages again')
}
