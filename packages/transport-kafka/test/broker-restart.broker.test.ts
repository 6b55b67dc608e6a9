import { randomUUID } from 'node:crypto'
import { type OwnBroker, startKafka } from '@longshore/brokers'
import { type TransportSetup, transportCases } from '@longshore/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { kafkaTransport as throughKafkajs } from '../src/kafkajs.ts'
import { type KafkaOptions, kafkaTransport as throughPlatformatic } from '../src/platformatic.ts'

const DRIVERS = [
  { name: 'platformatic', kafkaTransport: throughPlatformatic },
  {
    name: 'platformatic on the consumer protocol',
    kafkaTransport: (options: KafkaOptions) => throughPlatformatic({ ...options, groupProtocol: 'consumer' }),
  },
  { name: 'kafkajs', kafkaTransport: throughKafkajs },
]

const restartCases = transportCases.filter(({ faults }) => faults.includes('restartBroker'))

describe.skipIf(!process.env.KAFKA_BROKERS)('on a broker of its own', () => {
  let kafka: OwnBroker
  beforeAll(async () => {
    kafka = await startKafka()
  }, 120_000)
  afterAll(() => kafka.remove(), 60_000)

  describe.each(DRIVERS)('a Kafka transport through $name', ({ kafkaTransport }) => {
    it.each(restartCases)('$name', ({ run }) => run(setup(kafkaTransport, kafka)), 180_000)
  })
})

function setup(kafkaTransport: typeof throughPlatformatic, kafka: OwnBroker): TransportSetup {
  const open = () => kafkaTransport({ brokers: [kafka.url], provision: 'all', commitIntervalMs: 20 })
  return {
    open,
    capabilities: open().capabilities,
    createChannel: (partitions) => ({ topic: randomUUID(), bindings: { kafka: { partitions, replicas: 1 } } }),
    faults: { restartBroker: () => kafka.restart() },
    why: {},
    patienceMs: 60_000,
    quietMs: 500,
  }
}
