import { setTimeout as delay } from 'node:timers/promises'
import { type OwnBroker, startRabbitmq } from '@longshore/brokers'
import { type TransportSetup, transportCases } from '@longshore/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { BrokerUnderTest } from './broker-under-test.ts'

const restartCases = transportCases.filter(({ faults }) => faults.includes('restartBroker'))

describe.skipIf(!process.env.AMQP_URL)('an AMQP transport on a broker of its own', () => {
  let rabbitmq: OwnBroker
  beforeAll(async () => {
    rabbitmq = await startRabbitmq()
  }, 120_000)
  afterAll(() => rabbitmq.remove(), 60_000)

  describe.each([
    { how: 'restarts', restart: () => rabbitmq.restart() },
    { how: 'is killed', restart: () => killAndRestart(rabbitmq) },
  ])('that $how', ({ restart }) => {
    it.each(restartCases)('$name', async ({ run }) => run(await setup(rabbitmq.url, restart)), 180_000)
  })
})

/** RabbitMQ 3.10 notes the members of a new quorum queue within 5 s; killed before, it finds no leader for it afterwards. */
const NOTED_AFTER_MS = 6_000

async function killAndRestart(rabbitmq: OwnBroker): Promise<void> {
  await delay(NOTED_AFTER_MS)
  await rabbitmq.kill()
  await rabbitmq.restart()
}

async function setup(url: string, restartBroker: () => Promise<void>): Promise<TransportSetup> {
  const broker = new BrokerUnderTest(url)
  const probe = await broker.open()
  await probe.close()
  return {
    capabilities: probe.capabilities,
    open: () => broker.open(),
    createChannel: () => broker.createChannel(),
    faults: { restartBroker },
    why: {},
    patienceMs: 60_000,
    quietMs: 500,
  }
}
