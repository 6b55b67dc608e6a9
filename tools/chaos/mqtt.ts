import { startMosquitto } from '@longshore/brokers'
import { mqttSpool } from '@longshore/postgres'
import { mqttTransport } from '@longshore/transport-mqtt'
import { type ChaosTransport, owned } from './transport.ts'

/**
 * MQTT with a spool in the run's schema: one process reads the group's session, all of them work. The broker is always the run's own,
 * because Mosquitto as it is usually installed keeps no more than 1,000 messages for a client that is away.
 */
export const mqtt: ChaosTransport = {
  startBroker: async () => owned(await startMosquitto()),
  open: ({ url, database, schema }) =>
    Promise.resolve(
      mqttTransport({ url, spool: mqttSpool(database, { schema }), leaseMs: 3_000, publishTimeoutMs: 10 * 1_000 }),
    ),
  bindings: () => ({ mqtt: { qos: 1 } }),
  address: (topic) => ({ topic }),
  order: () => 'key',
  lostByCrash: 'Mosquitto writes its sessions down now and then: what came since is lost when it is killed',
}
