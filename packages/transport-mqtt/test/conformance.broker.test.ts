import { type OwnBroker, startMosquitto } from '@longshore/brokers'
import { type Database, mqttSpool } from '@longshore/postgres'
import { pgDatabase } from '@longshore/postgres/pg'
import { skipReason, type TransportFaults, type TransportSetup, transportCases } from '@longshore/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { memorySpool } from '../src/memory-spool.ts'
import type { MqttOptions } from '../src/options.ts'
import type { MqttSpool } from '../src/spool.ts'
import { MqttUnderTest } from './mqtt-under-test.ts'
import { type RefusingBroker, refusingBroker } from './refusing-broker.ts'

let database: Database | undefined

const MODES = [
  { name: 'with a spool, shared', options: () => ({ spool: memorySpool(), shared: true }) },
  { name: 'with a spool, one reads', options: () => ({ spool: memorySpool() }) },
  { name: 'with a spool in PostgreSQL, one reads', options: () => ({ spool: postgres() }) },
  { name: 'without a spool, shared', options: () => ({ shared: true }) },
  { name: 'without a spool, alone', options: () => ({}) },
] satisfies readonly { readonly name: string; readonly options: () => Partial<MqttOptions> }[]

const SCHEMA = `test_mqtt_${process.pid}`

let broker: OwnBroker
let refusing: RefusingBroker

describe.skipIf(!process.env.MQTT_URL || !process.env.DATABASE_URL)('an MQTT transport', () => {
  beforeAll(async () => {
    broker = await startMosquitto()
    refusing = await refusingBroker()
  })
  afterAll(async () => {
    await database?.query(`drop schema if exists ${SCHEMA} cascade`)
    await database?.close()
    await broker.remove()
    await refusing.stop()
  })

  describe.each(MODES)('$name', ({ options }) => {
    for (const transportCase of transportCases) {
      it(transportCase.name, async (context) => {
        const setup = mqttSetup(options())
        const reason = skipReason(transportCase, setup)
        if (reason === undefined) await transportCase.run(setup)
        else context.skip(reason)
      })
    }
  })
})

/** Is assigned to the port here: that it fits is part of the test. */
function postgres(): MqttSpool {
  database ??= pgDatabase({ connectionString: process.env.DATABASE_URL ?? '' })
  return mqttSpool(database, { schema: SCHEMA })
}

function mqttSetup(given: Partial<MqttOptions>): TransportSetup {
  const mqtt = new MqttUnderTest({ url: broker.url, leaseMs: 600, pollMs: 100, ...given })
  const { spool } = given
  const spoolFaults: Partial<TransportFaults> = { commitsFail: () => mqtt.refuse('complete') }
  return {
    capabilities: mqtt.open().capabilities,
    open: () => mqtt.open(),
    createChannel: () => mqtt.createChannel(),
    patienceMs: 10_000,
    quietMs: 300,
    faults: {
      wrongCredentials: () => mqtt.open({ url: refusing.url, username: 'nobody', password: 'wrong' }),
      ...(given.shared ? {} : { restartBroker: () => broker.restart() }),
      crash: () => mqtt.crash(),
      dlqAway: (dlq) => mqtt.refuse(spool === undefined ? dlq : 'bury'),
      ...(spool === undefined ? {} : spoolFaults),
    },
    why: {
      restartBroker:
        'Mosquitto 2.0 forgets shared subscriptions when it restarts, and loses what comes before the members are back',
      freeze: 'a frozen owner needs a process of its own',
      commitsFail: 'MQTT does not answer an acknowledgement, so none is known to have failed',
    },
  }
}
