import { skipReason, type TransportSetup, transportCases } from '@longshore/testing'
import { describe, it } from 'vitest'
import { BrokerUnderTest, DRIVERS, type DriverOf } from './broker-under-test.ts'

describe.each(DRIVERS)('a Kafka transport through $name', ({ driverOf }) => {
  for (const transportCase of transportCases) {
    it(transportCase.name, async (context) => {
      const setup = kafkaSetup(driverOf)
      const reason = skipReason(transportCase, setup)
      if (reason === undefined) await transportCase.run(setup)
      else context.skip(reason)
    })
  }
})

function kafkaSetup(driverOf: DriverOf): TransportSetup {
  const broker = new BrokerUnderTest(driverOf)
  return {
    capabilities: broker.open().capabilities,
    open: () => broker.open(),
    createChannel: async (partitions) => ({ topic: await broker.createTopic(partitions) }),
    patienceMs: 30_000,
    quietMs: 500,
    faults: {
      wrongCredentials: () => broker.open({ sasl: { mechanism: 'plain', username: 'nobody', password: 'wrong' } }),
      commitsFail: (group) => broker.commitsFail(group),
      crash: (group) => broker.crash(group),
      dlqAway: (dlq) => broker.refuseAll(dlq),
    },
    why: {
      restartBroker: 'other tests use the broker at the same time',
      freeze: 'a frozen owner needs a process of its own',
    },
  }
}
