import { skipReason, type TransportSetup, transportCases } from '@longshore/testing'
import { describe, it, onTestFinished } from 'vitest'
import { BrokerUnderTest, DRIVERS } from './broker-under-test.ts'
import { limit } from './raw-kafka.ts'

describe.each(DRIVERS)('a Kafka transport through $name', ({ driverOf }) => {
  for (const transportCase of transportCases) {
    it(transportCase.name, async (context) => {
      const broker = new BrokerUnderTest(driverOf)
      onTestFinished(() => broker.cleanUp())
      const setup = kafkaSetup(broker)
      const reason = skipReason(transportCase, setup)
      if (reason === undefined) await transportCase.run(setup)
      else context.skip(reason)
    })
  }
})

function kafkaSetup(broker: BrokerUnderTest): TransportSetup {
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
      dlqAway,
    },
    why: {
      restartBroker: 'other tests use the broker at the same time',
      freeze: 'a frozen owner needs a process of its own',
    },
  }
}

/** Whatever is written to it is too large for it. */
async function dlqAway(dlq: string): Promise<() => Promise<void>> {
  await limit(dlq, 1)
  return () => limit(dlq, 1_048_588)
}
