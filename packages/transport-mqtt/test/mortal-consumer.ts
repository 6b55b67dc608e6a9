import { writeSync } from 'node:fs'
import { mqttSpool } from '@longshore/postgres'
import { pgDatabase } from '@longshore/postgres/pg'
import { consume } from '@longshore/runtime'
import { silentLog } from '@longshore/testing'
import { resolveMqttOptions } from '../src/options.ts'
import { MqttTransport } from '../src/transport.ts'

/** The least that finds the killer: two rounds and one that says which it was. */
const CRASH_LIMIT = 3

/** A process of its own: reads the topic it is given, prints what it has handled, and dies of the message `killer` by SIGKILL. */
const [url = '', connectionString = '', schema = '', topic = ''] = process.argv.slice(2)

const spool = mqttSpool(pgDatabase({ connectionString }), { schema })
const consumer = consume<{ readonly name: string }>(
  { urn: 'urn:test', topic, group: `${topic}-mortals`, pii: [], validate: () => [] },
  new MqttTransport(
    resolveMqttOptions({ url, clientId: topic, spool, crashLimit: CRASH_LIMIT, leaseMs: 2_000, pollMs: 100 }),
  ),
  ({ name }) => {
    if (name === 'killer') process.kill(process.pid, 'SIGKILL')
    writeSync(1, `${name}\n`)
  },
  { log: silentLog },
)
await consumer.start()
