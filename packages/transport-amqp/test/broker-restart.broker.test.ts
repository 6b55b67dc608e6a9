import { randomUUID } from 'node:crypto'
import { declarationsNoted, type OwnBroker, startRabbitmq } from '@longshore/brokers'
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

/** Once a queue declared last is noted, those before it are: RabbitMQ 3.10 that is killed earlier finds no leader for them afterwards. */
async function killAndRestart(rabbitmq: OwnBroker): Promise<void> {
  const last = { arguments: { 'x-queue-type': 'quorum' } }
  await new BrokerUnderTest(rabbitmq.url).administer((channel) => channel.assertQueue(`last-${randomUUID()}`, last))
  await declarationsNoted(rabbitmq)
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
