import { skipReason, type TransportSetup, transportCases } from '@longshore/testing'
import { describe, it } from 'vitest'
import { MemoryBroker } from './memory-broker.ts'
import { memoryTransport } from './memory-transport.ts'

describe('a memory transport', () => {
  for (const transportCase of transportCases) {
    it(transportCase.name, async (context) => {
      const setup = memorySetup()
      const reason = skipReason(transportCase, setup)
      if (reason === undefined) await transportCase.run(setup)
      else context.skip(reason)
    })
  }
})

/** A broker of its own for each case. */
function memorySetup(): TransportSetup {
  const broker = new MemoryBroker()
  const { faults } = broker
  return {
    capabilities: memoryTransport().capabilities,
    open: () => memoryTransport({ broker }),
    createChannel(partitions) {
      broker.createTopic('numbers', partitions)
      return { topic: 'numbers' }
    },
    patienceMs: 3_000,
    faults: {
      dlqAway: (dlq) => faults.topicAway(dlq),
      commitsFail: (group) => faults.commitsFail(group),
      crash: (group) => faults.crash(group),
      freeze: (group) => faults.freeze(group),
    },
    why: {
      wrongCredentials: 'the broker lives in this process and asks for none',
      restartBroker: 'its messages end with the process it lives in',
    },
  }
}
