import { skipReason, type TransportSetup, transportCases } from '@longshore/testing'
import { describe, it, onTestFinished } from 'vitest'
import { BrokerUnderTest } from './broker-under-test.ts'

describe.skipIf(!process.env.AMQP_URL)('an AMQP transport', () => {
  for (const transportCase of transportCases) {
    it(transportCase.name, async (context) => {
      const broker = new BrokerUnderTest()
      onTestFinished(() => broker.cleanUp())
      const setup = await amqpSetup(broker)
      const reason = skipReason(transportCase, setup)
      if (reason === undefined) await transportCase.run(setup)
      else context.skip(reason)
    })
  }
})

async function amqpSetup(broker: BrokerUnderTest): Promise<TransportSetup> {
  return {
    capabilities: (await broker.open()).capabilities,
    open: () => broker.open(),
    createChannel: () => broker.createChannel(),
    patienceMs: 30_000,
    quietMs: 300,
    faults: {
      wrongCredentials: () => broker.open({ username: 'nobody', password: 'wrong' }),
      crash: (group) => broker.crash(group),
      freeze: (group) => broker.freeze(group),
      dlqAway: (dlq) => broker.dlqAway(dlq),
    },
    why: {
      restartBroker: 'other tests use the broker at the same time',
      commitsFail:
        'an acknowledgement has no answer: either it arrives, or the channel ends and the message comes again',
    },
  }
}
