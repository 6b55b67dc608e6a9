import { describe, expect, it } from 'vitest'
import { BROKERS, type BrokerName } from './brokers.ts'
import { startKafka } from './kafka/start.ts'
import { startMosquitto } from './mosquitto/start.ts'
import type { OwnBroker } from './own-broker.ts'
import { startPostgres } from './postgres/start.ts'
import { startRabbitmq } from './rabbitmq/start.ts'

const OWN: Readonly<Record<BrokerName, () => Promise<OwnBroker>>> = {
  kafka: startKafka,
  rabbitmq: startRabbitmq,
  mosquitto: startMosquitto,
  postgres: startPostgres,
}

describe('a broker of one’s own', () => {
  for (const { name, lacks, probe } of BROKERS) {
    it.skipIf(lacks() !== undefined)(`${name} comes back on its port after a crash and after a stop`, async () => {
      const broker = await OWN[name]()
      try {
        const states = []
        for (const end of [broker.kill, broker.stop]) {
          await end()
          states.push((await probe(broker.url)) === undefined ? 'silent' : 'answers')
          await broker.restart()
          states.push((await probe(broker.url)) === undefined ? 'silent' : 'answers')
        }
        expect(states).toEqual(['silent', 'answers', 'silent', 'answers'])
      } finally {
        await broker.remove()
      }
    })
  }
})
